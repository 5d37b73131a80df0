package model

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
)

const id = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

// talk is docker run with docker ps beside it.
func talk() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(4711, "/usr/bin/docker", "run", "--rm", "busybox")
	c.Call("HEAD", "/_ping", "").Reply(200, "")                                                                       // 1
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"x"}`).Reply(404, `{"message":"No such image: x"}`) // 2
	attach := s.Connect(4711, "/usr/bin/docker", "run", "--rm", "busybox").
		Call("POST", "/v1.47/containers/"+id+"/attach?stream=1", "").Answer(101, decode.ContentStdcopy) // 3
	c.Call("POST", "/v1.47/containers/"+id+"/start", "").Reply(204, "") // 4
	other := s.Connect(815, "docker", "ps")
	other.Call("GET", "/v1.47/containers/json", "").Reply(200, `[{"Id":"`+id+`"}]`) // 5
	attach.Frame(decode.Response, 1, "hello\n")
	return s
}

func modelOf(s *exchangetest.Script, o Options) *Model {
	in := NewIntake(IntakeOptions{})
	m := New(in, o)
	s.Play(in.Event)
	in.Tick(s.Now())
	for m.Pull() {
	}
	m.Judge(never)
	m.Arrange()
	return m
}

func never() bool { return false }

// shown is the view as text.
func shown(m *Model) string {
	m.Arrange()
	var b strings.Builder
	for i := range m.Lines() {
		l := m.Line(i)
		if l.IsCommand {
			c := m.Command(l.Command)
			fmt.Fprintf(&b, "%s: %d of %d, %d failed, %d open\n", c.Title, c.Matching(), c.Calls, c.Failed, c.Open)
			continue
		}
		r, t := m.Row(l.Pos)
		fmt.Fprintf(&b, "  #%d %s %d %s\n", r.ID, t.Name(), r.Status, t.Failure)
	}
	return b.String()
}

func TestTree(t *testing.T) {
	m := modelOf(talk(), Options{})
	want := "docker run --rm busybox: 4 of 4, 0 failed, 1 open\ndocker ps: 1 of 1, 0 failed, 0 open\n"
	if got := shown(m); got != want {
		t.Errorf("closed:\n%s", got)
	}
	m.Expand(m.Line(0).Command, true)
	want = `docker run --rm busybox: 4 of 4, 0 failed, 1 open
  #1 SystemPingHead 200 
  #2 ContainerCreate 404 No such image: x
  #3 ContainerAttach 101 
  #4 ContainerStart 204 
