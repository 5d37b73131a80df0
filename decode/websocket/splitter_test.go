package websocket

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// masked is a frame as a client sends it.
func masked(k Kind, final bool, payload string) string {
	f := AppendFrame(nil, k, final, []byte(payload))
	head := len(f) - len(payload)
	f[1] |= 0x80
	key := []byte{0x11, 0x22, 0x33, 0x44}
	out := append(append([]byte(nil), f[:head]...), key...)
	for i := range len(payload) {
		out = append(out, payload[i]^key[i&3])
	}
	return string(out)
}

func plain(k Kind, final bool, payload string) string {
	return string(AppendFrame(nil, k, final, []byte(payload)))
}

// render feeds s in pieces of n bytes, one a second.
func render(s string, n int) string {
	var sp Splitter
	var out []string
	for at := time.Duration(0); len(s) > 0; at += time.Second {
		p := []byte(s[:min(n, len(s))])
		s = s[len(p):]
		for {
			pc, rest, ok := sp.Next(p, at)
			if p = rest; !ok {
				break
			}
			out = append(out, show(pc))
		}
		if sp.Broken() != "" {
			return strings.Join(append(out, fmt.Sprintf("broken: %s", sp.Broken())), "; ")
		}
	}
	if pc, ok := sp.End(); ok {
		out = append(out, "ended in "+show(pc))
	}
	return strings.Join(out, "; ")
}

func show(pc Piece) string {
	b := string(pc.Bytes)
	if len(b) > 20 {
		b = fmt.Sprintf("%d bytes", len(b))
	}
	if pc.More {
		b += " …"
	}
	return pc.Kind.String() + " " + b
}

func TestSplitter(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text and binary", plain(Text, true, "hi") + masked(Binary, true, "there"), "text hi; binary there"},
		{"empty", plain(Binary, true, ""), "binary "},
		{"fragments with a ping between them", plain(Text, false, "a") + plain(Ping, true, "p") + plain(0, false, "b") + plain(0, true, "") + plain(Pong, true, "p"),
			"text a …; ping p; text b …; text ; pong p"},
		{"16-bit length", masked(Binary, true, strings.Repeat("x", 300)), "binary 300 bytes"},
		{"longer than a piece", plain(Binary, true, strings.Repeat("x", 70_000)), "binary 65536 bytes …; binary 4464 bytes"},
		{"close", masked(Close, true, "\x03\xe8bye"), "close \x03\xe8bye"},
		{"cut off", masked(Text, true, "whole")[:9], "ended in text who …"},
		{"extension", "\xc1\x01x", "broken: a WebSocket extension that is not known"},
		{"continuation of nothing", plain(0, true, "x"), "broken: no WebSocket frame: it goes on with nothing"},
		{"message in a message", plain(Text, false, "x") + plain(Text, true, "y"), "text x …; broken: no WebSocket frame: a message inside another"},
		{"unknown opcode", plain(3, true, "x"), "broken: no WebSocket frame: a message inside another"},
		{"long ping", plain(Ping, true, strings.Repeat("x", 126)), "broken: no WebSocket frame: a control frame that is too long, in parts or unknown"},
		{"negative length", "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "broken: no WebSocket frame: its length is negative"},
	} {
		for _, n := range []int{1, 3, 1 << 20} {
			if got := render(c.in, n); got != c.want {
				t.Errorf("%s in pieces of %d:\n got  %s\n want %s", c.name, n, got, c.want)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	var s Splitter
	f := plain(Text, true, "ab")
	for i, c := range []byte(f) {
		if pc, _, ok := s.Next([]byte{c}, time.Duration(i)); ok && pc.First != 0 {
			t.Errorf("First = %d", pc.First)
		}
	}
}

func TestGap(t *testing.T) {
	f := masked(Binary, true, "0123456789")
	var s Splitter
	s.Next([]byte(f[:8]), 0)
	if pc, ok := s.Gap(5); !ok || string(pc.Bytes) != "01" || !pc.More {
		t.Errorf("before the gap: %+v, %v", pc, ok)
	}
	if pc, _, ok := s.Next([]byte(f[13:]), 0); !ok || string(pc.Bytes) != "789" || pc.More {
		t.Errorf("behind the gap: %+v, %v", pc, ok)
	}
	if s.Gap(1); s.Broken() == "" {
		t.Error("a gap between frames must break it")
	}
}

func TestReason(t *testing.T) {
	for payload, want := range map[string]string{"\x03\xe9gone": "1001 gone", "\x03\xe8": "1000", "\x03": "", "": ""} {
		got := Reason([]byte(payload))
		if got != want {
			t.Errorf("%q: %q", payload, got)
		}
		if back := string(ClosePayload(got)); want != "" && back != payload {
			t.Errorf("%q came back as %q", payload, back)
		}
	}
}

// What comes out does not depend on how the bytes were cut.
func FuzzCuts(f *testing.F) {
	f.Add([]byte(masked(Text, false, "abc")+plain(Ping, true, "x")+plain(0, true, "d")), byte(2))
	f.Add([]byte(plain(Binary, true, strings.Repeat("x", 200))), byte(7))
	f.Fuzz(func(t *testing.T, in []byte, n byte) {
		whole, cut := render(string(in), len(in)+1), render(string(in), int(n)+1)
		if whole != cut {
			t.Errorf("whole: %s\ncut:   %s", whole, cut)
		}
	})
}

func BenchmarkSplitter(b *testing.B) {
	f := []byte(masked(Binary, true, strings.Repeat("x", 32<<10)))
	b.SetBytes(int64(len(f)))
	for b.Loop() {
		var s Splitter
		for p := bytes.Clone(f); len(p) > 0; {
			_, p, _ = s.Next(p, 0)
		}
	}
}
