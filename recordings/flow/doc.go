// Package flow is the room of what replay, verify and diff share; it holds
// nothing itself. flow/load reads a recording, flow/match finds the recorded
// exchange that a request means, flow/bind learns which names stand for each
// other, flow/play orders steps in time, flow/compare compares requests and
// answers that belong together.
//
// None of them may know replay, verify or diff, sockets, screens or flags.
// Start reading at flow/load.
package flow
