package export_test

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings"
)

// sessions are recordings of real clients, with builds (gRPC in HTTP/2 in an
// upgrade), streams, a pull, a terminal and a cp.
var sessions = []string{
	demo, "../testdata/sessions/ok-compose-build.jsonl", "../testdata/sessions/build-step-fails.jsonl",
	"../testdata/sessions/ok-cp-in.jsonl", "../testdata/sessions/pull-fails.jsonl",
}

// told is what a recording says of a call.
type told struct {
	id             decode.ExchangeID
	method, target string
	status         int
	grpc           string // status of gRPC; "" if it is not one, or has none
	request, body  []byte // whole, kept, and no stream; nil if not
	stream, frames string // what streamed from the daemon; with the heads of stdcopy
	messages       int    // of gRPC, whole ones
}

// calls reads a recording.
func calls(t *testing.T, path string) []told {
	t.Helper()
	in, err := recordings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var list []told
	streams, frames, messages := map[decode.ExchangeID]string{}, map[decode.ExchangeID]string{}, map[decode.ExchangeID]int{}
	tell := func(x *exchange.Exchange) {
		c := told{id: x.ID, method: x.Method, target: x.Target, status: x.Status, stream: streams[x.ID], frames: frames[x.ID], messages: messages[x.ID]}
		if x.Request.Content == decode.ContentGRPC {
			for _, f := range append(x.Response.Fields, x.Response.Trailer...) {
				if f.Name == "grpc-status" {
					c.grpc = f.Value
				}
			}
		}
		for _, s := range []struct {
			side *exchange.Side
			to   *[]byte
		}{{&x.Request, &c.request}, {&x.Response, &c.body}} {
			if !s.side.Streams() && !s.side.Cut && s.side.Omitted == nil && s.side.Content != decode.ContentGRPC {
				*s.to = append([]byte{}, s.side.Body...)
			}
		}
		list = append(list, c)
	}
	folder := exchange.NewFolder(8<<20, func(x *exchange.Exchange, e decode.Event) {
		switch e := e.(type) {
		case *decode.Data:
			if x != nil && e.Dir == decode.Response && x.Response.Streams() {
				if e.Fd >= 0 {
					frames[x.ID] += string(binary.BigEndian.AppendUint32([]byte{byte(e.Fd), 0, 0, 0}, uint32(len(e.Bytes)))) + string(e.Bytes)
				}
				streams[x.ID] += string(e.Bytes)
			}
		case *decode.Message:
			if x != nil && e.Cut == "" && (e.Bytes != nil || e.Size == 0) {
				messages[x.ID]++
			}
		case *decode.ExchangeEnd:
			if x != nil {
				tell(x)
			}
		}
	})
	for {
		e, err := in.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			if bad := (*recordings.LineError)(nil); errors.As(err, &bad) {
				continue
			}
			t.Fatal(err)
		}
		folder.Event(e)
	}
	for x := range folder.Open() {
		tell(x)
	}
	if len(list) == 0 {
		t.Fatalf("%s has no calls", path)
	}
	return list
}

// tempFile is a file with that content.
func tempFile(t testing.TB, name, content string) string {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sessionName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".jsonl") }
