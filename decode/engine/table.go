package engine

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed operations.tsv
var operationsTSV string

// table is parsed once and never changes: the operations in the order of the
// file, by lower-case id, and as routes.
type table struct {
	operations []*Operation
	byID       map[string]*Operation
	routes     routes
}

var theTable = sync.OnceValue(func() *table {
	ops := parseOperations(operationsTSV)
	t := &table{operations: ops, byID: make(map[string]*Operation, len(ops)), routes: newRoutes(ops)}
	for _, op := range ops {
		t.byID[strings.ToLower(op.ID)] = op
	}
	return t
})

// Operations returns every known operation: those of the API's description
// first, in its order, then routes that dockerd serves beside them (these
// have no Since). The slice is the caller's, the operations are shared.
func Operations() []*Operation { return append([]*Operation(nil), theTable().operations...) }

// Find returns the operation of that id, whatever its case, or nil.
func Find(id string) *Operation { return theTable().byID[strings.ToLower(id)] }

func parseOperations(tsv string) []*Operation {
	var ops []*Operation
	for _, f := range Rows("operations.tsv", tsv, 10) {
		ops = append(ops, &Operation{
			ID: f[0], Method: f[1], Path: f[2], Tag: f[3], Since: dash(f[4]),
			Stream: Kind(f[5]), Request: Kind(f[6]), Result: Kind(f[7]),
			Query: list(f[8]), Headers: list(f[9]),
		})
	}
	return ops
}

// Rows are the rows of an embedded table, split at tabs. A line that begins with #
// is a comment. A row with another number of columns is a panic: tests read every
// table.
func Rows(name, tsv string, columns int) [][]string {
	var rows [][]string
	for n, line := range strings.Split(tsv, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("%s:%d: %d columns, want %d", name, n+1, len(row), columns))
		}
		rows = append(rows, row)
	}
	return rows
}

func dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

func list(s string) []string {
	if s == "-" {
		return nil
	}
	return strings.Split(s, ",")
}
