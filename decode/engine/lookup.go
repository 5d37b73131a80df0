package engine

// Lookup finds the operation a request means.
func Lookup(method, target string) Call { return Call{Path: target} }
