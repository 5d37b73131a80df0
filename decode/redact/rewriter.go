package redact

import (
	"bytes"
	"hash"
	"strconv"

	"github.com/dockwire/dockwire/decode/engine"
)

// A rewriter takes secrets out of a JSON text, or a row of JSON texts, that
// comes in pieces. It holds back no more than the string it is in, and of that
// no more than maxHeld; everything else leaves at once and byte for byte. It
// takes a little more than RFC 8259 allows, as what it does not understand it
// must hide.
type rewriter struct {
	r          *Redactor
	place      string // where reports say a secret was: "body"
	root       *node
	hideBroken bool // what cannot be parsed is hidden, even if none of it is JSON
	begun      bool // an object or array was seen

	want  want
	node  *node // of the value that comes next or is there now
	stack []frame
	path  []byte // for reports: /Config/Env
	key   []byte // the last key, decoded

	held   []byte // string or scalar that goes on in the next piece
	base   int    // where held began in in, -1: in an earlier piece
	opened bool   // held has the opening quote
	at     int    // where in held the scan goes on
	marks  marks
	isKey  bool
	long   hash.Hash // of a secret too long to hold
	longAs action
	deep   deep

	in     []byte
	out    []byte
	done   int  // in[:done] is in out, or replaced there
	limit  int  // in[limit:] is held
	wrote  bool // out is not just in[:limit]
	edits  []edit
	values []byte // decoded string
	pos    []int  // where its bytes were
}

// edit is a replacement within a text that came in one piece. Edits are
// collected when the slice is not nil.
type edit struct {
	from, to int
	text     string
}

const (
	maxHeld  = 64 << 10
	maxDepth = 256
	maxKey   = 256
	maxPath  = 1024
)

type want uint8

const (
	wantValue want = iota
	wantFirst      // a value or ]
	wantKey
	wantFirstKey // a key or }
	wantColon
	wantNext // , or the end of the container
	inString
	inScalar // a number or literal that is secret, or one that is not
	inLong   // a secret string too long to hold
	inDeep   // a value that nests too deep, hidden
	lost     // broken, hidden to the end
	passing  // broken, passed to the end
)

// marks is what a scan saw in a string.
type marks struct{ escaped, suspect, pair bool }

// frame is an object or array that is open.
type frame struct {
	node   *node
	object bool
	base   int // length of path outside
	inside int // length of path inside
	index  int
	args   arguments
	named  bool            // a Name was seen, for the Value beside it
	name   engine.Strength // how secret it looks
}

// start makes w ready for a new text.
func (w *rewriter) start(root *node) {
	w.root, w.node, w.want, w.begun = root, root, wantValue, false
	w.stack, w.path, w.held, w.long = w.stack[:0], w.path[:0], w.held[:0], nil
}

// feed takes the next piece and returns what may leave: p itself or its
// beginning when nothing was replaced, else dst with the bytes appended.
func (w *rewriter) feed(dst, p []byte) []byte {
	w.in, w.out, w.done, w.limit, w.wrote = p, dst, 0, len(p), false
	i := w.resume()
	for i < len(p) {
		i = w.token(i)
	}
	w.in = nil
	if !w.wrote {
		return p[:w.limit]
	}
	return append(w.out, p[w.done:w.limit]...)
}

// resume goes on with what the piece before left open.
func (w *rewriter) resume() int {
	switch w.want {
	case inString:
		return w.resumeString()
	case inScalar:
		return w.resumeScalar()
	case inLong:
		return w.resumeLong(0)
	case inDeep:
		return w.resumeDeep(0)
	case lost:
		return w.resumeLost(0)
	}
	return 0
}

// token takes what begins at in[i] and returns where the next begins.
func (w *rewriter) token(i int) int {
	c := w.in[i]
	if isSpace(c) && w.want < inString {
		return i + 1
	}
	switch w.want {
	case wantValue, wantFirst:
		switch {
		case c == '"':
			w.isKey = false
			return w.scanString(i)
		case c == '{' || c == '[':
			return w.open(i, c == '{')
		case c == ']' && w.want == wantFirst:
			w.close()
			return i + 1
		case scalarChars[c]:
			return w.scanScalar(i)
		case c == 0x1E && len(w.stack) == 0: // RFC 7464 record separator
			return i + 1
		}
	case wantKey, wantFirstKey:
		if c == '"' {
			w.isKey = true
			return w.scanString(i)
		}
		if c == '}' && w.want == wantFirstKey {
			w.close()
			return i + 1
		}
	case wantColon:
		if c == ':' {
			w.want = wantValue
			return i + 1
		}
	case wantNext:
		f := &w.stack[len(w.stack)-1]
		switch {
		case c == ',' && f.object:
			w.want = wantKey
			return i + 1
		case c == ',':
			f.index++
			w.node, w.want = f.node.element(), wantValue
			return i + 1
		case c == '}' && f.object, c == ']' && !f.object:
			w.close()
			return i + 1
		}
	case lost:
		return w.resumeLost(i)
	case passing:
		return len(w.in)
	}
	return w.broken(i)
}

