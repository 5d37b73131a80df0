// Package compare compares exchanges that belong together: Align finds which
// do, Collector takes exchanges apart as they pass, and Pairs compares two of
// them place by place. What is different each time is not compared
// (volatile.go), and names that a client chose newly are bound as in a replay.
//
// It must not know where the exchanges come from. Start reading at Pairs.
package compare
