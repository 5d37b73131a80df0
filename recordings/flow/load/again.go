package load

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// Head calls f with the head of an exchange's request. It is valid during the
// call.
func (rec *Recording) Head(x *Exchange, f func(*decode.RequestHead)) error {
	for l := range x.lines {
		return rec.Events(l, func(e decode.Event) error {
			if h, ok := e.(*decode.RequestHead); ok {
				f(h)
			}
			return nil
		})
	}
	return nil
}

// Again yields the events of an exchange once more, in the order they were
// recorded, and its end. Stream input comes only with Options.Inputs.
func (rec *Recording) Again(x *Exchange, f func(decode.Event)) error {
	lines := slices.Collect(x.lines)
	for _, s := range x.Steps() {
		lines = append(lines, s.Line)
	}
	for i := range x.Sent {
		lines = append(lines, x.Sent[i].Line)
	}
	slices.SortFunc(lines, func(a, b Line) int { return int(a.Offset - b.Offset) })
	lines = slices.CompactFunc(lines, func(a, b Line) bool { return a.Offset == b.Offset })
	ended := false
	for _, l := range lines {
		err := rec.Events(l, func(e decode.Event) error {
			if e.From().Exchange == x.ID {
				f(e)
			}
			_, end := e.(*decode.ExchangeEnd)
			ended = ended || end
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !ended {
		f(&decode.ExchangeEnd{Origin: decode.Origin{Exchange: x.ID}, By: x.End.By, How: x.End.How, OpenResponse: x.End.Open})
	}
	return nil
}
