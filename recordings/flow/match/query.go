package match

import (
	"cmp"
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"github.com/dockwire/dockwire/decode/engine"
)

//go:embed queryfacts.tsv
var queryTable string

// queryFact is how the API describes a query parameter.
type queryFact struct {
	kind  string // boolean, integer, string, array
	zero  string // what an absent parameter means, "" if the API does not say
	since string // the first version of the API that has it, "" for 1.41 and before
}

// queryFacts are by operation and name.
var queryFacts = sync.OnceValue(func() map[[2]string]queryFact {
	facts := map[[2]string]queryFact{}
	for _, f := range engine.Rows("queryfacts.tsv", queryTable, 5) {
		for i := range f {
			if f[i] == "-" {
				f[i] = ""
			}
		}
		facts[[2]string{f[0], f[1]}] = queryFact{f[2], f[3], f[4]}
	}
	return facts
})

// jsonQueries are parameters that hold JSON, in clients of any age (moby
// daemon/server/router/build/build_routes.go).
var jsonQueries = map[string]bool{"filters": true, "buildargs": true, "labels": true, "cachefrom": true, "ulimits": true, "outputs": true}

// newNames are parameters that got another name: keep-storage until API 1.48.
var newNames = map[string]string{"keep-storage": "reserved-space"}

// meaning brings a query parameter to the form in which equal meanings are
// equal. absent tells that it means what leaving it out means.
func meaning(c *engine.Call, name, value string) (text string, absent bool) {
	fact, known := queryFacts()[[2]string{c.Op.ID, name}]
	if value == "" || value == "null" && jsonQueries[name] {
		return value, true // dockerd reads a missing parameter as an empty one
	}
	if engine.Older(c.Version, fact.since) {
		return value, true // dockerd passes over it: docker 29 asks for system/df?verbose=1 by any version
	}
	switch {
	case name == "signal": // dockerd takes KILL and SIGKILL (moby/sys/signal)
		value = "SIG" + strings.TrimPrefix(strings.ToUpper(value), "SIG")
		if _, err := strconv.Atoi(value[3:]); err == nil {
			value = value[3:]
		}
	case fact.kind == "boolean":
		value = strconv.FormatBool(engine.BoolValue(value))
		fact.zero = cmp.Or(fact.zero, "false")
	case fact.kind == "integer" && name != "t": // the one that dockerd reads into a pointer
		fact.zero = cmp.Or(fact.zero, "0")
	case name == "networkmode":
		fact.zero = "default"
	}
	return value, known && value == fact.zero
}
