package exchange

import (
	"bytes"
	"maps"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

const (
	maxThings  = 4096
	maxNames   = 2 * maxThings // with those that things had before
	maxMoments = 64
	maxSays    = 256
	shortLen   = 12
)

// Thing is a container, image, network, volume or exec that was named, and its
// life as far as it was seen.
type Thing struct {
	Kind  string // "container", "image", "network", "volume", "exec"
	ID    string // whole where it was told
	Name  string // "" when none was told; of an exec its command line
	Image string // of a container
	Of    string // the container of an exec, by id
	Life  []Moment
	Cut   int // moments that are not kept
	State engine.State

	bound   bool     // its memory is limited
	starter *Command // whose call started it
	ended   bool     // since it was started
	failed  bool     // the latest start did not start it
	stopped bool     // a client asked for its end since it was started
	seen    CommandID
	looks   int    // how often the command that looked last has looked
	says    []byte // the end of its error output, or of its terminal
	out     []byte // the end of its other output
	before  []byte // what its terminal showed before the latest line was typed
	echo    bool   // what its terminal shows next is that line
}

// Moment is something that happened to a thing.
type Moment struct {
	At       time.Duration
	What     string            // "created", "started", "healthy", "exited 137", "removed", …
	Exchange decode.ExchangeID // the call or stream that told
}

// Things are what a recording has named, by id. They are bounded: the oldest go.
type Things struct {
	byID  map[string]*Thing    // whole id, or the name of what has none
	short map[string]*Thing    // first twelve digits
	named map[[2]string]*Thing // by kind and name
	order []*Thing
	gone  int // how often some were forgotten
}

func (ts *Things) init() {
	ts.byID, ts.short, ts.named = map[string]*Thing{}, map[string]*Thing{}, map[[2]string]*Thing{}
}

// find returns what is known by an id, the first digits of one (twelve at
// least), or a name of that kind; nil if nothing is.
func (ts *Things) find(kind, ref string) *Thing {
	if ref == "" {
		return nil
	}
	id := strings.TrimPrefix(ref, "sha256:")
	if t := ts.byID[id]; t != nil && t.Kind == kind {
		return t
	}
	if len(id) >= shortLen {
		if t := ts.short[id[:shortLen]]; t != nil && t.Kind == kind && (len(id) == shortLen || strings.HasPrefix(t.ID, id)) {
			return t
		}
	}
	return ts.named[[2]string{kind, ref}]
}

// add returns the thing that news are about, known or new.
func (ts *Things) add(n *engine.News) *Thing {
	if t := ts.find(n.Kind, n.ID); t != nil {
		return t
	}
	if t := ts.byID[n.Name]; t != nil && n.Name != "" && t.Kind == n.Kind { // asked for by its name until now
		delete(ts.byID, t.ID)
		t.ID = strings.TrimPrefix(n.ID, "sha256:")
		ts.index(t)
		return t
	}
	if n.ID == "" {
		return nil
	}
	if len(ts.order) == maxThings {
		ts.forget(maxThings / 4)
	}
	t := &Thing{Kind: n.Kind, ID: strings.TrimPrefix(n.ID, "sha256:"), Of: n.Of}
	ts.index(t)
	ts.order = append(ts.order, t)
	return t
}

func (ts *Things) index(t *Thing) {
	ts.byID[t.ID] = t
	if len(t.ID) >= shortLen && isHex(t.ID) {
		ts.short[t.ID[:shortLen]] = t
	}
}

func (ts *Things) name(t *Thing, name string) {
	if name == "" || t.Name == name {
		return
	}
	t.Name = name
	ts.named[[2]string{t.Kind, name}] = t
	if len(ts.named) > maxNames {
		maps.DeleteFunc(ts.named, func(key [2]string, t *Thing) bool { return key != [2]string{t.Kind, t.Name} })
	}
}

func (ts *Things) forget(n int) {
	ts.gone++
	for _, t := range ts.order[:n] {
		delete(ts.byID, t.ID)
		if len(t.ID) >= shortLen && ts.short[t.ID[:shortLen]] == t {
			delete(ts.short, t.ID[:shortLen])
		}
		if key := [2]string{t.Kind, t.Name}; ts.named[key] == t {
			delete(ts.named, key)
		}
	}
	ts.order = append(ts.order[:0:0], ts.order[n:]...)
}

// namedIn writes a text with names in place of the ids that it holds, as docker
// shortens them or whole. Where an answer only tells the name, the name goes
// before the arrow: "web → running" for "3f2a91c0b7d4 → web running". A name that
// the text has elsewhere is not written again.
func (ts *Things) namedIn(text string) string {
	if len(ts.short) == 0 || len(text) < shortLen {
		return text
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(text); {
		n := 0
		for i+n < len(text) && hexDigit(text[i+n]) {
			n++
		}
		if n == shortLen || n == 64 {
			if t := ts.short[text[i:i+shortLen]]; t != nil && t.Name != "" {
				told, tells := strings.CutPrefix(text[i+n:], " → "+t.Name+" ")
				switch {
				case tells:
					b.WriteString(text[done:i] + t.Name + " → ")
					n = len(text) - len(told) - i
					done = i + n
				case !strings.Contains(text, t.Name):
					b.WriteString(text[done:i] + t.Name)
					done = i + n
				}
			}
		}
		i += max(n, 1)
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// MayBeNamed says whether names may stand for ids in a text, once they are known.
func MayBeNamed(text string) bool {
	for n, i := 0, 0; i <= len(text); i++ {
		switch {
		case i < len(text) && hexDigit(text[i]):
			n++
		case n == shortLen || n == 64:
			return true
		default:
			n = 0
		}
	}
	return false
}

func hexDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

func (t *Thing) moment(at time.Duration, what string, x decode.ExchangeID) {
	if n := len(t.Life); n > 0 && t.Life[n-1].What == what && what != "started" {
		return // told by a call and by an event, or looked at again
	}
	if len(t.Life) == maxMoments {
		t.Cut++
		t.Life = append(t.Life[:maxMoments/2], t.Life[maxMoments/2+1:]...)
	}
	t.Life = append(t.Life, Moment{at, what, x})
}

// hear keeps the end of what it says.
func hear(kept, b []byte) []byte {
	if len(b) > maxSays {
		b = b[len(b)-maxSays:]
	}
	if n := len(kept) + len(b); n > 2*maxSays {
		kept = append(kept[:0], kept[min(n-maxSays, len(kept)):]...)
	}
	return append(kept, b...)
}

// typed takes in what was typed at its terminal. A line that is typed ends what was said
// before, and its echo, behind a prompt, is not said by the program.
func (t *Thing) typed(b []byte) {
	if bytes.ContainsAny(b, "\r\n\x03\x04") {
		t.before, t.says, t.echo = t.says[:bytes.LastIndexByte(t.says, '\n')+1], nil, true
	}
}

// unechoed is what its terminal shows without the echo of a line.
func (t *Thing) unechoed(b []byte) []byte {
	if !t.echo {
		return b
	}
	_, after, ended := bytes.Cut(b, []byte("\n"))
	t.echo = !ended
	return after
}

// lastWords is the last line of what it said, fit to be shown. Where a line was typed and
// nothing came of it, not even a prompt (exit, say), it is of what came before that line.
func (t *Thing) lastWords() string {
	says := t.says
	if last := bytes.LastIndexByte(says, '\n') + 1; strings.HasSuffix(engine.OneLine(string(says[last:])+"|"), " |") {
		says = says[:last] // behind it is a prompt
	} else if len(bytes.TrimSpace(says)) == 0 && len(t.before) > 0 {
		says = t.before
	}
	if len(says) == 0 && (t.State.Exit == 126 || t.State.Exit == 127) {
		says = t.out // what could not be run is told there
	}
	return cause(lastLine(says))
}
