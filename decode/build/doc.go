// Package build folds the messages of BuildKit into builds: what was asked for,
// its steps with their progress and output, what the daemon took from the
// client, and what came of it.
//
// It is pure and bounded: events in, builds out, and of a build that never ends
// only so much is kept. What it reads are the messages as redaction left them.
// It must not know how a build is shown.
//
// Start reading at Fold, then Build.
package build
