// Package loadtest makes the load that dockwire's benchmarks run under, and
// the bare copy loop that they compare with. It is for benchmarks only.
//
// A benchmark starts a Daemon, puts a BareLoop and what it measures in front
// of it, each a process of its own, and drives both with the same Client calls
// in turns, so that what else the machine does hits both alike. The requests
// look like Engine API calls, so that a decoder in the path has its usual work.
package loadtest
