package recordings

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
)

func omissions(events []decode.Event) (list []*decode.Omitted) {
	for _, e := range events {
		if e, ok := e.(*decode.Omitted); ok {
			list = append(list, e)
		}
	}
	return list
}

func TestCap(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 10<<10) // 160 KiB
	tests := []struct {
		name    string
		opt     Options
		content decode.Content
		length  int64
		piece   int
		kept    int
	}{
		{"announced", Options{MaxBody: 100_000}, decode.ContentText, int64(len(big)), 30_000, 100_000},
		{"not announced", Options{MaxBody: 100_000}, decode.ContentText, -1, 30_000, 100_000},
		{"pieces beyond a line", Options{MaxBody: 100_000}, decode.ContentText, -1, len(big), 100_000},
		{"smaller than a line", Options{MaxBody: 1000}, decode.ContentText, -1, 300, 1000},
		{"nothing", Options{MaxBody: KeepNone}, decode.ContentText, int64(len(big)), 30_000, 0},
		{"frames stay whole", Options{MaxBody: 100_000}, decode.ContentRaw, -1, 30_000, 90_000},
		{"announced shorter than it was", Options{MaxBody: 100_000}, decode.ContentText, 5, 30_000, 100_000},
		{"at the cap", Options{MaxBody: int64(len(big))}, decode.ContentText, -1, 30_000, len(big)},
		{"all", Options{MaxBody: KeepAll}, decode.ContentText, -1, 30_000, len(big)},
		{"default", Options{}, decode.ContentText, -1, 30_000, len(big)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := at(ms, 1, 1)
			events := []decode.Event{request(o, "GET", "/info"), dirEnd(o, decode.Request),
				response(o, 200, "OK", decode.FramingChunked, -1, tt.content)}
			if tt.length >= 0 {
				events[2] = response(o, 200, "OK", decode.FramingLength, tt.length, tt.content)
			}
			for b := big; b != ""; b = b[min(tt.piece, len(b)):] {
				events = append(events, data(o, decode.Response, b[:min(tt.piece, len(b))]))
			}
			events = append(events, dirEnd(o, decode.Response), end(o))
			got, bad := read(t, write(t, tt.opt, events...))
			if bad != nil {
				t.Fatal(bad)
			}
			if b := bodyOf(got, 1, decode.Response); b != big[:tt.kept] {
				t.Fatalf("kept %d bytes, want the first %d", len(b), tt.kept)
			}
			if _, ok := got[len(got)-1].(*decode.ExchangeEnd); !ok {
				t.Fatalf("the last event is %T", got[len(got)-1])
			}
			list := omissions(got)
			if tt.kept == len(big) {
				if len(list) != 0 {
					t.Fatalf("omitted %+v", list[0])
				}
				return
			}
			want := decode.Omitted{Origin: o, Dir: decode.Response, Bytes: int64(len(big) - tt.kept), Total: int64(len(big)), Digest: digest.XXH3.Of([]byte(big)), Why: "max-body"}
			if tt.length == 5 {
				want.Digest = "" // nobody thought that it would be needed
			}
			if len(list) != 1 {
				t.Fatalf("%d omissions", len(list))
			}
			same(t, []decode.Event{list[0]}, []decode.Event{&want})
		})
	}
}

// A stream that passed the cap says so where it happens, not only at its end.
func TestCapIsMarked(t *testing.T) {
	o := at(ms, 1, 1)
	got, _ := read(t, write(t, Options{MaxBody: 10},
		request(o, "GET", "/events"), response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
		data(o, decode.Response, "{}\n"), data(o, decode.Response, `{"a":"long"}`+"\n"), data(o, decode.Response, "{}\n"),
		&decode.ExchangeEnd{Origin: o, By: decode.Client, How: decode.EndCancel, OpenRequest: true, OpenResponse: true}))
	var kinds []string
	for _, e := range got {
		switch e := e.(type) {
		case *decode.Mark:
			kinds = append(kinds, e.Text)
		case *decode.Data:
			kinds = append(kinds, string(e.Bytes))
		case *decode.Omitted:
			kinds = append(kinds, "omitted "+string(e.Digest))
		case *decode.ExchangeEnd:
			kinds = append(kinds, "end")
		}
	}
	want := "{}\n|the response is not kept from here on, only its size and digest: it passed 10 bytes (max-body)|omitted " +
		string(digest.XXH3.Of([]byte("{}\n{\"a\":\"long\"}\n{}\n"))) + "|end"
	if s := strings.Join(kinds, "|"); s != want {
		t.Fatalf("got %s, want %s", s, want)
	}
}

// What cannot be decoded counts against the cap as a body does.
func TestCapOfUndecodedBytes(t *testing.T) {
	bad := []byte(strings.Repeat("x", 100_000))
	o := at(ms, 1, 0)
	for _, tt := range []struct {
		opt           Options
		kept, dropped int
	}{
		{Options{MaxBody: KeepNone}, 0, 300_000},
		{Options{MaxBody: 150_000}, 150_000, 150_000},
		{Options{}, 300_000, 0},
		{Options{MaxBody: KeepAll}, 300_000, 0},
	} {
		anomaly := &decode.Anomaly{Origin: o, Dir: decode.Request, Reason: "not HTTP", Bytes: bad}
		got, err := read(t, write(t, tt.opt, anomaly, anomaly, anomaly))
		if err != nil {
			t.Fatal(err)
		}
		kept, dropped, told := 0, 0, 0
		for _, e := range got {
			switch e := e.(type) {
			case *decode.Anomaly:
				kept += len(e.Bytes)
				told++
			case *decode.Gap:
				dropped += int(e.Bytes)
			}
		}
		if kept != tt.kept || dropped != tt.dropped || told < 3 {
			t.Errorf("max-body %d: kept %d, dropped %d in %d anomalies", tt.opt.MaxBody, kept, dropped, told)
		}
	}
}

