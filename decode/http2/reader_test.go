package http2

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// read reads b in pieces of cut bytes and says what came. Runs of data are
// joined, since they come as they were read.
func read(b []byte, cut int) (out []string) {
	r := NewReader()
	var run *strings.Builder
	for len(b) > 0 {
		p := bytes.Clone(b[:min(cut, len(b))])
		b = b[len(p):]
		for whole := p; len(p) > 0; {
			f, rest, ok := r.Next(p)
			if p = rest; ok && f.Kind == Data && !f.End {
				if run == nil {
					run = &strings.Builder{}
				}
				fmt.Fprintf(run, "%s", f.Bytes)
			} else if ok {
				if f.Kind == Data && run != nil {
					f.Bytes = append([]byte(run.String()), f.Bytes...)
				} else if run != nil {
					out = append(out, "data "+run.String())
				}
				run = nil
				out = append(out, say(f))
			}
			if r.Broken() != "" {
				return out
			}
			if len(p) == 0 {
				clear(whole)
			}
		}
	}
	if run != nil {
		out = append(out, "data "+run.String())
	}
	if r.Inside() {
		out = append(out, "inside")
	}
	return out
}

func say(f Frame) string {
	end := ""
	if f.End {
		end = " end"
	}
	switch f.Kind {
	case Head:
		return fmt.Sprintf("head %d %v%s cut=%v", f.Stream, f.Fields, end, f.Cut)
	case Data:
		return fmt.Sprintf("data %d %s%s", f.Stream, f.Bytes, end)
	case Reset:
		return fmt.Sprintf("reset %d %s", f.Stream, f.Code)
	case GoAway:
		return fmt.Sprintf("goaway %d %s %q", f.Last, f.Code, f.Why)
	case Odd:
		return fmt.Sprintf("odd %d %s", f.Stream, f.Why)
	}
	return fmt.Sprint("control ", f.Kind)
}

// written is what a function writes with x/net's Framer.
func written(write func(*http2.Framer, func(...string) []byte)) []byte {
	var out, block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	write(http2.NewFramer(&out, nil), func(fields ...string) []byte {
		block.Reset()
		for i := 0; i < len(fields); i += 2 {
			enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
		}
		return bytes.Clone(block.Bytes())
	})
	return out.Bytes()
}

var tables = []struct {
	name  string
	write func(*http2.Framer, func(...string) []byte)
	want  []string
}{
	{"a block in three frames", func(f *http2.Framer, h func(...string) []byte) {
		b := h(":method", "GET", ":path", "/", "x", "y")
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: b[:1], EndStream: true})
		f.WriteContinuation(1, false, b[1:2])
		f.WriteContinuation(1, true, b[2:])
	}, []string{"head 1 [{:method GET} {:path /} {x y}] end cut=false"}},
	{"the table lasts", func(f *http2.Framer, h func(...string) []byte) {
		for _, id := range []uint32{1, 3} {
			f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: h(":status", "200", "a-name", "a-value"), EndHeaders: true})
		}
	}, []string{"head 1 [{:status 200} {a-name a-value}] cut=false", "head 3 [{:status 200} {a-name a-value}] cut=false"}},
	{"padding and priority", func(f *http2.Framer, h func(...string) []byte) {
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h(":status", "200"), EndHeaders: true, PadLength: 9, Priority: http2.PriorityParam{Weight: 3}})
		f.WriteDataPadded(1, false, []byte("ab"), make([]byte, 5))
		f.WriteDataPadded(1, true, []byte("cd"), make([]byte, 255))
	}, []string{"head 1 [{:status 200}] cut=false", "data 1 abcd end"}},
	{"empty data", func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteData(1, false, nil)
		f.WriteData(1, true, nil)
	}, []string{"data 1  end"}},
	{"about the connection", func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1 << 20})
		f.WriteSettingsAck()
		f.WritePing(true, [8]byte{})
		f.WriteWindowUpdate(0, 5)
		f.WritePriority(1, http2.PriorityParam{})
		f.WriteRawFrame(0xbb, 0, 0, make([]byte, 70<<10))
		f.WriteRSTStream(3, http2.ErrCodeCancel)
		f.WriteGoAway(7, http2.ErrCodeEnhanceYourCalm, []byte("calm"))
	}, []string{"control 5", "control 5", "control 6", "control 7", "control 8", "control 9", "reset 3 CANCEL", `goaway 7 ENHANCE_YOUR_CALM "calm"`}},
	{"a head that is not allowed", func(f *http2.Framer, h func(...string) []byte) {
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h(":status", "200", "Upper", "x", "kept", "y"), EndHeaders: true})
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: h(":status", "200", "kept", "y"), EndHeaders: true})
	}, []string{`odd 1 a frame that HTTP/2 does not allow: PROTOCOL_ERROR, invalid header field name "Upper"`, "head 3 [{:status 200} {kept y}] cut=false"}},
	{"a block that is broken off", func(f *http2.Framer, h func(...string) []byte) {
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h(":status", "200")})
		f.WriteData(1, true, []byte("x"))
	}, []string{"odd 1 a header block was broken off by a frame of another kind"}},
	{"data without a stream", func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteRawFrame(http2.FrameData, 0, 0, []byte("x"))
	}, []string{"odd 0 data without a stream"}},
	{"padding longer than its frame", func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteRawFrame(http2.FrameData, http2.FlagDataPadded, 1, []byte("\x05abc"))
	}, []string{"odd 1 padding longer than its frame"}},
	{"an end inside a frame", func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteRawFrame(http2.FrameSettings, 0, 0, nil)
		f.WriteRawFrame(http2.FrameGoAway, 0, 0, nil)
	}, []string{"control 5", "odd 0 connection error: FRAME_SIZE_ERROR"}},
}

