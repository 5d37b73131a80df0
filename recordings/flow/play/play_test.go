package play

import (
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// at is an exchange at a line, with an answer at the lines after it.
func at(pos, group int, method, target string, _ ...int) *load.Exchange {
	return &load.Exchange{
		ID: decode.ExchangeID(pos), Pos: pos, Time: time.Duration(pos) * time.Second, Group: group,
		Asking: &load.Asking{Method: method, Call: engine.Lookup(method, target)}, Facts: &load.Facts{},
	}
}

func thingsOf(x *load.Exchange) []string {
	if id := x.Call.Param("id"); id != "" {
		return []string{"container:" + id}
	}
	return nil
}

// patience is how long a look waits for a write in these tests.
const patience = 5 * time.Second

func (b *Book) ready(x *load.Exchange, others bool, at int64) bool {
	ok, _ := b.Ready(x, others, time.Unix(at, 0), patience)
	return ok
}

func TestBook(t *testing.T) {
	attach := at(1, 0, "POST", "/containers/x/attach", 2, 10)
	start := at(3, 0, "POST", "/containers/x/start", 11)
	other := at(4, 1, "POST", "/containers/y/start", 5)
	stop := at(6, 1, "POST", "/containers/x/stop", 7)
	poll := at(8, 0, "GET", "/containers/x/json", 9)
	events := at(0, 2, "GET", "/events", 12)
	b := NewBook([]*load.Exchange{events, attach, start, other, stop, poll}, thingsOf)
	missing := func(x *load.Exchange, pos int) int {
		if m := b.Missing(x, x, pos); m != nil {
			return m.Pos
		}
		return 0
	}
	check := func(when string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d is missing, want %d", when, got, want)
		}
	}
	check("the head came before anything", missing(attach, 2), 0)
	check("output, by the same container", missing(attach, 10), 3)
	check("an answer of its own doing", missing(start, 11), 0)
	check("a poll", missing(poll, 9), 0)
	if b.ready(poll, false, 100) {
		t.Error("the poll's answer is ready before start and stop")
	}
	b.Come(start, time.Unix(100, 0))
	check("output, by another client", missing(attach, 10), 6)
	b.Come(stop, time.Unix(200, 0))
	check("output, all has come", missing(attach, 10), 0)
	check("events wait for anybody", missing(events, 12), 4)
	if !b.ready(poll, false, 100) {
		t.Error("the poll's answer is not ready although start and stop have come")
	}
	save, rename := at(13, 3, "GET", "/containers/x/export", 15), at(14, 3, "POST", "/containers/x/rename", 16)
	b = NewBook([]*load.Exchange{save, rename}, thingsOf)
	check("a tar, which its client sends on", missing(save, 15), 0)
	b = NewBook([]*load.Exchange{attach, start, stop}, thingsOf)
	b.Come(stop, time.Unix(200, 0))
	if m := b.Cause(attach, 10); m.Recorded != 6*time.Second || !m.Live.Equal(time.Unix(200, 0)) {
		t.Errorf("cause of the output: %+v", m)
	}
}

// A list shows what all clients have done, also to a client that did not ask for it then.
func TestListsAreReadyForOthers(t *testing.T) {
	create := at(1, 0, "POST", "/containers/create", 2)
	network := at(3, 0, "POST", "/networks/create", 4)
	list := at(5, 1, "GET", "/containers/json", 6)
	b := NewBook([]*load.Exchange{create, network, list}, thingsOf)
	if !b.ready(list, false, 1) || b.ready(list, true, 1) {
		t.Error("a list before the create: it is its client's and not others'")
	}
	b.Come(create, time.Unix(100, 0))
	if !b.ready(list, true, 1) {
		t.Error("the list is not ready although the create has come")
	}
}

