// Package replay is a fake Docker daemon that answers from a recording: byte
// for byte, chunk by chunk, to any client over a real socket.
//
// In a Go test, three lines are enough:
//
//	d := replay.New(t, "testdata/run.jsonl")
//	cmd := exec.Command("docker", "run", "--rm", "busybox", "echo", "hi")
//	cmd.Env = append(os.Environ(), "DOCKER_HOST="+d.Host())
//
// New ends the daemon with the test and fails it for every request that was
// not recorded, with the nearest recorded one and what differs. The same test
// makes its recording, with a real daemon and the dockwire command:
//
//	go install github.com/dockwire/dockwire/cmd/dockwire@latest
//	DOCKWIRE_RECORD=1 go test -count=1 ./...
//	go test ./... # from then on, with no daemon
//
// Outside of tests, Open gives a Player to serve on any listener.
//
// What is exported here is a promise: New, its options, Daemon, Open, Config,
// Player and Report keep working. The packages beneath, recordings/flow, are
// not promised.
//
// Which exchange answers a request is decided in flow/match, names the
// client chose newly are learned in flow/bind, and when an answer may be
// played is decided in flow/play; this package has the sockets and the
// goroutines. A connection has two: one reads requests, one answers them;
// Player.Close waits for all.
//
// The package must not know the relay, and it never dials a daemon: record.go
// runs the dockwire command. Start reading at Player, conn.go and answer.go.
package replay
