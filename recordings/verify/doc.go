// Package verify is the client side of a recording: it makes the recorded
// calls again, against a live daemon, and tells where the answers differ in
// meaning.
//
// A call is made when what came before it in the recording has come again
// (gate.go): answers, the heads and contents of streams, input, the end of
// streams that the client left. What the daemon chooses newly (ids, names) is
// learned from the answers and put into later requests (learn.go, request.go).
// What is not sent says why: what the recording does not hold (plan.go), what
// would need a thing that was not made (lost.go), what would change things that
// were on the daemon before (foreign.go). The live exchange is decoded and
// redacted as any other (wire.go), and compared by recordings/diff.
//
// It is given connections: it must not know endpoints, TLS, flags or screens.
// Start reading at Run.
package verify
