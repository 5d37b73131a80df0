package main

// endSelf does nothing: the console sends Ctrl-C to all its processes, and Windows
// has no signal that a process could send to itself alone.
func endSelf() {}
