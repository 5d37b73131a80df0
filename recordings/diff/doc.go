// Package diff compares two recordings as flows of calls: what was added, is
// missing, came in another order, or had another request or response.
//
// Calls are grouped by the client command that made them and aligned within
// it by operation (align.go). Aligned calls are compared place by place, as
// replay compares requests, and their answers likewise (calls.go). What is
// different each time is not compared (volatile.go), and names that a client
// chose newly are bound as in a replay.
//
// It must not know screens, sockets or flags. Start reading at Compare.
package diff