// A write that does not come holds looks at its thing back once, for a while,
// and those at other things not at all.
func TestAMissingWriteIsReleased(t *testing.T) {
	kill := at(1, 0, "POST", "/containers/x/kill", 2)
	look := at(3, 0, "GET", "/containers/x/json", 4)
	other := at(5, 0, "GET", "/containers/y/json", 6)
	unkept := at(7, 0, "POST", "/containers/y/kill", 8)
	unkept.Unkept = "it was cut"
	after := at(9, 0, "GET", "/containers/y/json", 10)
	b := NewBook([]*load.Exchange{kill, look, other, unkept, after}, thingsOf)
	if b.ready(look, false, 10) || b.ready(look, false, 14) {
		t.Error("the look did not wait")
	}
	if !b.ready(other, false, 10) || !b.ready(after, false, 10) {
		t.Error("a look at another thing waits, or one for what cannot be replayed")
	}
	ok, released := b.Ready(look, false, time.Unix(15, 0), patience)
	if !ok || released != kill {
		t.Errorf("after its patience: ready %v, released %v", ok, released)
	}
	if ok, released := b.Ready(look, false, time.Unix(15, 0), patience); !ok || released != nil {
		t.Error("what was released did not stay so, or was told twice")
	}
}

// A list is not held back by a write that its client has left behind.
func TestListsPassWhatIsOverdue(t *testing.T) {
	skipped := at(1, 0, "POST", "/containers/x/kill", 2)
	list := at(3, 0, "GET", "/containers/json", 4)
	later := at(5, 0, "POST", "/containers/y/kill", 6)
	b := NewBook([]*load.Exchange{skipped, list, later}, thingsOf)
	if b.ready(list, false, 1) {
		t.Error("the list did not wait")
	}
	b.Come(later, time.Unix(1, 0))
	if !b.ready(list, false, 1) {
		t.Error("the list waits for a write that does not come any more")
	}
}

func TestOrder(t *testing.T) {
	attach := at(1, 0, "POST", "/containers/x/attach", 10)
	start := at(3, 0, "POST", "/containers/x/start", 11)
	stranger := at(4, 1, "POST", "/containers/y/start", 5)
	o := NewOrder()
	a, s, z := o.Join(attach, 10, "x"), o.Join(start, 11, "x"), o.Join(stranger, 5, "y")
	if o.Earlier(s, 11) != a {
		t.Error("start's answer does not wait for the output that was recorded before it")
	}
	if o.Earlier(a, 10) != nil {
		t.Error("the output waits for somebody")
	}
	o.Next(a, 10, true)
	if o.Earlier(s, 11) != nil {
		t.Error("start's answer waits for a client that waits for this one")
	}
	if !o.Next(a, 12, false) || o.Next(a, 12, false) {
		t.Error("news is told wrongly")
	}
	if o.Earlier(s, 11) != nil {
		t.Error("start's answer waits for what comes later")
	}
	o.Leave(a)
	o.Leave(z)
	if o.Earlier(s, 11) != nil {
		t.Error("start's answer waits for a client that has left")
	}
}

func TestDue(t *testing.T) {
	live := time.Unix(1000, 0)
	before := []Moment{{2 * time.Second, live}, {5 * time.Second, live.Add(time.Minute)}, {9 * time.Second, live.Add(time.Hour)}}
	for _, tt := range []struct {
		pace Pace
		want time.Time
	}{
		{Pace{}, live.Add(time.Minute)},
		{Pace{Speed: 1}, live.Add(time.Minute + 3*time.Second)}, // 8 s, counted from 5 s
		{Pace{Speed: 2}, live.Add(time.Minute + 1500*time.Millisecond)},
		{Pace{Speed: 1, MaxIdle: time.Second}, live.Add(time.Minute + time.Second)},
	} {
		if got := tt.pace.Due(8*time.Second, before...); !got.Equal(tt.want) {
			t.Errorf("%+v: %v, want %v", tt.pace, got, tt.want)
		}
	}
}

