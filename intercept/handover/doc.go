// Package handover passes listening sockets from one process to the next, so
// that no client finds nobody there in between.
//
// The older process offers at a Unix socket of its own (Listen). The next one
// connects to it (Take), gets the descriptors, begins to accept, and says so
// (Taken.Done); only then does the older one stop to accept. If the next one
// fails before, the older one goes on as if nothing had been.
//
// It must not know what is listened for. Start reading at offer.go, then take.go.
package handover

import "os"

// Socket is a descriptor to pass on, by a name that both processes know it by.
type Socket struct {
	Name string
	File *os.File
}
