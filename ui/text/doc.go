// Package text prints exchanges as lines for people.
//
// An exchange that is over is one line: time, number, status, operation,
// summary, sizes, duration. One that lasts gets a line when that shows and
// another at its end, with what streams through it in between, indented.
// Lines are grouped by the client's command when several commands talk.
//
//	14:02:11.123 #1    200 SystemPing                                            1.2ms
//	14:02:11.140 #3    101 ContainerAttach  3f2a91c0b7d4                             …
//	14:02:11.353 #3      │ stdout "hello\n"
//	14:02:11.410 #3    101 ContainerAttach  3f2a91c0b7d4           ↑6B ↓6B      270ms
//
// On a terminal lines fit the width; elsewhere they are not cut, and each
// begins with the same columns. No control character of the traffic gets out.
//
// The package reads no clock and makes no goroutine: Event and Tick bring the
// time. Start reading at printer.go.
package text
