package intercept

import (
	"strings"
	"testing"
	"time"
)

// panicTap panics in the method of that name.
type panicTap struct{ in string }

func (p panicTap) at(name string) {
	if p.in == name {
		panic("decoder bug in " + name)
	}
}

func (p panicTap) Open(ConnInfo) ConnTap                     { p.at("Open"); return p }
func (p panicTap) Chunk(_ Direction, _ time.Time, b *Buffer) { p.at("Chunk"); b.Release() }
func (p panicTap) Sent(Direction)                            { p.at("Sent") }
func (p panicTap) EOF(Direction, time.Time)                  { p.at("EOF") }
func (p panicTap) Close(time.Time, Ending)                   { p.at("Close") }

func TestTapThatPanics(t *testing.T) {
	for _, in := range []string{"Open", "Chunk", "Sent", "EOF", "Close"} {
		t.Run(in, func(t *testing.T) {
			r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = panicTap{in} })
			client, upstream := r.pair()
			converse(t, client, upstream)
			eventually(t, "the panic is reported", func() bool { return len(r.errs.all()) > 0 })
			r.close()
			errs := r.errs.all()
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), "decoder bug in "+in) {
				t.Errorf("reported %v", errs)
			}
		})
	}
}

// converse sends back and forth and parts in order.
func converse(t *testing.T, client, upstream conn) {
	t.Helper()
	for range 50 {
		write(t, client, strings.Repeat("request", 1000))
		wantRead(t, upstream, strings.Repeat("request", 1000))
		write(t, upstream, "response")
		wantRead(t, client, "response")
	}
	client.CloseWrite()
	wantEOF(t, upstream)
	upstream.CloseWrite()
	wantEOF(t, client)
}

// hoarder keeps every buffer and remembers what was in it.
type hoarder struct {
	nothing
	kept  []*Buffer
	bytes []string
}

func (h *hoarder) Open(ConnInfo) ConnTap { return h }

func (h *hoarder) Chunk(d Direction, _ time.Time, b *Buffer) {
	if d == Request {
		h.kept = append(h.kept, b)
		h.bytes = append(h.bytes, string(b.Bytes()))
	}
}

// What a tap holds is not written over, and a tap that never lets go stops
// nothing.
func TestTapThatNeverReleases(t *testing.T) {
	h := &hoarder{}
	r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = h })
	client, upstream := r.pair()
	converse(t, client, upstream)
	r.close()
	if len(h.kept) < 50 {
		t.Fatalf("%d chunks kept", len(h.kept))
	}
	for i, b := range h.kept {
		if string(b.Bytes()) != h.bytes[i] {
			t.Fatalf("chunk %d changed while it was held", i)
		}
	}
}

// doubleTap releases what it was given twice.
type doubleTap struct{ nothing }

func (d doubleTap) Open(ConnInfo) ConnTap { return d }

func (doubleTap) Chunk(_ Direction, _ time.Time, b *Buffer) {
	b.Release()
	b.Release()
}

func TestTapThatReleasesTwice(t *testing.T) {
	r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = doubleTap{} })
	client, upstream := r.pair()
	other, otherUp := r.pair()
	converse(t, client, upstream)
	converse(t, other, otherUp)
}

func TestWithoutTap(t *testing.T) {
	r := newRig(t, "tcp", "unix", func(c *Config) { c.Tap = nil })
	client, upstream := r.pair()
	converse(t, client, upstream)
}
