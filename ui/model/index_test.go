package model

import (
	"bytes"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

func indexOf(t testing.TB, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.WriteIndex(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// resumed is a model that goes on where an index ends.
func resumed(t testing.TB, index []byte) (*Intake, *Model) {
	t.Helper()
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	x, err := in.ReadIndex(bytes.NewReader(index))
	if err != nil {
		t.Fatal(err)
	}
	in.Resume(x)
	for m.Pull() {
	}
	m.Judge(never)
	return in, m
}

// read reads an index that nobody looks at.
func read(b []byte) error {
	_, err := NewIntake(IntakeOptions{}).ReadIndex(bytes.NewReader(b))
	return err
}

// An index gives back what it was made of, wherever it was made, and what
// comes after it is listed as if there had been no index: exchanges that were
// open go on, clients belong to their commands.
func TestIndex(t *testing.T) {
	s := talk()
	for range chunkRows {
		s.Connect(0, "").Call("GET", "/v1.47/info?x=1", "").Reply(200, `{"Name":"here"}`)
	}
	last := s.Connect(815, "docker", "ps").Call("GET", "/v1.47/events", "").Answer(200, decode.ContentJSONStream)
	last.Data(decode.Response, "{}\n").End(decode.Server, decode.EndReset)
	events := s.Events()
	want := modelOf(s, Options{})
	want.ExpandAll(true)
	for _, cut := range []int{0, 1, 7, 20, 31, len(events) - 2, len(events)} {
		in := NewIntake(IntakeOptions{})
		m := New(in, Options{})
		feed(in, events[:cut])
		for m.Pull() {
		}
		in, m = resumed(t, indexOf(t, m))
		open := m.open
		feed(in, slices.DeleteFunc(slices.Clone(events[:cut]), func(e decode.Event) bool {
			_, ok := open[e.From().Exchange]
			return !ok
		}))
		feed(in, events[cut:])
		in.Tick(s.Now())
		for m.Pull() {
		}
		m.Judge(never)
		m.ExpandAll(true)
		if got, want := shown(m), shown(want); got != want {
			t.Errorf("cut after %d events: got %d bytes, want %d\n%.2000s", cut, len(got), len(want), got)
		}
		if got, want := m.Totals(), want.Totals(); got != want {
			t.Errorf("cut after %d events: %+v, want %+v", cut, got, want)
		}
	}
}

func feed(in *Intake, events []decode.Event) {
	for _, e := range events {
		in.Event(e)
	}
}

// What is cut off or of another program is no index.
func TestIndexThatIsNone(t *testing.T) {
	b := indexOf(t, modelOf(talk(), Options{}))
	for n := range b {
		if read(b[:n]) == nil {
			t.Errorf("%d of %d bytes are an index", n, len(b))
		}
	}
	b[0] ^= 0xff
	if read(b) == nil {
		t.Error("another version is read")
	}
}

// An index is shown while it is read, from its first rows on, and goes when its end is
// not there.
func TestIndexIsShownAtOnce(t *testing.T) {
	whole := indexOf(t, ofRows(20*chunkRows))
	from, to := io.Pipe()
	in := NewIntake(IntakeOptions{Wait: true})
	m := New(in, Options{})
	failed := make(chan error)
	go func() {
		_, err := in.ReadIndex(from)
		failed <- err
	}()
	if _, err := to.Write(whole[:len(whole)/2]); err != nil {
		t.Fatal(err)
	}
	for m.Totals().Exchanges < 5*chunkRows { // what is in between may wait in buffers
		m.Pull()
		runtime.Gosched()
	}
	m.Judge(never)
	m.Arrange()
	if m.Lines() == 0 || m.Matching() != m.Totals().Exchanges {
		t.Errorf("%d lines, %d match of %d", m.Lines(), m.Matching(), m.Totals().Exchanges)
	}
	to.Close()
	if <-failed == nil {
		t.Fatal("half an index is one")
	}
	in.DropIndex()
	for m.Pull() {
	}
	if m.Arrange(); m.Lines() > 0 || m.Totals() != (Totals{}) {
		t.Errorf("%d lines, %+v", m.Lines(), m.Totals())
	}
}

// FuzzReadIndex reads what may be an index, and shows it.
func FuzzReadIndex(f *testing.F) {
	f.Add(indexOf(f, modelOf(talk(), Options{})))
	f.Add(indexOf(f, New(NewIntake(IntakeOptions{}), Options{})))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := NewIntake(IntakeOptions{})
		m := New(in, Options{})
		x, err := in.ReadIndex(bytes.NewReader(b))
		for m.Pull() {
		}
		m.Judge(never)
		shown(m)
		if err != nil {
			in.DropIndex()
			m.Pull()
			if m.Totals() != (Totals{}) || m.Lines() > 0 {
				t.Errorf("dropped, and %+v", m.Totals())
			}
			return
		}
		x.Open()
		in.Resume(x)
		shown(m)
		m.ExpandAll(true)
		shown(m)
		m.Statistics()
		m.Sequence(m.Matches(), nil)
		exchangetest.New().Play(in.Event)
		indexOf(t, m)
	})
}
