package text

import (
	"time"

	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// Options says what is printed and how. The zero value prints plain lines of
// any length for every exchange, without heads, bodies and streams.
type Options struct {
	Filter *filter.Filter // nil: everything

	Start    time.Time      // wall clock at the observation's beginning; zero: times are shown as seconds since
	Location *time.Location // nil: local

	Color bool // use SGR sequences
	Width int  // columns of the terminal, 24 at least for lines to fit; 0: none, lines are not cut
	CRLF  bool // end lines with \r\n, for a terminal in raw mode

	Streams bool // show what streams as it comes
	Headers bool // show heads
	Body    bool // show bodies, JSON indented, as far as the exchange keeps them
	Raw     bool // show heads and bodies as they were on the wire, binary as hex
	All     bool // leave nothing out: every frame and value of a stream however fast they come, settings that are defaults

	Asides bool // list also calls that only surround builds: probes, empty connections, health checks, tracing

	Judged *exchange.Judged // what the whole recording says of its calls; nil: not known

	FirstCommand bool // name the client's command also before a second one talks

	Keep int // bytes of a body to keep, as in exchange.NewFolder
}
