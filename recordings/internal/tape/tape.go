// Package tape writes recordings for tests.
package tape

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
)

// Write records a script and returns the file's name.
func Write(t testing.TB, s *exchangetest.Script, change ...func(*recordings.Options)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tape.jsonl")
	To(t, path, s, change...)
	return path
}

// To is Write with a name.
func To(t testing.TB, path string, s *exchangetest.Script, change ...func(*recordings.Options)) {
	t.Helper()
	o := recordings.Options{Header: recordings.Header{Start: time.Unix(1700000000, 0), Redact: "default-1"}}
	for _, c := range change {
		c(&o)
	}
	w, err := recordings.Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	s.Play(func(e decode.Event) {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// Chunked is the header line for a body in chunks.
const Chunked = "Transfer-Encoding: chunked"

// JSON answers an exchange with a JSON body.
func JSON(x *exchangetest.Exchange, status int, body string) *exchangetest.Exchange {
	return x.Reply(status, body, "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body)))
}

// Empty answers an exchange without a body.
func Empty(x *exchangetest.Exchange, status int) *exchangetest.Exchange { return x.Reply(status, "") }
