package main

// endSelf leaves it to the console, which sends Ctrl-C to every process on it:
// Windows has no signal that a process could send to itself alone.
func endSelf() {}