func TestParseSpeed(t *testing.T) {
	for s, want := range map[string]float64{"real": 1, "instant": 0, "2": 2, "0.5": 0.5, "0": -1, "-1": -1, "fast": -1, "NaN": -1, "inf": -1} {
		got, err := ParseSpeed(s)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
}

// An answer that began for one container, which turned out to be another, waits for
// as many writes about that.
func TestWhatTurnedOutToBeAnother(t *testing.T) {
	taken := at(1, 0, "POST", "/containers/x/attach", 10)
	never := at(2, 0, "POST", "/containers/x/start", 3)
	now := at(20, 0, "POST", "/containers/y/attach", 30)
	start, stop := at(21, 0, "POST", "/containers/y/start", 22), at(23, 0, "POST", "/containers/y/stop", 24)
	b := NewBook([]*load.Exchange{taken, never, now, start, stop}, thingsOf)
	b.Come(taken, time.Unix(1, 0))
	b.Instead([][2]*load.Exchange{{taken, now}, {now, taken}})
	o := NewOrder()
	p := o.Join(taken, 10, "")
	o.Instead([][2]*load.Exchange{{taken, now}})
	if got := b.Missing(taken, p.Now, 10); got != start {
		t.Errorf("missing is %v, want the other's start", got)
	}
	b.Come(start, time.Unix(2, 0))
	if got := b.Missing(taken, p.Now, 10); got != nil {
		t.Errorf("missing is %v, want nothing", got)
	}
}

// A thing that nobody removes is there, however long a client looks at it.
func TestOnlyADeleteRemoves(t *testing.T) {
	stop := at(1, 0, "POST", "/containers/x/stop", 2)
	gone := at(3, 0, "DELETE", "/containers/x", 4)
	look := at(5, 0, "GET", "/containers/x/json", 6)
	look.Status = 404
	b := NewBook([]*load.Exchange{stop, gone, look}, thingsOf)
	for _, seconds := range []int64{1, 10, 100, 1000} {
		if b.ready(look, false, seconds) {
			t.Fatalf("after %d seconds the container is gone", seconds)
		}
	}
	b.Come(gone, time.Unix(2000, 0))
	if !b.ready(look, false, 2000) {
		t.Error("after its removal the container is there")
	}
}

// A list by a whole name is about that container: others may be as they like.
func TestAListByName(t *testing.T) {
	other := at(1, 0, "POST", "/containers/y/start", 2)
	gone := at(3, 0, "DELETE", "/containers/x", 4)
	list := at(5, 0, "GET", `/containers/json?filters={"name":{"^/x$":true}}`, 6)
	all := at(7, 0, "GET", `/containers/json?filters={"name":["x"]}`, 8)
	things := load.NewThings(nil)
	b := NewBook([]*load.Exchange{other, gone, list, all}, things.Of)
	if b.ready(list, false, 1) {
		t.Error("the list does not wait for the removal")
	}
	b.Come(gone, time.Unix(2, 0))
	if !b.ready(list, false, 2) || b.ready(all, false, 2) {
		t.Error("the list waits for another container, or one by a part of a name does not")
	}
}

// Events wait for what they can tell of, as their filters say.
func TestFilteredEvents(t *testing.T) {
	events := at(1, 0, "GET", `/events?filters={"label":{"project=a":true},"type":["container"]}`, 9)
	other := at(2, 1, "POST", "/containers/y/start", 3)
	network := at(4, 1, "POST", "/networks/create", 5)
	own := at(6, 2, "POST", "/containers/x/start", 7)
	b := NewBook([]*load.Exchange{events, other, network, own}, thingsOf)
	if b.Missing(events, events, 9) != other {
		t.Error("events of which nothing is known wait for all")
	}
	b.Hides = func(filters map[string][]string, thing string) bool {
		return filters["label"][0] == "project=a" && filters["type"][0] == "container" && thing != "container:x"
	}
	b.Come(network, time.Unix(1, 0)) // it is about nothing that is known
	if b.Missing(events, events, 9) != own {
		t.Error("events do not wait for the start that they tell of, or for another")
	}
	b.Come(own, time.Unix(2, 0))
	if w := b.Missing(events, events, 9); w != nil {
		t.Errorf("events wait for %s", w.Target)
	}
}
