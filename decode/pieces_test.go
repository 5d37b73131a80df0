package decode

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// got is a piece that may be kept.
type got struct {
	Fd    int
	More  bool
	Bytes string
}

// split feeds b in reads of cut bytes. Raw pieces are joined, since they come
// as they were read.
func split(s splitter, b []byte, cut int) (out []got) {
	add := func(pc piece) {
		g := got{pc.fd, pc.more, string(pc.bytes)}
		if f, ok := s.(*stdcopy); ok && g.Fd == NoFd && len(out) > 0 && out[len(out)-1].Fd == NoFd && f.broken {
			out[len(out)-1].Bytes += g.Bytes
			return
		}
		out = append(out, g)
	}
	for len(b) > 0 {
		n := min(cut, len(b))
		p := bytes.Clone(b[:n])
		for q := p; len(q) > 0; {
			pc, rest, ok := s.next(q, 0)
			if q = rest; ok {
				add(pc)
			}
		}
		clear(p)
		b = b[n:]
	}
	if pc, ok := s.end(); ok {
		add(pc)
	}
	return out
}

func frame(fd byte, payload string) string {
	h := [8]byte{fd}
	binary.BigEndian.PutUint32(h[4:], uint32(len(payload)))
	return string(h[:]) + payload
}

func TestStdcopy(t *testing.T) {
	big := strings.Repeat("x", maxPiece)
	for _, tt := range []struct {
		name, in string
		want     []got
	}{
		{"frames", frame(1, "out") + frame(2, "") + frame(3, "err") + frame(0, "in"),
			[]got{{1, false, "out"}, {2, false, ""}, {3, false, "err"}, {0, false, "in"}}},
		{"64 KiB are whole", frame(1, big), []got{{1, false, big}}},
		{"pieces above", frame(1, big+big+"y") + frame(2, "z"),
			[]got{{1, true, big}, {1, true, big}, {1, false, "y"}, {2, false, "z"}}},
		{"ended in a header", frame(1, "a") + "\x01\x00", []got{{1, false, "a"}, {NoFd, false, "\x01\x00"}}},
		{"ended in a payload", frame(1, "abc")[:9], []got{{NoFd, false, frame(1, "abc")[:9]}}},
		{"ended between pieces", frame(1, big+"yz")[:8+maxPiece+1], []got{{1, true, big}, {1, true, "y"}}},
		{"not a type", frame(1, "a") + "\x04 hello", []got{{1, false, "a"}, {NoFd, false, "\x04 hello"}}},
		{"not a header", "\x01\x00\x00x" + frame(1, "a"), []got{{NoFd, false, "\x01\x00\x00x" + frame(1, "a")}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, cut := range []int{1, 7, 8, 9, 1000, len(tt.in)} {
				if diff := cmp.Diff(tt.want, split(new(stdcopy), []byte(tt.in), cut)); diff != "" {
					t.Errorf("reads of %d (-want +got):\n%s", cut, diff)
				}
			}
		})
	}
}

// FuzzStdcopy: the pieces are the bytes, and do not depend on the cut.
func FuzzStdcopy(f *testing.F) {
	f.Add([]byte(frame(1, "out")+frame(2, "err")+frame(3, "")+"\x01\x00"), uint8(3))
	f.Add([]byte("tty output"), uint8(1))
	f.Add([]byte{1, 0, 0, 0, 0, 2, 0, 0, 'a'}, uint8(200))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		want := split(new(stdcopy), b, len(b)+1)
		if back := unframe(want); !strings.HasPrefix(string(b), back) && back != "" || len(back) > len(b) {
			t.Fatalf("pieces are not the bytes: %q from %q", back, b)
		}
		if diff := cmp.Diff(want, split(new(stdcopy), b, int(cut)+1)); diff != "" {
			t.Fatalf("reads of %d (-whole +cut):\n%s", int(cut)+1, diff)
		}
	})
}

// unframe puts the stream together again as far as whole frames and raw bytes
// go.
func unframe(pieces []got) string {
	var b, payload strings.Builder
	for _, g := range pieces {
		if g.Fd == NoFd {
			b.WriteString(g.Bytes)
			continue
		}
		payload.WriteString(g.Bytes)
		if !g.More {
			b.WriteString(frame(byte(g.Fd), payload.String()))
			payload.Reset()
		}
	}
	return b.String()
}

