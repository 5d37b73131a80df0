package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// Options say how strict to be.
type Options struct {
	// Partial replays a recording that was cut off as far as it goes.
	Partial bool
	// Unkept replays a recording although it lacks answers' bytes: asking for
	// one of those is then a miss.
	Unkept bool
	// Request is called for each exchange when its request is complete, with
	// the bytes of its body as far as they were kept, at most MaxBody. They
	// are valid during the call.
	Request func(x *Exchange, body []byte)
	// Inputs keeps where the lines of stream input are, for callers that send it
	// again.
	Inputs bool
}

// MaxBody is how much of a request body is looked at in one piece.
const MaxBody = 8 << 20

// Recording is a loaded recording. It is safe for concurrent use once loaded.
type Recording struct {
	Path      string            // of its files, with ", " between them
	Header    recordings.Header // of the first file
	Exchanges []*Exchange       // by Pos
	Groups    []Group
	Agents    map[string]bool // all user agents
	Stopped   bool            // the recording ended in order
	Notes     []string        // what a person should know: "the last line is torn"
	sources   []*source
	packed    [][]byte // see pack.go
}

// Group is a client that made requests: a process if the kernel knew it, else a remote
// host with a user agent.
type Group struct {
	Name  string
	Agent string // of its first request
}

// features are those of Header.Need that can be replayed.
var features = []string{}

// Open loads a recording of one file, or of several, each as if it had been
// recorded behind the one before. What cannot be replayed is an error that says why.
func Open(path string, o Options, more ...string) (*Recording, error) {
	rec := &Recording{Path: strings.Join(append([]string{path}, more...), ", "), Agents: map[string]bool{}}
	base := 0
	for _, p := range append([]string{path}, more...) {
		last, err := rec.open(p, o, base)
		base = last
		var of *fs.PathError
		if errors.As(err, &of) {
			return nil, errors.Join(err, rec.Close()) // it names the file
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", p, err), rec.Close())
		}
	}
	return rec, nil
}

// open adds a file whose lines are counted from base. It returns the number of
// the last.
func (rec *Recording) open(path string, o Options, base int) (last int, err error) {
	f, err := openText(path)
	if err != nil {
		return base, err
	}
	r, err := recordings.NewReader(f)
	if err != nil {
		f.Close()
		return base, err
	}
	defer r.Close() // not f: that is read on
	if len(rec.sources) == 0 {
		rec.Header = r.Header()
	} else if redacted := r.Header().Redact; redacted != rec.Header.Redact {
		f.Close()
		return base, fmt.Errorf("its secrets are redacted in another way (%q) than those of %s (%q): they cannot be replayed together", redacted, rec.sources[0].path, rec.Header.Redact)
	}
	rec.sources = append(rec.sources, &source{path: path, f: f, header: r.Header(), before: base})
	return rec.read(r, o, base)
}

// read goes through a file once.
func (rec *Recording) read(r *recordings.Reader, o Options, base int) (last int, err error) {
	header := r.Header()
	for _, n := range header.Need {
		if !slices.Contains(features, n) {
			return base, fmt.Errorf("the recording needs %q to be replayed, which this program does not know: use a newer one", n)
		}
	}
	file, first := int32(len(rec.sources)-1), len(rec.Exchanges)
	l := newLoader(rec, o)
	last = base
	for {
		e, err := r.Next()
		var bad *recordings.LineError
		switch {
		case err == nil:
			line, offset, number := r.Line()
			last = base + number
			l.event(e, Line{offset, int32(len(line)), file}, last)
		case err == io.EOF:
			rec.Stopped = r.Stopped()
			return last, l.finish(rec.Exchanges[first:])
		case errors.As(err, &bad):
			return last, fmt.Errorf("damaged: %w", bad)
		default:
			return last, err
		}
	}
}

// Empty is a recording in which nothing is.
func Empty(path string) *Recording { return &Recording{Path: path, Stopped: true} }

// Close closes the files.
func (rec *Recording) Close() (err error) {
	for _, s := range rec.sources {
		err = errors.Join(err, s.f.Close())
	}
	return err
}

// Events calls f with each event of a line of the recording. They are valid
// during the call.
func (rec *Recording) Events(l Line, f func(decode.Event) error) error {
	return rec.sources[l.file].events(l, f)
}

// RequestBody reads the body of a request back, if it is Whole.
func (rec *Recording) RequestBody(x *Exchange) ([]byte, error) {
	if !x.Request.Whole {
		return nil, nil
	}
	var body []byte
	err := rec.EachRequestData(x, func(p []byte) error {
		body = append(body, p...)
		return nil
	})
	return body, err
}

// EachRequestData calls f with what is kept of a request's body, a line at a
// time. The bytes are valid during the call.
func (rec *Recording) EachRequestData(x *Exchange, f func([]byte) error) error {
	for l := range x.lines {
		err := rec.Events(l, func(e decode.Event) error {
			if d, ok := e.(*decode.Data); ok && d.Dir == decode.Request {
				return f(d.Bytes)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unkept lists the exchanges whose answers cannot be played for want of bytes.
func unkept(exchanges []*Exchange) error {
	var b strings.Builder
	n := 0
	for _, x := range exchanges {
		if x.Unkept == "" {
			continue
		}
		if n++; n <= 10 {
			fmt.Fprintf(&b, "\n  #%d %s %s: %s", x.ID, x.Method, x.Target, x.Unkept)
		}
	}
	if n > 10 {
		fmt.Fprintf(&b, "\n  and %d more", n-10)
	}
	if n == 0 {
		return nil
	}
	if n == 1 {
		return fmt.Errorf("an answer was not kept whole, so it cannot be replayed (record with --max-body=all, or replay without it: --unkept):%s", b.String())
	}
	return fmt.Errorf("%d answers were not kept whole, so they cannot be replayed (record with --max-body=all, or replay without them: --unkept):%s", n, b.String())
}
