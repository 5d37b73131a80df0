package http2

import (
	"bytes"
	"slices"
	"testing"

	"golang.org/x/net/http2"
)

// hpackTable is header blocks of one connection, written by hand from RFC 7541:
// each kind of field, strings with and without Huffman's code, the dynamic
// table with what it drops, and what is not allowed.
var hpackTable = []hpackCase{
	{"indexed", []string{"\x82\x86\x84", "\x88"}, []string{":method: GET, :scheme: http, :path: /", ":status: 200"}, false},
	{"a new name, then by its index", []string{"\x88\x40\x04x-dw\x03one", "\x88\xbe"}, []string{":status: 200, x-dw: one", ":status: 200, x-dw: one"}, false},
	{"a name of the table", []string{"\x88\x5f\x04text", "\x88\xbe\x7e\x01b", "\x88\xbf\xbe"}, []string{
		":status: 200, content-type: text", ":status: 200, content-type: text, content-type: b", ":status: 200, content-type: text, content-type: b"}, false},
	{"without indexing", []string{"\x88\x40\x01a\x011\x00\x01b\x012\x10\x01c\x013", "\x88\xbe"}, []string{":status: 200, a: 1, b: 2, c: 3", ":status: 200, a: 1"}, false},
	{"an index that needs more bytes", []string{"\x88\x0f\x00\x02de"}, []string{":status: 200, accept-charset: de"}, false},
	{"Huffman's code", []string{"\x88\x40\x82\x3f\x5f\x82\x3f\x5f", "\x88\xbe"}, []string{":status: 200, ok: ok", ":status: 200, ok: ok"}, false},
	{"an empty value", []string{"\x88\x40\x01a\x00", "\x88\xbe"}, []string{":status: 200, a: ", ":status: 200, a: "}, false},
	{"the table is emptied", []string{"\x88\x40\x01a\x011", "\x20\x88", "\x88\xbe"}, []string{":status: 200, a: 1", ":status: 200"}, true},
	{"the table is made small, and grows again", []string{"\x3f\x09\x88\x40\x01a\x0212", "\x88\x40\x01b\x0234\xbe", "\x3f\xe1\x1f\x88\xbe", "\x88\xbf"}, []string{
		":status: 200, a: 12", ":status: 200, b: 34, b: 34", ":status: 200, b: 34"}, true},
	{"a field larger than the table", []string{"\x88\x40\x01a\x011", "\x3f\x02\x88\x40\x01b\x04long", "\x88\xbe"}, []string{":status: 200, a: 1", ":status: 200, b: long"}, true},
	{"index 0", []string{"\x88", "\x88\x80"}, []string{":status: 200"}, true},
	{"an index beyond the table", []string{"\x88\xbe"}, nil, true},
	{"a string that is cut", []string{"\x88\x40\x01a\x05abc"}, nil, true},
	{"Huffman's end inside a string", []string{"\x88\x40\x01a\x84\xff\xff\xff\xff"}, nil, true},
	{"a size beyond what is allowed", []string{"\x3f\xff\xff\xff\x7f\x88"}, nil, true},
	{"a size behind a field", []string{"\x88\x40\x01a\x011", "\x88\x20"}, []string{":status: 200, a: 1"}, true},
	{"a number without an end", []string{"\x88\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"}, nil, true},
}

type hpackCase struct {
	name   string
	blocks []string
	want   []string
	broken bool // the connection cannot be followed behind them
}

// connection is the blocks as heads of streams, each cut into frames of two
// bytes.
func (c *hpackCase) connection() []byte {
	var b bytes.Buffer
	f := http2.NewFramer(&b, nil)
	for i, block := range c.blocks {
		id := uint32(2*i + 1)
		for j, part := range slices.Collect(slices.Chunk([]byte(block), 2)) {
			last := 2*j+2 >= len(block)
			if j == 0 {
				f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: part, EndHeaders: last})
			} else {
				f.WriteContinuation(id, last, part)
			}
		}
	}
	return b.Bytes()
}

func TestHPACK(t *testing.T) {
	for _, c := range hpackTable {
		t.Run(c.name, func(t *testing.T) {
			r := NewReader()
			var got []string
			for p := c.connection(); len(p) > 0 && r.Broken() == ""; {
				f, rest, ok := r.Next(p)
				if p = rest; !ok || f.Kind != Head {
					continue
				}
				line := ""
				for i, h := range f.Fields {
					if i > 0 {
						line += ", "
					}
					line += h.Name + ": " + h.Value
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.want) || c.broken != (r.Broken() != "") {
				t.Errorf("%q, broken %q; want %q, broken %v", got, r.Broken(), c.want, c.broken)
			}
		})
	}
}
