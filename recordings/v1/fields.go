package v1

import (
	"errors"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// value is the fields of bytes as they are kept.
type value struct{ n, t0, text, json, nl, b64, sha256, xxh3 []byte }

// fields are the fields of a line as written; nil where there is none.
// Fields that are not here are ignored.
type fields struct {
	set   []*[]byte      // those of the line, to be cleared
	known []decode.Field // what h says, where that is known
	inner value          // what body has
	value
	e, x, t, c                     []byte
	m, u, p, proto, h, raw         []byte
	s, r, why, fr, len, kind, mux  []byte
	body, red, fin, dt             []byte
	fd, more, ws, dir              []byte
	total, tar, tarcut, tarerr     []byte
	by, how, err, open             []byte
	peer, listener, upstream, dial []byte
	start, wall                    []byte
	parent, stream, from           []byte
	typ, size, comp                []byte
	settings, ping, window         []byte
	priority, goaway, other, late  []byte
}

// event is the name of the event.
func (f *fields) event() string {
	if len(f.e) < 2 || f.e[0] != '"' {
		return ""
	}
	return string(f.e[1 : len(f.e)-1])
}

func (f *fields) clear() {
	for _, p := range f.set {
		*p = nil
	}
	f.set, f.known, f.inner = f.set[:0], nil, value{}
}

func (f *fields) split(line []byte, known *Known) error {
	if !utf8.Valid(line) {
		return errors.New("not UTF-8")
	}
	m := rawjson.Object(line)
	for m.NextKey() {
		p := f.field(m.Key)
		switch {
		case p == &f.h && f.head(&m, known):
		case p == &f.body && f.inside(&m, known):
		case !m.Read():
			continue // it is bad
		}
		if p != nil {
			*p = m.Value
			f.set = append(f.set, p)
		}
	}
	if m.Bad() {
		return errors.New("not a JSON object")
	}
	return nil
}

// head takes the value of h where it is known.
func (f *fields) head(m *rawjson.Members, known *Known) bool {
	var n int
	f.known, n = known.head(m.Rest())
	if n > 0 {
		m.Take(n)
	}
	return n > 0
}

// inside splits the body on the way.
func (f *fields) inside(m *rawjson.Members, known *Known) bool {
	f.inner = value{}
	if rest := m.Rest(); len(rest) == 0 || rest[0] != '{' {
		return false
	}
	in := m.Inside()
	for in.NextKey() {
		if p := f.inner.field(in.Key); p == &f.inner.json {
			known.json(&in)
			*p = in.Value
		} else if in.Read() && p != nil {
			*p = in.Value
		}
	}
	return m.Leave(&in)
}

func (f *fields) field(key []byte) *[]byte {
	switch string(key) {
	case "e":
		return &f.e
	case "x":
		return &f.x
	case "t":
		return &f.t
	case "c":
		return &f.c
	case "m":
		return &f.m
	case "u":
		return &f.u
	case "p":
		return &f.p
	case "proto":
		return &f.proto
	case "h":
		return &f.h
	case "raw":
		return &f.raw
	case "s":
		return &f.s
	case "r":
		return &f.r
	case "fr":
		return &f.fr
	case "len":
		return &f.len
	case "kind":
		return &f.kind
	case "mux":
		return &f.mux
	case "body":
		return &f.body
	case "red":
		return &f.red
	case "fin":
		return &f.fin
	case "dt":
		return &f.dt
	case "fd":
		return &f.fd
	case "more":
		return &f.more
	case "ws":
		return &f.ws
	}
	return f.rareField(key)
}

func (f *fields) rareField(key []byte) *[]byte {
	switch string(key) {
	case "why":
		return &f.why
	case "dir":
		return &f.dir
	case "total":
		return &f.total
	case "tar":
		return &f.tar
	case "tarcut":
		return &f.tarcut
	case "tarerr":
		return &f.tarerr
	case "by":
		return &f.by
	case "how":
		return &f.how
	case "err":
		return &f.err
	case "open":
		return &f.open
	case "peer":
		return &f.peer
	case "listener":
		return &f.listener
	case "upstream":
		return &f.upstream
	case "dial":
		return &f.dial
	case "start":
		return &f.start
	case "wall":
		return &f.wall
	}
	if p := f.value.field(key); p != nil {
		return p
	}
	return f.http2Field(key)
}

func (f *fields) http2Field(key []byte) *[]byte {
	switch string(key) {
	case "parent":
		return &f.parent
	case "stream":
		return &f.stream
	case "from":
		return &f.from
	case "type":
		return &f.typ
	case "size":
		return &f.size
	case "comp":
		return &f.comp
	case "settings":
		return &f.settings
	case "ping":
		return &f.ping
	case "window_update":
		return &f.window
	case "priority":
		return &f.priority
	case "goaway":
		return &f.goaway
	case "other":
		return &f.other
	case "late":
		return &f.late
	}
	return nil
}

func (v *value) field(key []byte) *[]byte {
	switch string(key) {
	case "n":
		return &v.n
	case "t0":
		return &v.t0
	case "text":
		return &v.text
	case "json":
		return &v.json
	case "nl":
		return &v.nl
	case "b64":
		return &v.b64
	case "sha256":
		return &v.sha256
	case "xxh3":
		return &v.xxh3
	}
	return nil
}
