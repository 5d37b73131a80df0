package exchangetest

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Chaos makes events from any bytes, three for each: in any order, of any
// exchange, before its beginning and after its end, as a damaged recording
// may hold them.
func Chaos(b []byte) []decode.Event {
	targets := []string{"/_ping", "/v1.47/images/create?fromImage=a", "/v1.47/containers/a/attach", "/x?%zz"}
	statuses := []int{0, 101, 200, 204, 304, 404, 500, -1}
	var events []decode.Event
	for ; len(b) >= 3; b = b[3:] {
		kind, who, what := b[0], b[1], int(b[2])
		o := decode.Origin{
			Time:     time.Duration(len(events)) * time.Duration(what) * 100 * time.Microsecond,
			Conn:     decode.ConnID(who >> 5),
			Exchange: decode.ExchangeID(who & 7),
		}
		dir := decode.Direction(what & 1)
		data := b[:min(len(b), 9)]
		var e decode.Event
		switch kind % 12 {
		case 0:
			e = &decode.ConnOpened{Origin: o, Peer: decode.Peer{PID: what, Command: []string{"c", string(data)}}}
		case 1:
			e = &decode.ConnClosed{Origin: o, By: decode.Server, How: decode.EndReset}
		case 2, 3:
			t := targets[what%len(targets)]
			e = &decode.RequestHead{Origin: o, Method: "POST", Target: t, Call: engine.Lookup("POST", t), Content: decode.Content(what >> 2 & 15)}
		case 4, 5:
			h := &decode.ResponseHead{Origin: o, Status: statuses[what&7], Content: decode.Content(what >> 3 & 15)}
			if h.Status == 101 || what > 200 {
				h.Framing = decode.FramingHijack
			}
			e = h
		case 6, 7:
			e = &decode.Data{Origin: o, Dir: dir, Fd: what>>1&7 - 2, More: what > 200, Bytes: data}
		case 8:
			e = &decode.DirectionEnd{Origin: o, Dir: dir}
		case 9:
			e = &decode.Omitted{Origin: o, Dir: dir, Bytes: int64(what), Why: "max-body"}
		case 10:
			e = &decode.Anomaly{Origin: o, Dir: dir, Reason: "odd", Bytes: data}
		default:
			e = &decode.ExchangeEnd{Origin: o, By: decode.Client, How: decode.EndCancel}
		}
		events = append(events, e)
	}
	return events
}
