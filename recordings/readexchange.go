package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// ReadExchange reads the events of one exchange from a recording, as copies
// the caller keeps. Lines of other exchanges are not parsed. Without an end in
// the recording the events stop where it stops.
func ReadExchange(path string, id decode.ExchangeID) ([]decode.Event, error) {
	events, err := ReadExchangeAt(context.Background(), path, 0, id, math.MaxInt64)
	if err == nil && len(events) == 0 {
		err = fmt.Errorf("%s: exchange %d is not in the recording", path, id)
	}
	return events, err
}

// ReadExchangeAt is like ReadExchange but starts at a known offset, in bytes
// of text, of a line at or before the exchange's first: see Reader.Line and
// Writer.Offset. It reads at most limit bytes of the exchange's lines, and
// ends with an Omitted when it stopped there. Of a recording that is being
// written it gives what there is.
func ReadExchangeAt(ctx context.Context, path string, offset int64, id decode.ExchangeID, limit int64) ([]decode.Event, error) {
	r, err := openAt(path, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	events, err := r.exchange(ctx, id, limit)
	if err != nil {
		return events, fmt.Errorf("%s: %w", path, err)
	}
	return events, nil
}

func (r *Reader) exchange(ctx context.Context, id decode.ExchangeID, limit int64) (events []decode.Event, err error) {
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return events, ctx.Err()
		}
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
		event, x, ok := v1.Scan(line)
		if ok && x != id && string(event) != "resume" || r.decoder.Parse(line) != nil {
			continue
		}
		for e := r.event(); e != nil; e = r.event() {
			if e.From().Exchange != id {
				continue
			}
			events = append(events, decode.Clone(e))
			if _, over := e.(*decode.ExchangeEnd); over {
				return events, nil
			}
		}
		if limit -= int64(len(line)); limit < 0 {
			o := decode.Origin{Exchange: id}
			if len(events) > 0 {
				o = *events[len(events)-1].From()
			}
			return append(events, &decode.Omitted{Origin: o, Dir: decode.Response, Why: "more is recorded than is read back at once"}), nil
		}
	}
}
