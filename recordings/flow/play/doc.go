// Package play decides when a step of a recorded answer may be played: after
// what caused it (Book), not before what other streams had to say earlier
// (Order), and as late as it was recorded (Pace).
//
// The package is pure: waiting, and the clock, are the caller's task.
// Nothing here is safe for concurrent use.
package play
