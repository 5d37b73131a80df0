// Package rooms holds the test that imports run one way: a table says which
// package may import which, and which of the standard library's packages a
// room must not know. ARCHITECTURE.md gives the reasons.
package rooms