func TestTarUpload(t *testing.T) {
	o := at(ms, 1, 1)
	head := upload(o, decode.ContentTar, -1, "/v1.51/build")
	events := []decode.Event{head, data(o, decode.Request, "not a tar"), data(o, decode.Request, " at all"), dirEnd(o, decode.Request)}

	file := write(t, Options{}, events...)
	if strings.Contains(string(file), "at all") {
		t.Fatalf("the upload was kept: %s", file)
	}
	got, _ := read(t, file)
	list := omissions(got)
	if len(list) != 1 {
		t.Fatalf("omitted: %+v", list)
	}
	same(t, []decode.Event{list[0]}, []decode.Event{&decode.Omitted{Origin: o, Dir: decode.Request, Bytes: 16, Total: 16,
		Digest: digest.XXH3.Of([]byte("not a tar at all")), Why: "tar upload", TarErr: "not a tar"}})

	got, _ = read(t, write(t, Options{TarUploads: true}, events...))
	if b := bodyOf(got, 1, decode.Request); b != "not a tar at all" {
		t.Fatalf("asked to keep the upload, kept %q", b)
	}

	down := []decode.Event{request(o, "GET", "/x"), response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentTar), data(o, decode.Response, "tar")}
	if got, _ = read(t, write(t, Options{}, down...)); bodyOf(got, 1, decode.Response) != "tar" {
		t.Fatal("a tar that comes down was not kept")
	}
}

func TestTarListing(t *testing.T) {
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	for _, h := range []*tar.Header{
		{Name: "Dockerfile", Mode: 0o644, Size: 4, Typeflag: tar.TypeReg},
		{Name: "app/", Mode: 0o755, Typeflag: tar.TypeDir},
		{Name: "app/link", Linkname: "../Dockerfile", Mode: 0o777, Typeflag: tar.TypeSymlink},
	} {
		if err := tw.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := tw.Write([]byte("FROM")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	o := at(ms, 1, 1)
	events := []decode.Event{upload(o, decode.ContentTar, -1, "/v1.51/build")}
	for p := b.Bytes(); len(p) > 0; p = p[min(100, len(p)):] {
		events = append(events, data(o, decode.Request, string(p[:min(100, len(p))])))
	}
	events = append(events, dirEnd(o, decode.Request))
	got, _ := read(t, write(t, Options{}, events...))
	list := omissions(got)
	if len(list) != 1 {
		t.Fatalf("omitted: %+v", list)
	}
	same(t, []decode.Event{list[0]}, []decode.Event{&decode.Omitted{Origin: o, Dir: decode.Request, Bytes: int64(b.Len()), Total: int64(b.Len()),
		Digest: digest.XXH3.Of(b.Bytes()), Why: "tar upload", Tar: []decode.TarEntry{
			{Name: "Dockerfile", Type: tar.TypeReg, Mode: 0o644, Size: 4, XXH3: "e27be8aa2b89842151aa1c13200fa147"},
			{Name: "app/", Type: tar.TypeDir, Mode: 0o755},
			{Name: "app/link", Type: tar.TypeSymlink, Mode: 0o777, Link: "../Dockerfile"},
		}}})
}

// A listing that would not fit into a line is cut, and says by how much.
func TestLongListing(t *testing.T) {
	list := make([]decode.TarEntry, 20_000)
	for i := range list {
		list[i].Name = strings.Repeat("n", 100)
	}
	file := write(t, Options{}, &decode.Omitted{Origin: at(ms, 1, 1), Dir: decode.Request, Bytes: 1, Total: 1, Tar: list, TarCut: 5})
	for line := range bytes.Lines(file) {
		if len(line) > 1<<20 {
			t.Fatalf("a line of %d bytes", len(line))
		}
	}
	got, bad := read(t, file)
	if bad != nil || len(got) != 1 {
		t.Fatalf("%d events, %v", len(got), bad)
	}
	if o := got[0].(*decode.Omitted); len(o.Tar)+o.TarCut != 20_005 || len(o.Tar) < 1000 {
		t.Fatalf("%d listed, %d cut", len(o.Tar), o.TarCut)
	}
}

// Bodies that stay small are never digested, announced or not.
func TestSmallBodiesAreNotDigested(t *testing.T) {
	w, err := newStreamWriter(discard{}, Options{Header: testHeader})
	if err != nil {
		t.Fatal(err)
	}
	o := at(ms, 1, 1)
	for _, e := range []decode.Event{request(o, "GET", "/info"), dirEnd(o, decode.Request),
		response(o, 200, "OK", decode.FramingChunked, -1, decode.ContentJSON), data(o, decode.Response, "{}"), dirEnd(o, decode.Response)} {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if x := w.open[1]; x.side[0].hashing || x.side[1].hashing {
		t.Fatal("a small body was digested")
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