func (w *rewriter) open(i int, object bool) int {
	if len(w.stack) == maxDepth {
		return w.openDeep(i)
	}
	w.begun = true
	f := frame{node: w.node, object: object, base: len(w.path)}
	if n := len(w.stack); n > 0 && !w.stack[n-1].object && len(w.path) < maxPath {
		w.path = strconv.AppendInt(append(w.path, '/'), int64(w.stack[n-1].index), 10)
	}
	f.inside = len(w.path)
	w.stack = append(w.stack, f)
	if object {
		w.want = wantFirstKey
	} else {
		w.node, w.want = f.node.element(), wantFirst
	}
	return i + 1
}

func (w *rewriter) close() {
	n := len(w.stack) - 1
	w.path = w.path[:w.stack[n].base]
	w.stack = w.stack[:n]
	w.valueDone()
}

func (w *rewriter) valueDone() {
	if n := len(w.stack); n > 0 {
		w.want = wantNext
		if f := &w.stack[n-1]; f.object {
			w.path = w.path[:f.inside]
		}
		return
	}
	w.want, w.node = wantValue, w.root
}

// setKey enters the member of that key; shown is what reports say of it.
func (w *rewriter) setKey(key, shown []byte) {
	f := &w.stack[len(w.stack)-1]
	w.node = f.node.child(key)
	if len(w.r.names.extra) > 0 && w.r.names.key(key) {
		w.node = w.r.named
	}
	if w.node.act != nil {
		w.key = append(w.key[:0], key[:min(len(key), maxKey)]...)
	}
	w.want = wantColon
	if len(w.path)+len(shown) >= maxPath {
		return
	}
	w.path = append(w.path, '/')
	if bytes.IndexByte(shown, '/') < 0 && bytes.IndexByte(shown, '~') < 0 {
		w.path = append(w.path, shown...)
		return
	}
	for _, c := range shown { // RFC 6901 section 3
		switch c {
		case '~':
			w.path = append(w.path, '~', '0')
		case '/':
			w.path = append(w.path, '~', '1')
		default:
			w.path = append(w.path, c)
		}
	}
}

// where says for reports where the present value is.
func (w *rewriter) where() string {
	buf := append(append(make([]byte, 0, 64), w.place...), w.path...)
	if n := len(w.stack); n > 0 && !w.stack[n-1].object {
		buf = strconv.AppendInt(append(buf, '/'), int64(w.stack[n-1].index), 10)
	}
	return string(buf)
}

// write replaces in[from:to] with text.
func (w *rewriter) write(from, to int, text ...[]byte) {
	w.out = append(w.out, w.in[w.done:from]...)
	for _, t := range text {
		w.out = append(w.out, t...)
	}
	w.done, w.wrote = to, true
}

// secretScalar reports whether a number here would be a secret.
func (w *rewriter) secretScalar() bool {
	act := w.node.act
	if act == nil {
		return false
	}
	switch act.how {
	case engine.Whole:
		return true
	case engine.EnvPair, engine.EnvObject, engine.OptionObject:
		return w.inObject() && w.r.names.suspect(w.key)
	case engine.NamedValue:
		return w.pairValue()
	}
	return false
}

func (w *rewriter) inObject() bool {
	n := len(w.stack)
	return n > 0 && w.stack[n-1].object
}

// pairValue reports whether this is the Value beside a Name that looks secret
// or was not seen yet.
func (w *rewriter) pairValue() bool {
	if !w.inObject() || string(fold(nil, w.key)) != "value" {
		return false
	}
	f := &w.stack[len(w.stack)-1]
	return !f.named || f.name > engine.Harmless
}

// nameOfValue is how secret the name of the present value looks, which says
// that it is one of a pair.
func (w *rewriter) nameOfValue() engine.Strength {
	if w.node.act.how != engine.NamedValue {
		return w.r.names.strength(w.key)
	}
	if f := &w.stack[len(w.stack)-1]; f.named {
		return f.name
	}
	return engine.Strong
}
