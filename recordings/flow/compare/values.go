package compare

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// values makes a line of each JSON value of a stream, of events only of those
// that are wanted.
func values(op *engine.Operation, b []byte, wanted func([]byte) bool) []string {
	if op != nil && op.ID == "ContainerStats" {
		return nil // every number in it is of the moment
	}
	if op == nil || op.ID != "SystemEvents" {
		wanted = nil
	}
	var lines []string
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			break
		}
		if wanted != nil && !wanted(raw) {
			continue
		}
		if line := valueLine(raw); line != "" {
			lines = append(lines, line)
		}
	}
	if op != nil && (op.ID == "ImageCreate" || op.ID == "ImagePush" || op.ID == "PluginPull") {
		// Layers are fetched side by side: which comes first is chance.
		slices.Sort(lines)
		lines = slices.Compact(lines)
	}
	return lines
}

// valueLine is a value without what is of the moment; "" when nothing is left
// or when it only says how far a transfer is.
func valueLine(raw []byte) string {
	leaves, ok := match.JSONLeaves("", raw, rewrite)
	if !ok {
		return rewrite(string(raw))
	}
	var words []string
	for _, l := range leaves {
		switch {
		case strings.HasPrefix(l.Place, ".progressDetail.") || l.Place == ".progress":
			return ""
		case l.Place == ".progressDetail" || volatilePlace(nil, l.Place):
		case l.Place == "":
			words = append(words, l.Value)
		default:
			words = append(words, strings.TrimPrefix(l.Place, ".")+"="+l.Value)
		}
	}
	return strings.Join(words, " ")
}
