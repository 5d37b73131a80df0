// Package engine knows what requests and responses mean to the Docker Engine:
// which operation a request is (Lookup), where secrets travel in it
// (Operation.Secrets), its outcome in one line (Summary), and its explanation
// (Explain).
//
// It knows facts, not traffic: no connections, no events, no files, no screen.
// It must not import decode. Facts are tables (operations.tsv, secrets.tsv,
// explain/), each with a test that it is complete; a new operation of the API
// is a row in each.
//
// Start reading at operations.tsv and lookup.go.
package engine
