package replay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// maxList bounds the length of a list from which things are taken out.
const maxList = 16 << 20

// withoutAbsent is the body of a list without the things that are not there; nil where
// it shows none of them, or is no list.
func (a *answer) withoutAbsent() []byte {
	if len(a.x.Absent) == 0 {
		return nil
	}
	var body []byte
	for _, s := range a.x.Steps() {
		_ = a.p.rec.Events(s.Line, func(e decode.Event) error { // unreadable: it is no list
			if d, ok := e.(*decode.Data); ok && d.Dir == decode.Response && len(body) <= maxList {
				body = append(body, d.Bytes...)
			}
			return nil
		})
	}
	list := body
	if volumes := (struct{ Volumes json.RawMessage }{}); json.Unmarshal(body, &volumes) == nil {
		list = volumes.Volumes
	}
	var all []json.RawMessage
	if json.Unmarshal(list, &all) != nil {
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(all), func(one json.RawMessage) bool {
		var thing struct{ ID, Name string }
		_ = json.Unmarshal(one, &thing)                                  // unreadable: it stays
		return slices.Contains(a.x.Absent, cmp.Or(thing.ID, thing.Name)) // a volume's name is its id
	})
	if len(left) == len(all) {
		return nil
	}
	raw := make([][]byte, len(left))
	for i, one := range left {
		raw[i] = one
	}
	return bytes.Replace(body, bytes.TrimSpace(list), slices.Concat([]byte("["), bytes.Join(raw, []byte(",")), []byte("]")), 1)
}
