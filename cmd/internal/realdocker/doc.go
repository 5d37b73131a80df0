// Package realdocker holds the tests that drive the built dockwire binary
// between real Docker clients and a real dockerd, and compare what each
// client got with the same call made directly.
//
// They make containers, so they run only when asked for: by DOCKWIRE_DOCKER=1. A
// daemon at /var/run/docker.sock or a client that is missing is then a failure;
// `make lab` brings up all of them, and .ci/with-current puts the current daemon
// at that place.
// Everything made has a name of this run and a label, by which the next run
// removes what a killed one left behind.
//
// Start reading at harness_test.go, then scenarios_test.go.
package realdocker
