package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func script() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("GET", "/containers/json", ""), 200, "[]")
	tape.JSON(c.Call("POST", "/containers/create", `{"Image":"a"}`), 201, "{}")
	return s
}

// What cannot be replayed is said, in words that help.
func TestOpenRefuses(t *testing.T) {
	text, err := os.ReadFile(tape.Write(t, script()))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(text)
	header, rest, _ := strings.Cut(whole, "\n")
	beforeStop := whole[:strings.LastIndex(whole[:len(whole)-1], "\n")+1]
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"no recording", "hello\n", "not a dockwire recording"},
		{"newer", strings.Replace(whole, `"v":1`, `"v":2`, 1), "version 2"},
		{"needs", strings.Replace(whole, `"need":[]`, `"need":["h2"]`, 1), `needs "h2" to be replayed`},
		{"damaged", header + "\nthis is no event\n" + rest, "damaged: line 2"},
		{"cut off", beforeStop, "--partial"},
		{"torn", whole[:len(whole)-20], "--partial"},
	} {
		path := filepath.Join(t.TempDir(), "r.jsonl")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		rec, err := Open(path, Options{})
		if err == nil {
			rec.Close()
			t.Errorf("%s: no error", tt.name)
		} else if !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

func TestOpenPartial(t *testing.T) {
	path := tape.Write(t, script())
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	rec, err := Open(path, Options{Partial: true})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if len(rec.Exchanges) != 2 || len(rec.Notes) != 1 || rec.Stopped {
		t.Errorf("%d exchanges, notes %q, stopped %v", len(rec.Exchanges), rec.Notes, rec.Stopped)
	}
}

func TestAnswersThatWereNotKept(t *testing.T) {
	s := script()
	s.Connect(8).Call("GET", "/containers/x/export", "").Answer(200, decode.ContentTar).
		Data(decode.Response, strings.Repeat("x", 5000)).End(decode.Server, decode.EndEOF)
	path := tape.Write(t, s, func(o *recordings.Options) { o.MaxBody = 1000 })
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "#3 GET /containers/x/export") {
		t.Errorf("error %v", err)
	}
	rec, err := Open(path, Options{Unkept: true})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if rec.Exchanges[2].Unkept == "" || rec.Exchanges[0].Unkept != "" {
		t.Errorf("not kept: %q, %q", rec.Exchanges[2].Unkept, rec.Exchanges[0].Unkept)
	}
}

// A compressed recording is read at any offset, too.
func TestCompressed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl.zst")
	tape.To(t, path, script())
	var bodies []string
	rec, err := Open(path, Options{Request: func(x *Exchange, body []byte) { bodies = append(bodies, string(body)) }})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	body, err := rec.RequestBody(rec.Exchanges[1])
	if err != nil || string(body) != `{"Image":"a"}` || bodies[1] != string(body) {
		t.Errorf("%q, %v; handed over: %q", body, err, bodies)
	}
	var answer []byte
	for _, s := range rec.Exchanges[0].Steps() {
		err = rec.Events(s.Line, func(e decode.Event) error {
			if d, ok := e.(*decode.Data); ok {
				answer = append(answer, d.Bytes...)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if string(answer) != "[]" {
		t.Errorf("answer %q", answer)
	}
}

// What a client knew by itself is told from what it had been told, wherever in a
// long recording that is.
func TestMadeUp(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	tape.JSON(c.Call("POST", "/volumes/create", `{"Name":"asked-for"}`), 201, `{"Name":"asked-for"}`)
	for range 40 {
		tape.JSON(c.Call("GET", "/volumes", ""), 200, `["`+strings.Repeat("x", 10_000)+`"]`)
	}
	tape.JSON(c.Call("GET", "/volumes", ""), 200, `["listed"]`)
	tape.JSON(c.Call("GET", "/volumes/listed", ""), 200, `{}`)
	rec, err := Open(tape.Write(t, s), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	for value, want := range map[string]bool{"asked-for": true, "listed": false, "neither": true} {
		if rec.MadeUp(value) != want {
			t.Errorf("%s: made up is %v", value, !want)
		}
	}
}

// Requests that never end, however many, take no more memory than a few that do;
// what does not fit is known by its digest.
func TestEndlessRequestsAreBounded(t *testing.T) {
	s := exchangetest.New()
	piece := strings.Repeat("x", MaxBody/4)
	for range 12 {
		s.Connect(7).Request("PUT", "/containers/x/archive?path=/", "Content-Type: application/octet-stream").Data(decode.Request, piece)
	}
	whole, most := 0, 0
	rec, err := Open(tape.Write(t, s, func(o *recordings.Options) { o.MaxBody = -1 }), Options{Partial: true, Unkept: true, Request: func(x *Exchange, body []byte) {
		if x.Request.Whole {
			whole += len(body)
		} else if most = max(most, len(body)); x.Request.Digest == "" {
			t.Errorf("%v: neither bytes nor a digest", x)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	if whole != maxHeld || most != 0 {
		t.Errorf("%d bytes are held, want %d; of one that was let go %d", whole, maxHeld, most)
	}
}

// Whatever is in a file: an error, or something that can be read back.
func FuzzOpen(f *testing.F) {
	for _, s := range []*exchangetest.Script{script()} {
		text, err := os.ReadFile(tape.Write(f, s))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "r")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		rec, err := Open(path, Options{Partial: true, Unkept: true})
		if err != nil {
			return
		}
		defer rec.Close()
		things := NewThings(rec)
		for _, x := range rec.Exchanges {
			things.Of(x)
			if _, err := rec.RequestBody(x); err != nil {
				t.Error(err)
			}
			for _, s := range x.Steps() {
				if err := rec.Events(s.Line, func(decode.Event) error { return nil }); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
