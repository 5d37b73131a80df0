package recordings

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/dockwire/dockwire/decode"
)

func TestCompressed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl.zst")
	w := create(t, path, Options{})
	events := interleaved(1)
	record(t, w, events...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(b, zstdMagic) {
		t.Fatalf("begins with %x, %v", b[:4], err)
	}
	r := open(t, path)
	got, bad := readAll(t, r)
	if bad != nil || !r.Stopped() {
		t.Fatalf("%v, stopped %v", bad, r.Stopped())
	}
	same(t, got, events)
}

// Wherever a compressed file is cut, everything up to the last flush before
// it is read, and that it was cut is said.
func TestCompressedCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl.zst")
	w := create(t, path, Options{})
	type flush struct {
		size   int64
		events int
	}
	var flushes []flush
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	n := 0
	for x := decode.ExchangeID(1); x <= 50; x++ {
		now := time.Duration(x) * 200 * ms
		record(t, w, get(now, 1, x, "/info", `{"Id":"`+sum(string(rune(x)))+`"}`)...)
		n += 6
		w.Tick(now + 150*ms)
		flushes = append(flushes, flush{size(), n})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := int(flushes[0].size); cut < len(whole); cut += 37 {
		r, err := NewReader(bytes.NewReader(whole[:cut]))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		got, bad := readAll(t, r)
		if bad != nil {
			t.Fatalf("cut at %d: %v", cut, bad)
		}
		want := 0
		for _, f := range flushes {
			if f.size <= int64(cut) {
				want = f.events
			}
		}
		if len(got) < want+1 {
			t.Fatalf("cut at %d: %d events, want %d and a mark", cut, len(got), want)
		}
		if _, ok := got[len(got)-1].(*decode.Mark); !ok && !r.Stopped() {
			t.Fatalf("cut at %d: the last event is %T", cut, got[len(got)-1])
		}
		r.Close()
	}
}

// A file that unpacks to a line without end takes bounded memory.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	enc, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := enc.Write(write(t, Options{}, get(ms, 1, 1, "/info", "{}")...)); err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 100 {
		if _, err := enc.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := enc.Write([]byte("\n" + `{"e":"mark","x":0,"t":9,"text":"after it"}` + "\n")); err != nil {
		t.Fatal(err)
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, bad := readAll(t, r)
	if len(bad) != 1 || len(r.lines.buf) > 2*maxRead {
		t.Fatalf("errors %v, buffer of %d", bad, len(r.lines.buf))
	}
	if m, ok := got[len(got)-1].(*decode.Mark); !ok || m.Text != "after it" {
		t.Fatalf("last event: %+v", got[len(got)-1])
	}
}
