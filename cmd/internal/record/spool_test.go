package record

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/model"
)

// A spool keeps its latest two parts, finds what began in one and ended in
// the next, says what is gone, and leaves nothing behind.
func TestSpool(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	create := func(path string) (*recordings.Writer, error) {
		return recordings.Create(path, recordings.Options{Header: recordings.Header{Start: time.Now()}})
	}
	s, err := NewSpool(dir, create, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	s.length = 5000
	sc := exchangetest.New()
	c := sc.Connect(1, "docker")
	for range 60 {
		c.Call("GET", "/v1.47/containers/json", "").Reply(200, `[{"Id":"x"}]`)
	}
	long := sc.Connect(1, "docker").Call("GET", "/v1.47/events", "").Answer(200, decode.ContentJSONStream)
	for range 30 {
		c.Call("GET", "/v1.47/containers/json", "").Reply(200, `[{"Id":"x"}]`)
	}
	long.Data(decode.Response, `{"late":true}`+"\n").End(decode.Server, decode.EndEOF)
	at := map[decode.ExchangeID]int64{}
	for _, e := range sc.Events() {
		if h, ok := e.(*decode.RequestHead); ok {
			at[h.Exchange] = s.At()
		}
		s.Event(e)
	}
	s.Tick(sc.Now())
	if files, _ := filepath.Glob(dir + "/*"); len(files) != 2 {
		t.Errorf("%d parts are kept, want 2: %v", len(files), files)
	}
	if _, err := readBack(t, s, 1, at[1]); err == nil {
		t.Error("what is gone was found")
	}
	late := decode.ExchangeID(len(at))
	if events, err := readBack(t, s, late, at[late]); err != nil || len(events) < 4 {
		t.Errorf("the latest: %d events, %v", len(events), err)
	}
	if events, err := readBack(t, s, long.ID(), at[long.ID()]); err == nil {
		if _, over := events[len(events)-1].(*decode.ExchangeEnd); !over {
			t.Error("what goes on in the next part has no end")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	err = s.Scan(ctx, func(e decode.Event) { seen++ }, func(done, all int64) {
		if done >= all && seen > 50 {
			cancel()
		}
	})
	cancel()
	if err != nil || seen < 50 {
		t.Errorf("a scan sees %d events, %v", seen, err)
	}
	s.Close()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("the spool is still there")
	}
}

// readBack reads what there is of an exchange by now.
func readBack(t *testing.T, a model.Archive, id decode.ExchangeID, at int64) (events []decode.Event, err error) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = a.Exchange(ctx, id, at, func(e decode.Event) { events = append(events, decode.Clone(e)) }, cancel)
	return events, err
}

// burstSpool is a spool that writes bursts of lines.
func burstSpool(t *testing.T) *Spool {
	create := func(path string) (*recordings.Writer, error) {
		return recordings.Create(path, recordings.Options{Bursts: true, Header: recordings.Header{Start: time.Now()}})
	}
	s, err := NewSpool(t.TempDir(), create, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A reader of an event that has just come waits until it is in the file, and
// not for the next tick.
func TestSpoolIsWrittenForItsReader(t *testing.T) {
	s := burstSpool(t)
	sc := exchangetest.New()
	sc.Connect(1, "docker").Call("GET", "/info", "").Reply(200, "{}")
	for _, e := range sc.Events() {
		s.Event(e)
	}
	s.Flush() // nobody reads: it is kept for later
	read := make(chan []decode.Event)
	go func() {
		events, _ := readBack(t, s, 1, 0)
		read <- events
	}()
	for {
		select {
		case events := <-read:
			if len(events) < 4 {
				t.Errorf("%d events", len(events))
			}
			return
		case <-time.After(time.Millisecond):
			s.Flush()
		}
	}
}

// What comes of an exchange that is being read is in the file without a tick.
func TestSpoolIsWrittenForOneWhoFollows(t *testing.T) {
	s := burstSpool(t)
	sc := exchangetest.New()
	logs := sc.Connect(1, "docker").Call("GET", "/v1.47/containers/x/logs", "").Answer(200, decode.ContentRaw)
	logs.Data(decode.Response, "the first line\n").Data(decode.Response, "the newest line\n")
	events := sc.Events()
	newest := events[len(events)-1]
	for _, e := range events[:len(events)-1] {
		s.Event(e)
	}
	seen := make(chan decode.Event)
	go func() {
		_ = s.Exchange(t.Context(), 1, 0, func(e decode.Event) {
			if _, is := e.(*decode.Data); is {
				seen <- decode.Clone(e)
			}
		}, func() {})
	}()
	for lines := 0; lines < 2; {
		select {
		case <-seen:
			if lines++; lines == 1 {
				s.Event(newest)
			}
		case <-time.After(time.Millisecond):
			s.Flush()
		}
	}
}
