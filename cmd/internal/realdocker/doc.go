// Package realdocker holds the tests that drive the built dockwire binary
// between real Docker clients and a real dockerd, and compare what each
// client got with the same call made directly.
//
// They run where a daemon answers on unix:///var/run/docker.sock and an image
// busybox:latest is there (.ci/docker sees to both). Without one they skip;
// with DOCKWIRE_REQUIRE_DOCKER=1 that is a failure.
//
// Start reading at harness_test.go, then scenarios_test.go.
package realdocker
