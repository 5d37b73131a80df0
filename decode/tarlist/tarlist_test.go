package tarlist

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"github.com/dockwire/dockwire/decode"
)

func TestEntries(t *testing.T) {
	for name, format := range map[string]tar.Format{"ustar": tar.FormatUSTAR, "pax": tar.FormatPAX, "gnu": tar.FormatGNU} {
		t.Run(name, func(t *testing.T) {
			b := write(t, entries(format))
			want := reference(t, b)
			if len(want) != len(entries(format)) {
				t.Fatal("reference lists", len(want))
			}
			for _, cut := range []int{1, 2, 511, 513, len(b)} {
				l := list(b, cut, 100)
				if diff := cmp.Diff(want, l.Entries()); diff != "" || l.Err() != "" || l.Cut() != 0 {
					t.Errorf("reads of %d: err %q, cut %d (-want +got):\n%s", cut, l.Err(), l.Cut(), diff)
				}
			}
		})
	}
}

func entries(f tar.Format) []tar.Header {
	es := []tar.Header{
		{Name: "dir/", Typeflag: tar.TypeDir, Mode: 0o755, Format: f},
		{Name: "dir/file", Typeflag: tar.TypeReg, Mode: 0o640, Size: 700, Format: f},
		{Name: "empty", Typeflag: tar.TypeReg, Mode: 0o600, Format: f},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "dir/file", Mode: 0o777, Format: f},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "dir/file", Mode: 0o644, Format: f},
		{Name: strings.Repeat("long/", 25) + "name", Typeflag: tar.TypeReg, Size: 512, Format: f},
	}
	if f != tar.FormatUSTAR {
		es = append(es,
			tar.Header{Name: strings.Repeat("n", 900), Typeflag: tar.TypeReg, Size: 1, Format: f},
			tar.Header{Name: "far", Typeflag: tar.TypeSymlink, Linkname: strings.Repeat("l/", 300), Format: f},
			tar.Header{Name: "näme", Typeflag: tar.TypeReg, Size: 3, Format: f})
	}
	return es
}