func TestReader(t *testing.T) {
	for _, tt := range tables {
		t.Run(tt.name, func(t *testing.T) {
			b := written(tt.write)
			for cut := 1; cut <= len(b); cut += 1 + cut/100 { // one frame has 70 KiB
				if diff := cmp.Diff(tt.want, read(b, cut)); diff != "" {
					t.Fatalf("reads of %d bytes (-want +got):\n%s", cut, diff)
				}
			}
		})
	}
}

// TestGap: only bytes of one frame's payload may be missing.
func TestGap(t *testing.T) {
	b := written(func(f *http2.Framer, _ func(...string) []byte) {
		f.WriteData(1, true, []byte("0123456789"))
		f.WriteRSTStream(1, http2.ErrCodeNo)
	})
	for _, tt := range []struct {
		at     int
		n      int64
		stream uint32
		end    bool
		ok     bool
	}{
		{9, 10, 1, true, true}, {12, 3, 1, false, true}, {12, 7, 1, true, true},
		{12, 8, 0, false, false}, {5, 1, 0, false, false}, {19, 9, 0, false, false}, {28, 4, 0, false, false},
	} {
		r := NewReader()
		for p := b[:tt.at]; len(p) > 0; {
			_, p, _ = r.Next(p)
		}
		stream, end, ok := r.Gap(tt.n)
		if stream != tt.stream || end != tt.end || ok != tt.ok || ok != (r.Broken() == "") {
			t.Errorf("%d missing at %d: stream %d, end %v, %v; %q", tt.n, tt.at, stream, end, ok, r.Broken())
		}
	}
}

// FuzzCuts: any bytes give the same frames however they are cut.
func FuzzCuts(f *testing.F) {
	for _, tt := range tables {
		f.Add(written(tt.write))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if diff := cmp.Diff(read(b, len(b)+1), read(b, 1)); diff != "" {
			t.Fatalf("(-whole +cut):\n%s", diff)
		}
	})
}

func BenchmarkData(b *testing.B) {
	p := written(func(f *http2.Framer, _ func(...string) []byte) {
		for range 64 {
			f.WriteData(1, false, make([]byte, 16<<10))
		}
	})
	b.SetBytes(int64(len(p)))
	r := NewReader()
	for b.Loop() {
		for rest := p; len(rest) > 0; {
			_, rest, _ = r.Next(rest)
		}
	}
}
