package cells

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// column is a column of a table of JSON values. The last takes what is left.
type column struct {
	name  string
	role  Role
	right bool
	of    func(value map[string]any, doc []byte) string
}

// table shows JSON values that are all of one kind, a value a line. It is nil for
// values that are better shown in words, or as bars.
func table(values []streamValue, clock Clock, width int) []Line {
	ends := bothEnds[streamValue]{max: maxValues}
	for _, v := range values {
		ends.add(v)
	}
	var docs []map[string]any
	var whole []streamValue
	gap := -1
	for _, v := range ends.all(func(int) streamValue { return streamValue{} }) {
		if v.b == nil {
			gap = len(docs)
			continue
		}
		var m map[string]any
		if json.Unmarshal(bytes.TrimLeft(v.b, "\x1e"), &m) == nil { // RFC 7464 puts one before each
			docs, whole = append(docs, m), append(whole, v)
		}
	}
	torn := len(ends.kept) - len(whole)
	if torn > 1 { // one may be cut off
		return nil
	}
	columns := columnsOf(docs)
	if columns == nil {
		return nil
	}
	texts := make([][]string, len(docs))
	widths := make([]int, len(columns))
	for n, c := range columns {
		widths[n] = safe.Width(c.name)
	}
	for i, m := range docs {
		for n, c := range columns {
			s := safe.Cut(c.of(m, whole[i].b), maxString)
			texts[i] = append(texts[i], s)
			widths[n] = min(max(widths[n], safe.Width(s)), max(width/3, 8))
		}
	}
	lines := []Line{tableLine(columns, widths, nil, "time")}
	for i := range docs {
		if i == gap {
			lines = append(lines, valuesLeftOut(ends.left))
		}
		lines = append(lines, tableLine(columns, widths, texts[i], clock.At(whole[i].at, "15:04:05.000")))
	}
	if torn > 0 {
		lines = append(lines, Make(Dim, "one value is not whole and not shown"))
	}
	return lines
}

// tableLine is a line of a table, its heading without texts.
func tableLine(columns []column, widths []int, texts []string, time string) Line {
	var l Line
	l.Add(Dim, Fit(time, len("15:04:05.000"), false))
	for n, c := range columns {
		s, role := c.name, Dim
		if texts != nil {
			s, role = texts[n], c.role
		}
		l.Add(Text, "  ")
		if n == len(columns)-1 && !c.right {
			l.Add(role, s)
		} else {
			l.Add(role, Fit(s, widths[n], c.right))
		}
	}
	return l
}

// columnsOf chooses columns by what all values have; nil for values of pulls,
// pushes and builds.
func columnsOf(docs []map[string]any) []column {
	all := func(names ...string) bool {
		return len(docs) > 0 && !slices.ContainsFunc(docs, func(m map[string]any) bool {
			return slices.ContainsFunc(names, func(n string) bool { return m[n] == nil })
		})
	}
	switch {
	case all("Type", "Action", "Actor"):
		return eventColumns
	case all("cpu_stats", "memory_stats"):
		return statsColumnsOf
	case slices.ContainsFunc(docs, func(m map[string]any) bool {
		return slices.ContainsFunc([]string{"status", "stream", "error", "errorDetail", "aux", "progress"}, func(n string) bool { return m[n] != nil })
	}):
		return nil
	}
	return anyColumns(docs)
}

// eventColumns show what docker events shows.
var eventColumns = []column{
	{"type", Command, false, func(m map[string]any, _ []byte) string { return str(m["Type"]) }},
	{"action", Text, false, func(m map[string]any, _ []byte) string { return str(m["Action"]) }},
	{"of", Good, false, func(m map[string]any, _ []byte) string {
		actor := object(m["Actor"])
		if name := str(object(actor["Attributes"])["name"]); name != "" {
			return name
		}
		id := strings.TrimPrefix(str(actor["ID"]), "sha256:")
		return id[:min(len(id), 12)]
	}},
	{"with", Dim, false, func(m map[string]any, _ []byte) string {
		attributes := object(object(m["Actor"])["Attributes"])
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(attributes)) {
			if k != "name" {
				parts = append(parts, k+"="+str(attributes[k]))
			}
		}
		return strings.Join(parts, " ")
	}},
}

// statsColumnsOf show what docker stats shows.
var statsColumnsOf = []column{
	{"cpu", Number, true, func(_ map[string]any, doc []byte) string {
		p := sample(doc)
		return strings.TrimPrefix(p.CPUText(), "cpu ")
	}},
	{"memory", Number, true, func(_ map[string]any, doc []byte) string { return text.Size(sample(doc).Memory) }},
	{"limit", Dim, true, func(_ map[string]any, doc []byte) string { return text.Size(sample(doc).MemoryMax) }},
	{"net ↓", Text, true, func(m map[string]any, _ []byte) string { return text.Size(netBytes(m, "rx_bytes")) }},
	{"net ↑", Text, true, func(m map[string]any, _ []byte) string { return text.Size(netBytes(m, "tx_bytes")) }},
	{"pids", Text, true, func(m map[string]any, _ []byte) string { return str(object(m["pids_stats"])["current"]) }},
}

func sample(doc []byte) engine.Progress {
	var p engine.Progress
	p.Add(doc)
	return p
}

func netBytes(m map[string]any, which string) (n int64) {
	for _, v := range object(m["networks"]) {
		f, _ := object(v)[which].(float64)
		n += int64(min(max(f, 0), 1<<62))
	}
	return n
}

// maxColumns bounds the columns of values whose kind is not known.
const maxColumns = 8

// anyColumns are the members of the values, in alphabetical order.
func anyColumns(docs []map[string]any) []column {
	names := map[string]bool{}
	for _, m := range docs {
		for k := range m {
			if len(names) < maxColumns {
				names[k] = true
			}
		}
	}
	var columns []column
	for _, k := range slices.Sorted(maps.Keys(names)) {
		columns = append(columns, column{safe.Cut(k, 30), Text, false, func(m map[string]any, _ []byte) string { return str(m[k]) }})
	}
	return columns
}

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }

// str writes a value on one line.
func str(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case map[string]any, []any:
		b, _ := json.Marshal(v)
		return string(b)
	}
	return fmt.Sprint(v)
}
