package http2

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// FuzzFramer: what x/net's Framer reads at once, the Reader reads however the
// bytes are cut, and it gives up where that one does.
func FuzzFramer(f *testing.F) {
	for _, tt := range tables {
		f.Add(written(tt.write), uint8(3))
	}
	for _, tt := range hpackTable {
		f.Add(tt.connection(), uint8(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		want, n, ok := framed(b)
		if !ok {
			t.Skip()
		}
		var got row
		r := NewReader()
		for p := b[:n]; len(p) > 0 && r.Broken() == ""; {
			piece := p[:min(len(p), max(int(cut), 1))]
			p = p[len(piece):]
			for len(piece) > 0 && r.Broken() == "" {
				fr, rest, ok := r.Next(piece)
				if piece = rest; ok {
					if r.Broken() != "" {
						fr.Stream = 0 // that of the frame that breaks it, or of the one that is broken
					}
					got.add(fr)
				}
			}
		}
		words := want.done()
		if r.Broken() == "" && r.Inside() && n == len(b) && len(words) > 0 {
			words = words[:len(words)-1] // Framer looks into a header block before its end
		}
		if have := got.done(); !slices.Equal(words, have) {
			t.Fatalf("(-Framer +Reader):\n%s", cmp.Diff(words, have))
		}
	})
}

// row is frames in words, with the data of a stream that follows its own
// joined.
type row struct {
	list []string
	data bytes.Buffer
	of   uint32
}

func (r *row) add(f Frame) {
	if f.Kind == Data && f.Stream != r.of || f.Kind != Data {
		r.flush()
	}
	if f.Kind == Data {
		r.of = f.Stream
		r.data.Write(f.Bytes)
		if f.End {
			r.data.WriteString(" end")
			r.flush()
		}
		return
	}
	if f.Kind == Odd {
		f.Why = "" // is said in other words
	}
	r.list = append(r.list, say(f))
}

func (r *row) flush() {
	if r.data.Len() > 0 {
		r.list = append(r.list, fmt.Sprintf("data %d %q", r.of, r.data.Bytes()))
	}
	r.data.Reset()
	r.of = 0
}

func (r *row) done() []string { r.flush(); return r.list }

// framed reads b by x/net's Framer, and tells how many bytes that took. ok is
// false where the two differ by design: the Reader does not collect long
// frames, and refuses to be pushed at.
func framed(b []byte) (out row, n int, ok bool) {
	src := bytes.NewReader(b)
	fr := http2.NewFramer(nil, src)
	fr.SetMaxReadFrameSize(1<<24 - 1)
	fr.MaxHeaderListSize = maxList
	fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	fr.ReadMetaHeaders.SetAllowedMaxDynamicTableSize(maxTable)
	for {
		if at := len(b) - src.Len(); len(b)-at >= headerSize {
			size, typ := int(b[at])<<16|int(b[at+1])<<8|int(b[at+2]), http2.FrameType(b[at+3])
			if typ == http2.FramePushPromise || size > maxControl && typ != http2.FrameData {
				return out, n, false
			}
		}
		f, err := fr.ReadFrame()
		var ofStream http2.StreamError
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return out, n, true
		case errors.As(err, &ofStream) && http2.FrameType(b[n+3]) == http2.FrameHeaders && !http2.Flags(b[n+4]).Has(http2.FlagHeadersEndHeaders):
			return out, n, false // the Reader takes the rest of the block, too
		case errors.As(err, &ofStream):
			out.add(Frame{Kind: Odd, Stream: ofStream.StreamID})
		case err != nil && http2.FrameType(b[n+3]) > http2.FrameContinuation:
			return out, n, false // of an extension, which the Reader only counts
		case err != nil:
			out.add(Frame{Kind: Odd})
			return out, len(b), true
		default:
			out.add(frameOf(f))
		}
		n = len(b) - src.Len()
	}
}

func frameOf(fr http2.Frame) Frame {
	f := Frame{Stream: fr.Header().StreamID}
	switch fr := fr.(type) {
	case *http2.MetaHeadersFrame:
		f.Kind, f.End, f.Cut = Head, fr.StreamEnded(), fr.Truncated
		for _, h := range fr.Fields {
			f.Fields = append(f.Fields, Field{h.Name, h.Value})
		}
	case *http2.DataFrame:
		f.Kind, f.Bytes, f.End = Data, fr.Data(), fr.StreamEnded()
	case *http2.RSTStreamFrame:
		f.Kind, f.Code = Reset, fr.ErrCode.String()
	case *http2.GoAwayFrame:
		f.Kind, f.Last, f.Code = GoAway, fr.LastStreamID, fr.ErrCode.String()
		f.Why = string(bytes.ToValidUTF8(fr.DebugData()[:min(len(fr.DebugData()), maxDebug)], []byte("\uFFFD")))
	case *http2.SettingsFrame:
		f.Kind = Settings
	case *http2.PingFrame:
		f.Kind = Ping
	case *http2.WindowUpdateFrame:
		f.Kind = WindowUpdate
	case *http2.PriorityFrame:
		f.Kind = Priority
	default:
		f.Kind = Other
	}
	return f
}