func TestJSONStream(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", maxPiece) + `"}` + "\n"
	for _, tt := range []struct {
		name, in string
		want     []got
	}{
		{"lines", "{\"a\":1}\r\n[2]\n", []got{{NoFd, false, "{\"a\":1}\r\n"}, {NoFd, false, "[2]\n"}}},
		{"nothing between", `{"a":{}}[[]]"s"{}`, []got{{NoFd, false, `{"a":{}}`}, {NoFd, false, `[[]]`}, {NoFd, false, `"s"`}, {NoFd, false, `{}`}}},
		{"strings hide brackets", `{"a":"}\"]\\"}` + "\n", []got{{NoFd, false, `{"a":"}\"]\\"}` + "\n"}}},
		{"over lines", "{\n \"a\": 1\n}\n\n{}", []got{{NoFd, false, "{\n \"a\": 1\n}\n"}, {NoFd, false, "\n{}"}}},
		{"json-seq", "\x1e{}\n\x1e{}\n", []got{{NoFd, false, "\x1e{}\n"}, {NoFd, false, "\x1e{}\n"}}},
		{"words", "null 12\ntrue", []got{{NoFd, false, "null "}, {NoFd, false, "12\n"}, {NoFd, false, "true"}}},
		{"no JSON", "page not found\n", []got{{NoFd, false, "page "}, {NoFd, false, "not "}, {NoFd, false, "found\n"}}},
		{"cut", `{"a":`, []got{{NoFd, false, `{"a":`}}},
		{"white space", " \n", []got{{NoFd, false, " \n"}}},
		{"long", long, []got{{NoFd, true, long[:maxPiece]}, {NoFd, false, long[maxPiece:]}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, cut := range []int{1, 2, 3, 1000, len(tt.in)} {
				if diff := cmp.Diff(tt.want, split(new(jsonStream), []byte(tt.in), cut)); diff != "" {
					t.Errorf("reads of %d (-want +got):\n%s", cut, diff)
				}
			}
		})
	}
}

func TestJSONStreamPause(t *testing.T) {
	s := new(jsonStream)
	if _, _, ok := s.next([]byte(`{"a":`), 1); ok {
		t.Fatal("piece of an open value")
	}
	if pc, ok := s.pause(); ok {
		t.Fatalf("pause gives out %q inside a value", pc.bytes)
	}
	if _, _, ok := s.next([]byte(`1}`), 2); ok {
		t.Fatal("a line end may follow")
	}
	if pc, ok := s.pause(); !ok || string(pc.bytes) != `{"a":1}` || pc.first != 1 {
		t.Fatalf("pause gives out %q, first %d, %v", pc.bytes, pc.first, ok)
	}
	if pc, ok := s.pause(); ok {
		t.Fatalf("pause gives out %q twice", pc.bytes)
	}
}

// FuzzJSONStream: the pieces are the bytes, bounded, and do not depend on the
// cut; objects and arrays come out one by one.
func FuzzJSONStream(f *testing.F) {
	f.Add([]byte("{\"a\":\"\\\"}\"}\r\n[1,{}]\x1e{}"), uint8(1))
	f.Add([]byte("null 1 \"\\\\\" true\n"), uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		want := split(new(jsonStream), b, len(b)+1)
		var back strings.Builder
		for _, g := range want {
			back.WriteString(g.Bytes)
			if len(g.Bytes) > maxPiece {
				t.Fatal("piece of", len(g.Bytes))
			}
		}
		if back.String() != string(b) {
			t.Fatalf("pieces are not the bytes: %q from %q", back.String(), b)
		}
		if diff := cmp.Diff(want, split(new(jsonStream), b, int(cut)+1)); diff != "" {
			t.Fatalf("reads of %d (-whole +cut):\n%s", int(cut)+1, diff)
		}
		if values, ok := nested(b); ok && len(b) < maxPiece {
			var trimmed []string
			for _, g := range want {
				if v := strings.Trim(g.Bytes, " \t\r\n"); v != "" {
					trimmed = append(trimmed, v)
				}
			}
			if diff := cmp.Diff(values, trimmed); diff != "" {
				t.Fatalf("values (-encoding/json +ours):\n%s", diff)
			}
		}
	})
}

// nested returns the values of b if they are all objects and arrays.
func nested(b []byte) (out []string, ok bool) {
	for dec := json.NewDecoder(bytes.NewReader(b)); ; {
		var v json.RawMessage
		err := dec.Decode(&v)
		if err == io.EOF {
			return out, true
		}
		if err != nil || v[0] != '{' && v[0] != '[' {
			return nil, false
		}
		out = append(out, string(v))
	}
}