docker ps: 1 of 1, 0 failed, 0 open
`
	if got := shown(m); got != want {
		t.Errorf("open:\n%s", got)
	}
	for i := range m.Lines() {
		if j, ok := m.Index(m.Line(i)); j != i || !ok {
			t.Errorf("line %d is found at %d, %v", i, j, ok)
		}
	}
}

func TestFilterOnRowsAgreesWithFilterOnExchanges(t *testing.T) {
	m := modelOf(talk(), Options{})
	m.SetMode(ByTime)
	for src, want := range map[string]string{
		"":                           "1 2 3 4 5",
		"op:Container*":              "2 3 4 5",
		"is:error":                   "2",
		"status>=400":                "2",
		`error~"No such image"`:      "2",
		"is:open":                    "3",
		"is:hijack":                  "3",
		"is:stream":                  "3",
		"cmd~ps":                     "5",
		"pid:4711 and not path~json": "1 2 3 4",
		"query.name:web":             "2",
		"version>1.46":               "2 3 4 5",
		"conn:2":                     "3",
		"down>0":                     "2 3 5",
		"method:HEAD or id:5":        "1 5",
		"end:eof":                    "1 2 4 5",
	} {
		f, err := filter.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		m.SetFilter(f)
		for _, _, more := m.Judge(never); more; _, _, more = m.Judge(never) {
		}
		var got []string
		for _, p := range m.Matches() {
			r, _ := m.Row(p)
			got = append(got, fmt.Sprint(r.ID))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q shows %v, want %s", src, got, want)
		}
	}
}

// What matches only for as long as it is open goes, and what comes to match
// comes in its place.
func TestRowsMoveInAndOutAsTheyChange(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(1, "x")
	a := c.Call("GET", "/events", "").Answer(200, decode.ContentJSONStream)
	b := c.Call("GET", "/info", "").Reply(500, `{"message":"no"}`)
	_ = b
	before := len(s.Events())
	a.End(decode.Server, decode.EndReset)
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	m.SetMode(ByTime)
	see := func(src string) string {
		f, _ := filter.Parse(src)
		m.SetFilter(f)
		m.Pull()
		m.Judge(never)
		return shown(m)
	}
	for i, e := range s.Events() {
		if i == before {
			in.Tick(e.From().Time)
			if got := see("is:open"); got != "  #1 SystemEvents 200 \n" {
				t.Errorf("open: %q", got)
			}
		}
		in.Event(e)
	}
	m.Pull()
	if got := shown(m); got != "" {
		t.Errorf("over and still there: %q", got)
	}
	if got := see("is:error"); got != "  #1 SystemEvents 200 reset by server\n  #2 SystemInfo 500 no\n" {
		t.Errorf("errors: %q", got)
	}
}

func TestOldRowsAreForgotten(t *testing.T) {
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{MaxRows: 2 * chunkRows})
	m.SetMode(ByTime)
	s := exchangetest.New()
	c := s.Connect(7, "loop")
	first := c.Call("GET", "/events", "").Answer(200, decode.ContentJSONStream)
	for range 4 * chunkRows {
		c.Call("GET", "/_ping", "").Reply(200, "OK")
	}
	first.End(decode.Server, decode.EndEOF)
	for i, e := range s.Events() {
		in.Event(e)
		if i%1000 == 0 {
			m.Pull()
			m.Judge(never)
		}
	}
	m.Pull()
	m.Judge(never)
	m.Arrange()
	tot := m.Totals()
	if kept := m.Lines(); kept > 2*chunkRows || kept+tot.Forgotten != 4*chunkRows+1 || tot.Forgotten == 0 {
		t.Errorf("%d kept, %+v", kept, tot)
	}
	if tot.Open != 0 || tot.Exchanges != 4*chunkRows+1 {
		t.Errorf("%+v", tot)
	}
	if c := m.Command(0); c.Calls != m.Lines() || len(m.Of(0)) != m.Lines() {
		t.Errorf("the command has %d, %d of them in the list", c.Calls, len(m.Of(0)))
	}
	if p, ok := m.ByID(oldest(m)); !ok || p != m.Line(0).Pos {
		t.Error("the oldest row is not found by its id")
	}
}

// Where there is a place outside, nothing is forgotten and all is as it would be in
// memory; until there is none.
func TestOldRowsGoOutside(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "loop")
	first := c.Call("GET", "/events", "").Answer(200, decode.ContentJSONStream)
	for i := range 4 * chunkRows {
		c.Call("GET", "/v1.47/containers/web"+strconv.Itoa(i%100)+"/json", "").Reply(200+i%2*204, "{}")
	}
	first.End(decode.Server, decode.EndEOF)
	room := 0
	outside := func(content ...[]byte) []byte {
		if room--; room < 0 {
			return nil
		}
		return bytes.Join(content, nil)
	}
	listed := func(o Options) *Model {
		in := NewIntake(IntakeOptions{})
		m := New(in, o)
		for i, e := range s.Events() {
			in.Event(e)
			for i%chunkRows == 0 && m.Pull() {
			}
		}
		in.Tick(s.Now())
		for m.Pull() {
		}
		return m
	}
	want := listed(Options{})
	look := func(m *Model) (all string) {
		m.SetMode(ByTime)
		for _, src := range []string{"status:404 web7", "web99", ""} {
			f, err := filter.Parse(src)
			if err != nil {
				t.Fatal(err)
			}
			m.SetFilter(f)
			m.Judge(never)
			all += shown(m)
		}
		return all
	}
	room = 100
	m := listed(Options{MaxRows: 2 * chunkRows, Outside: outside})
	if room != 97 || look(m) != look(want) || m.Totals() != want.Totals() {
		t.Errorf("%d chunks are outside, %+v, want %+v", 100-room, m.Totals(), want.Totals())
	}
	again := New(NewIntake(IntakeOptions{}), Options{MaxRows: 2 * chunkRows, Outside: outside})
	if _, err := again.intake.ReadIndex(bytes.NewReader(indexOf(t, m))); err != nil {
		t.Errorf("an index: %v", err)
	}
	for again.Pull() {
	}
	if look(again) != look(want) {
		t.Error("an index lists something else")
	}
	room = 1 // the one that is outside goes with the next
	m = listed(Options{MaxRows: 2 * chunkRows, Outside: outside})
	look(m)
	if tot := m.Totals(); tot.Forgotten != 3*chunkRows || m.Totals().Exchanges != 4*chunkRows+1 || oldest(m) != 3*chunkRows+1 {
		t.Errorf("with room for one chunk outside: %d lines, %+v", m.Lines(), tot)
	}
}

// With too many commands the oldest rows go, and with them those commands that have no
// others. One of these that goes on is listed again as itself.
func TestOldCommandsAreForgotten(t *testing.T) {
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{MaxCommands: 100})
	s := exchangetest.New()
	first := s.Connect(1, "watch", "first")
	idle := s.Connect(2, "watch", "idle")
	idle.Call("GET", "/info", "").Reply(200, "{}")
	const calls = 64 // of each of the others
	for n := range 5 * chunkRows / calls {
		first.Call("GET", "/_ping", "").Reply(200, "OK")
		c := s.Connect(10+n, "short", strconv.Itoa(n))
		for range calls {
			c.Call("GET", "/_ping", "").Reply(200, "OK")
		}
		c.Close()
	}
	take := func() {
		for i, e := range s.Events() {
			in.Event(e)
			for i%1000 == 0 && m.Pull() {
			}
		}
		in.Tick(s.Now())
		for m.Pull() {
		}
		m.Judge(never)
		m.Arrange()
	}
	take()
	all := m.Totals().Exchanges
	check := func(m *Model) {
		t.Helper()
		listed := 0
		for _, c := range m.cmds.all {
			if c != nil {
				listed++
			}
		}
		if listed > 100 || listed < 50 || listed != m.cmds.kept || m.Lines() != listed || m.Matching()+m.Totals().Forgotten != all {
			t.Errorf("%d commands, %d counted, %d lines, %d calls and %+v", listed, m.cmds.kept, m.Lines(), m.Matching(), m.Totals())
		}
	}
	check(m)
	if m.Command(0) != nil || m.Command(1) == nil || m.Command(1).Title != "watch first" {
		t.Errorf("%v and %v are listed", m.Command(0), m.Command(1))
	}
	again := New(NewIntake(IntakeOptions{}), Options{MaxCommands: 100})
	if _, err := again.intake.ReadIndex(bytes.NewReader(indexOf(t, m))); err != nil {
		t.Fatal(err)
	}
	for again.Pull() {
	}
	again.Judge(never)
	again.Arrange()
	check(again)

	all++
	s = exchangetest.New()
	s.Connect(2, "watch", "idle").Call("GET", "/info", "").Reply(200, "{}")
	take()
	if c := m.Command(0); c == nil || c.Title != "watch idle" || c.Calls != 1 {
		t.Errorf("%v is listed", c)
	}
	if err := orphaned(m); err != "" {
		t.Error(err)
	}
}

// orphaned says which row has no command.
func orphaned(m *Model) string {
	for p := m.store.first; p < m.store.next; p++ {
		if r := m.store.row(p); m.cmds.get(r.Command) == nil {
			return "a row is of command " + strconv.Itoa(int(r.Command)) + ", which is not kept"
		}
	}
	return ""
}

func oldest(m *Model) decode.ExchangeID { r, _ := m.Row(m.Line(0).Pos); return r.ID }

func TestAScreenThatDoesNotReadIsToldWhatItMissed(t *testing.T) {
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	s := exchangetest.New()
	c := s.Connect(7, "loop")
	const n = queueLimit + 1000
	for range n {
		c.Call("GET", "/_ping", "").Reply(200, "OK")
	}
	for _, e := range s.Events() {
		in.Event(e)
	}
	// What a turn of the screen takes in is bounded, whatever waits: a key is
	// answered between two turns.
	for turn := 1; m.Pull(); turn++ {
		if seen := m.Totals().Exchanges - m.Totals().Missed; seen != min(turn*pullMost, queueLimit) || m.Behind() != (seen < queueLimit) {
			t.Fatalf("%d after %d turns, behind %v", seen, turn, m.Behind())
		}
	}
	m.Judge(never)
	tot := m.Totals()
	if tot.Missed == 0 || tot.Missed+m.Matching() != n || tot.Exchanges != n || tot.Open != 0 {
		t.Errorf("%+v with %d rows of %d", tot, m.Matching(), n)
	}
}

func TestClientsWithoutAProcessAreGroupedByBurst(t *testing.T) {
	s := exchangetest.New()
	for range 2 {
		for range 3 {
			c := s.ConnectPeer(decode.Peer{Address: "10.0.0.7:5123"})
			c.Call("GET", "/_ping", "", "User-Agent: Docker-Client/28").Reply(200, "OK")
			c.Close()
		}
		s.Wait(time.Minute)
	}
	m := modelOf(s, Options{})
	want := "Docker-Client/28: 3 of 3, 0 failed, 0 open\nDocker-Client/28: 3 of 3, 0 failed, 0 open\n"
	if got := shown(m); got != want {
		t.Errorf("%s", got)
	}
	if who := m.Command(0).Who(); who != "10.0.0.7" {
		t.Errorf("who: %q", who)
	}
}

func TestSort(t *testing.T) {
	m := modelOf(talk(), Options{})
	m.SetMode(ByTime)
	for _, c := range []struct {
		sort Sort
		want string
	}{
		{Sort{}, "1 2 3 4 5"},
		{Sort{SortTime, true}, "5 4 3 2 1"},
		{Sort{SortStatus, true}, "2 4 1 5 3"},
		{Sort{SortPath, false}, "1 3 4 2 5"},
		{Sort{SortDown, true}, "5 2 3 1 4"},
	} {
		m.SetSort(c.sort)
		m.Arrange()
		var got []string
		for i := range m.Lines() {
			r, _ := m.Row(m.Line(i).Pos)
			got = append(got, fmt.Sprint(r.ID))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v, want %s", c.sort, got, c.want)
		}
	}
}

func TestMarks(t *testing.T) {
	m := newMarks()
	m.Set(3, Mark{Marked: true, Comment: "here"})
	m.Set(4, Mark{Marked: true})
	m.Set(4, Mark{})
	if !m.Changed() || m.Changed() {
		t.Error("a change is told once")
	}
	n := newMarks()
	if err := n.Decode(m.Encode()); err != nil || n.Of(3) != m.Of(3) || len(n.IDs()) != 1 {
		t.Errorf("%v: %v", err, n.byID)
	}
	if err := n.Decode([]byte(`{"v":2}`)); err == nil {
		t.Error("a later version was read")
	}
}

func TestStatistics(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "loop")
	for i := range 100 {
		x := c.Call("GET", "/_ping", "")
		s.Wait(time.Duration(i) * 10 * time.Millisecond)
		x.Reply(200, "OK")
	}
	c.Call("GET", "/info", "").Reply(500, "")
	c.Call("GET", "/events", "").Answer(200, decode.ContentJSONStream)
	m := modelOf(s, Options{})
	st := m.Statistics()
	o := st.Ops[0]
	near := func(got, want time.Duration) bool { return got > want*95/100 && got < want*105/100 }
	if o.Op.ID != "SystemPing" || o.Count != 100 || !near(o.P50, 505*time.Millisecond) || !near(o.P95, 955*time.Millisecond) || o.Max < 990*time.Millisecond {
		t.Errorf("%+v", *o)
	}
	if st.Total.Count != 102 || st.Total.Failed != 1 || st.Total.Open != 1 {
		t.Errorf("%+v", st.Total)
	}
	if r, _ := m.Row(st.Slowest[0]); len(st.Slowest) != slowestKept || r.Took != o.Max {
		t.Errorf("slowest: %v of %d", r.Took, len(st.Slowest))
	}
}

func TestSequence(t *testing.T) {
	m := modelOf(talk(), Options{})
	seq := m.Sequence(m.Of(0), nil)
	var got []string
	for _, st := range seq.Steps {
		r, _ := m.Row(st.Pos)
		got = append(got, fmt.Sprintf("%d%s%v", r.ID, [...]string{">", "<", "x"}[st.Kind], st.Open))
	}
	want := "1>[] 1<[] 2>[] 2<[] 3>[] 3<[0] 4>[0] 4<[0]"
	if strings.Join(got, " ") != want || seq.Lanes != 1 {
		t.Errorf("%v, %d lanes", got, seq.Lanes)
	}
}

func TestDetail(t *testing.T) {
	r := NewDetailReader(nil)
	if r.Detail().Exchange != nil {
		t.Error("nothing became an exchange")
	}
	for _, e := range talk().Events() {
		if e.From().Exchange == 3 {
			r.Event(e)
		}
	}
	d := r.Detail()
	if d.Exchange == nil || d.Status != 101 || len(d.Pieces) != 1 || string(d.Pieces[0].Bytes) != "hello\n" || d.Pieces[0].Fd != 1 {
		t.Errorf("%+v", d)
	}
}

// Of a stream that is longer than what is kept, both ends are there.
func TestDetailKeepsBothEnds(t *testing.T) {
	s := exchangetest.New()
	x := s.Connect(1, "docker").Call("GET", "/v1.47/containers/x/logs", "").Answer(200, decode.ContentStdcopy)
	line := strings.Repeat("x", 99) + "\n"
	const n = 120_000
	x.Frame(decode.Response, 1, "first\n")
	for range n {
		x.Frame(decode.Response, 1, line)
	}
	x.Frame(decode.Response, 1, "last\n")
	r := NewDetailReader(nil)
	for _, e := range s.Events() {
		if e.From().Exchange == 1 {
			r.Event(e)
		}
	}
	d := r.Detail()
	here := 0
	for _, p := range d.Pieces {
		here += len(p.Bytes)
	}
	if string(d.Pieces[0].Bytes) != "first\n" || string(d.Pieces[len(d.Pieces)-1].Bytes) != "last\n" {
		t.Error("an end is missing")
	}
	if here > keepFirst+keepLast || int64(here)+d.Skipped != d.Response.Size || len(d.Pieces[d.Gap-1].Bytes) != 100 {
		t.Errorf("%d bytes are here, %d skipped, of %d", here, d.Skipped, d.Response.Size)
	}
}
