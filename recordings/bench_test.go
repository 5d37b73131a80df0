package recordings

import (
	"bytes"
	"io"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

const listBody = `[{"Id":"4f2c9f8d1b7a4f2c9f8d1b7a","Names":["/web"],"Image":"nginx:1.27","ImageID":"sha256:3b25b682ea82","Command":"/docker-entrypoint.sh","Created":1732372931,"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"a":"b"},"State":"running","Status":"Up 2 hours"}]` + "\n"

func small(x decode.ExchangeID) []decode.Event {
	return get(time.Duration(x)*ms, 1, x, "/v1.51/containers/json?all=1", listBody)
}

// A small finished exchange into a file: two lines, two writes.
func BenchmarkWriterExchange(b *testing.B) {
	for _, name := range []string{"a.jsonl", "a.jsonl.zst"} {
		b.Run(filepath.Ext(name), func(b *testing.B) {
			w := create(b, filepath.Join(b.TempDir(), name), Options{})
			defer w.Close()
			events := small(1)
			b.ReportAllocs()
			for b.Loop() {
				for _, e := range events {
					if err := w.Event(e); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// The same without a file.
func BenchmarkWriterEncode(b *testing.B) {
	w, err := newStreamWriter(discard{}, Options{Header: testHeader})
	if err != nil {
		b.Fatal(err)
	}
	events := small(1)
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range events {
			if err := w.Event(e); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Bytes of a long body: kept as text, kept as base64, beyond the cap.
func BenchmarkWriterBody(b *testing.B) {
	text := bytes.Repeat([]byte("2026-11-23T14:02:11Z GET /v1.51/containers/json 200 in 1.2ms from 10.0.0.1\n"), 500)[:32<<10]
	binary := bytes.Repeat([]byte{0, 0xff, 0x80, 7}, 8<<10)
	for _, bm := range []struct {
		name  string
		bytes []byte
		keep  int64
	}{{"text", text, 1 << 60}, {"binary", binary, 1 << 60}, {"beyond the cap", binary, KeepNone}, {"all, not digested", text, KeepAll}} {
		b.Run(bm.name, func(b *testing.B) {
			w, err := newStreamWriter(discard{}, Options{MaxBody: bm.keep, Header: testHeader})
			if err != nil {
				b.Fatal(err)
			}
			o := at(ms, 1, 1)
			record(b, w, request(o, "GET", "/x"), response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentUnknown))
			e := data(o, decode.Response, string(bm.bytes))
			b.SetBytes(int64(len(bm.bytes)))
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Event(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Frames of a container's output, a line each.
func BenchmarkWriterFrames(b *testing.B) {
	w, err := newStreamWriter(discard{}, Options{Header: testHeader, MaxBody: 1 << 60})
	if err != nil {
		b.Fatal(err)
	}
	o := at(ms, 1, 1)
	record(b, w, request(o, "GET", "/x"), response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentStdcopy))
	e := frame(o, 1, "2026-11-23T14:02:11Z GET /v1.51/containers/json 200\n")
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Event(e); err != nil {
			b.Fatal(err)
		}
	}
}

// hundredThousand records that many small exchanges.
func hundredThousand(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "a.jsonl")
	w := create(b, path, Options{})
	for x := decode.ExchangeID(1); x <= 100_000; x++ {
		record(b, w, get(time.Duration(x)*ms, 1, x, "/v1.51/containers/"+strconv.Itoa(int(x%1000))+"/json", listBody)...)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// Every event of 100,000 exchanges.
func BenchmarkReader(b *testing.B) {
	path := hundredThousand(b)
	b.ReportAllocs()
	lines := 0
	for b.Loop() {
		r, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
		lines += r.lines.number
		b.SetBytes(r.lines.next)
		r.Close()
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
}
