// Package doctor finds out why Docker does or does not answer: which daemon
// is meant and what decided so, whether it can be reached, what it is, which users may
// use it, and what else is there when it fails.
//
// It changes nothing, and asks the daemon nothing but GET /_ping and
// GET /version, and for a picture the list of containers. It must not print: everything is data with text in
// it, and no secret is in the text.
//
// Start reading at examine.go; picture.go finds out who else reaches the daemon.
package doctor
