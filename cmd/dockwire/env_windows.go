package main

// A tap on Windows listens on a named pipe or a port, which env is told.
func ours(string) bool     { return false }
func listened(string) bool { return false }
