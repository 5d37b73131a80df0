// Package build folds the messages of BuildKit into builds: what was asked for,
// its steps with their progress and output, what the daemon took from the
// client, and the result.
//
// It is pure and bounded: events in, builds out, and only so much is kept of a
// build that never ends. It reads the messages after redaction.
// It must not know how a build is shown.
//
// Start reading at Fold, then Build.
package build
