// Package play decides when a step of a recorded answer may be played: after
// what caused it (Book), not before what other streams had to say earlier
// (Order), and as late as it was recorded (Pace).
//
// The package is pure: who waits, and on which clock, is the caller's matter.
// Nothing here is safe for concurrent use.
package play
