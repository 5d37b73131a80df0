package v1

import (
	"bytes"
	"encoding/binary"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// Bounds of what is kept to be recognised.
const (
	maxNames    = 4096
	maxName     = 128
	maxHeads    = 1024
	maxHead     = 2 << 10
	knownBodies = 64
	minBody     = 64
	maxBody     = 16 << 10
)

// Known is what a recording has said before, and is likely to say again: names, the
// fields of heads, and bodies, which clients that poll get again and again. What begins
// with a whole JSON array or object that was read before is that value: it needs no
// reading.
type Known struct {
	names  map[string]string
	heads  map[string][]decode.Field // by how they are written
	bodies [knownBodies][]byte       // by how they begin
}

// NewKnown knows nothing yet.
func NewKnown() *Known { return &Known{names: map[string]string{}, heads: map[string][]decode.Field{}} }

// name returns a string that may be shared.
func (k *Known) name(c []byte) string {
	if s, ok := k.names[string(c)]; ok {
		return s
	}
	s := string(c)
	if len(s) < maxName && len(k.names) < maxNames {
		k.names[s] = s
	}
	return s
}

// head returns the fields of the array of pairs that b begins with, and how long it is;
// 0 when it is not known.
func (k *Known) head(b []byte) ([]decode.Field, int) {
	i := bytes.Index(b[:min(len(b), maxHead)], []byte("]]"))
	if i < 0 {
		return nil, 0
	}
	n := i + len("]]")
	fields := k.heads[string(b[:n])]
	if fields == nil {
		return nil, 0
	}
	return fields, n
}

// keepHead keeps the fields of an array of pairs without white space.
func (k *Known) keepHead(b []byte, fields []decode.Field) {
	if len(fields) == 0 || len(b) > maxHead || !bytes.HasSuffix(b, []byte("]]")) {
		return
	}
	if len(k.heads) == maxHeads {
		clear(k.heads)
	}
	k.heads[string(b)] = append([]decode.Field(nil), fields...)
}

// json takes a value that may be known.
func (k *Known) json(m *rawjson.Members) bool {
	b := m.Rest()
	if len(b) < minBody || b[0] != '{' && b[0] != '[' {
		return m.Read()
	}
	var sum uint64
	for i := 0; i < 32; i += 8 {
		sum = (sum ^ binary.LittleEndian.Uint64(b[i:])) * 0x9e3779b97f4a7c15
	}
	body := &k.bodies[sum>>32%knownBodies]
	if len(*body) > 0 && bytes.HasPrefix(b, *body) {
		m.Take(len(*body))
		return true
	}
	if !m.Read() {
		return false
	}
	if len(m.Value) <= maxBody {
		*body = append((*body)[:0], m.Value...)
	}
	return true
}
