package replay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/load"
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
	a.p.leftOut(a.x.Exchange, len(all)-len(left))
	raw := make([][]byte, len(left))
	for i, one := range left {
		raw[i] = one
	}
	return bytes.Replace(body, bytes.TrimSpace(list), slices.Concat([]byte("["), bytes.Join(raw, []byte(",")), []byte("]")), 1)
}

// leftOut notes that a list is answered without things that it had when it was recorded.
func (p *Player) leftOut(x *load.Exchange, things int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listsLeft == 0 {
		p.firstLeft = x
	}
	p.listsLeft++
	p.thingsLeft += things
}

// shortened is a warning of the lists that were answered without things; p.mu is held.
func (p *Player) shortened() []Warning {
	if p.listsLeft == 0 {
		return nil
	}
	x := p.firstLeft
	return []Warning{{Exchange: x.ID, File: x.File(), Text: fmt.Sprintf("%d %s had %d %s less than recorded, which clients of this replay have not made or have removed; the first of them is %s %s",
		p.listsLeft, plural(p.listsLeft, "list", "lists"), p.thingsLeft, plural(p.thingsLeft, "thing", "things"), x.Method, x.Call.Path)}}
}