func write(t *testing.T, es []tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range es {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write(bytes.Repeat([]byte{'x'}, int(h.Size))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reference lists with archive/tar.
func reference(t *testing.T, b []byte) (out []decode.TarEntry) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		e := decode.TarEntry{Name: h.Name, Type: h.Typeflag, Mode: h.Mode, Size: h.Size, Link: h.Linkname}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > 0 {
			sum := xxh3.Hash128(content).Bytes()
			e.XXH3 = hex.EncodeToString(sum[:])
		}
		out = append(out, e)
	}
}

func list(b []byte, cut, max int) *List {
	l := New(max)
	for len(b) > 0 {
		n := min(cut, len(b))
		p := bytes.Clone(b[:n])
		l.Feed(p)
		clear(p)
		b = b[n:]
	}
	l.End()
	return l
}

// What is compressed by gzip is listed as if it had come as it is, up to a bound; packed
// twice it is no tar.
func TestGzip(t *testing.T) {
	b := write(t, entries(tar.FormatPAX))
	packed := pack(t, b)
	for _, cut := range []int{1, 2, 511, 513, len(packed)} {
		l := list(packed, cut, 3)
		if diff := cmp.Diff(reference(t, b)[:3], l.Entries()); diff != "" || l.Err() != "" || l.Cut() != len(entries(tar.FormatPAX))-3 {
			t.Errorf("reads of %d: err %q, cut %d (-want +got):\n%s", cut, l.Err(), l.Cut(), diff)
		}
	}
	if l := list(pack(t, packed), 100, 100); l.Err() != "gzip" || len(l.Entries()) != 0 {
		t.Errorf("packed twice: err %q, %d entries", l.Err(), len(l.Entries()))
	}
	if l := list(packed[:len(packed)/2], 100, 100); l.Err() != "gzip" || len(l.Entries()) != 0 {
		t.Errorf("cut: err %q, %d entries", l.Err(), len(l.Entries()))
	}
	if l := list(pack(t, write(t, []tar.Header{{Name: "zeros", Typeflag: tar.TypeReg, Size: maxUnpacked}})), 1<<20, 100); l.Err() != "gzip" {
		t.Errorf("too long: err %q", l.Err())
	}
}

func pack(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBounds(t *testing.T) {
	b := write(t, entries(tar.FormatPAX))
	l := list(b, len(b), 3)
	if len(l.Entries()) != 3 || l.Cut() != len(entries(tar.FormatPAX))-3 || l.Err() != "" {
		t.Errorf("%d entries, %d cut, err %q", len(l.Entries()), l.Cut(), l.Err())
	}
}

func TestErrors(t *testing.T) {
	whole := write(t, entries(tar.FormatGNU))
	bad := bytes.Clone(whole)
	bad[512+3]++ // the second header's name: its checksum is wrong now
	long := write(t, []tar.Header{{Name: strings.Repeat("n", maxHeader+1), Typeflag: tar.TypeReg, Format: tar.FormatGNU}})
	for _, tt := range []struct {
		name, err string
		b         []byte
		entries   int
	}{
		{"nothing", "empty", nil, 0},
		{"gzip", "gzip", []byte("\x1f\x8b\x08rest"), 0},
		{"gzip, long", "gzip", append([]byte("\x1f\x8b\x08"), make([]byte, 2000)...), 0},
		{"bzip2", "bzip2", []byte("BZh91AY"), 0},
		{"xz", "xz", []byte("\xfd7zXZ\x00\x00"), 0},
		{"zstd", "zstd", []byte("\x28\xb5\x2f\xfd\x00"), 0},
		{"dockerfile", "not a tar", []byte("FROM busybox\n"), 0},
		{"long dockerfile", "not a tar", bytes.Repeat([]byte("RUN true\n"), 100), 0},
		{"bad checksum", "malformed header", bad, 1},
		{"cut in content", "cut short", whole[:512+512+100], 2},
		{"cut in header", "cut short", whole[:512+100], 1},
		{"cut between", "", whole[:512], 1},
		{"name too long", "extension header too long", long, 0},
		{"only the end", "", make([]byte, 1024), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := list(tt.b, 100, 100)
			if l.Err() != tt.err || len(l.Entries()) != tt.entries {
				t.Errorf("err %q, %d entries; want %q, %d", l.Err(), len(l.Entries()), tt.err, tt.entries)
			}
		})
	}
}

// FuzzList: no panic, bounds kept, the same whatever the cut, and the same
// names as archive/tar lists where that has nothing to complain of.
func FuzzList(f *testing.F) {
	for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range entries(format) {
			h.Size = 0
			if err := w.WriteHeader(&h); err != nil {
				f.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, small := list(b, len(b)+1, 5), list(b, 7, 5)
		if diff := cmp.Diff(l.Entries(), small.Entries()); diff != "" || l.Err() != small.Err() || l.Cut() != small.Cut() {
			t.Fatalf("reads of 7 bytes differ: %q %q\n%s", l.Err(), small.Err(), diff)
		}
		if len(l.Entries()) > 5 {
			t.Fatal("too many entries", len(l.Entries()))
		}
		if want, ok := names(b); ok {
			got, _ := namesOf(list(b, len(b)+1, 1000))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("-archive/tar +ours:\n%s", diff)
			}
		}
	})
}

func namesOf(l *List) (out []string, ok bool) {
	for _, e := range l.Entries() {
		out = append(out, e.Name)
	}
	return out, l.Err() == ""
}

// names lists with archive/tar. It is no judge of sparse files and of global
// headers, which it reads and List does not, nor of what follows what List
// takes for the end.
func names(b []byte) (out []string, ok bool) {
	if len(b) < 1024 || !bytes.Equal(b[len(b)-1024:], make([]byte, 1024)) || bytes.Contains(b, []byte("GNU.sparse")) {
		return nil, false
	}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, true
		}
		if err != nil || h.Typeflag == tar.TypeGNUSparse || h.Typeflag == tar.TypeXGlobalHeader || h.Format == tar.FormatUnknown {
			return nil, false
		}
		out = append(out, h.Name)
	}
}

func BenchmarkFeed(b *testing.B) {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for range 64 {
		if err := w.WriteHeader(&tar.Header{Name: "some/file", Size: 64 << 10, Mode: 0o644}); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 64<<10)); err != nil {
			b.Fatal(err)
		}
	}
	p := buf.Bytes()
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		l := New(1000)
		for q := p; len(q) > 0; {
			n := min(len(q), 32<<10)
			l.Feed(q[:n])
			q = q[n:]
		}
	}
}
