// Package certs makes, explains, checks and watches the TLS files of the Engine
// API's TCP socket, where a client certificate alone protects root on the host
// from the network.
//
// Start with Make (a CA, a server and client certificates in the folders that
// dockerd, dockwire and DOCKER_CERT_PATH want), Show (what is in a folder),
// Check (connect and say step by step what is verified and what fails) and
// Reloader (certificates that change on disk are taken up while serving).
// Explain turns any error of these, or of a TLS handshake, into what to do.
//
// It must not know the Engine API beyond one GET /_ping, and must not print: every
// function returns data with text in it.
package certs
