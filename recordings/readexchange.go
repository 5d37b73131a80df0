package recordings

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/dockwire/dockwire/decode"
)

// ReadExchange reads the events of one exchange from a recording, as copies
// the caller keeps. Other lines are told by how they begin and not parsed.
// Without an end in the recording the events stop where it stops.
func ReadExchange(path string, id decode.ExchangeID) ([]decode.Event, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	events, err := r.exchange(id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("%s: exchange %d is not in the recording", path, id)
	}
	return events, nil
}

func (r *Reader) exchange(id decode.ExchangeID) ([]decode.Event, error) {
	var events []decode.Event
	for {
		line, err := r.NextLine()
		var bad *LineError
		switch {
		case err == io.EOF:
			return events, nil
		case errors.As(err, &bad):
			continue
		case err != nil:
			return events, err
		}
		event, x, ok := prefix(line)
		if ok && x != id && string(event) != "resume" {
			continue
		}
		if r.version.parse(line) != nil {
			continue
		}
		for e := r.version.next(); e != nil; e = r.version.next() {
			if e.From().Exchange != id {
				continue
			}
			events = append(events, clone(e))
			if _, over := e.(*decode.ExchangeEnd); over {
				return events, nil
			}
		}
	}
}

// prefix reads event name and exchange from how the writer begins every line.
// A line that was written by another hand may begin otherwise.
func prefix(line []byte) (event []byte, x decode.ExchangeID, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"e":"`))
	if !ok {
		return nil, 0, false
	}
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil, 0, false
	}
	event = rest[:end]
	if rest, ok = bytes.CutPrefix(rest[end:], []byte(`","x":`)); !ok {
		return nil, 0, false
	}
	n := 0
	for n < len(rest) && n < 18 && rest[n] >= '0' && rest[n] <= '9' {
		x = x*10 + decode.ExchangeID(rest[n]-'0')
		n++
	}
	return event, x, n > 0 && n < len(rest) && rest[n] == ','
}
