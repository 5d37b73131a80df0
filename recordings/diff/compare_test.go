package diff

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

const (
	id1 = "3f2a91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
	id2 = "aaaa91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
)

// taped records a script under a name.
func taped(t *testing.T, name string, s *exchangetest.Script) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	tape.To(t, path, s)
	return path
}

// life is what a made-up docker run asks and is answered.
type life struct {
	name, id, image, created, hostPort, output string
	pid                                        int
	code                                       string
	order                                      []string // operations besides create and attach
}

func (l life) with(change func(*life)) life {
	l.order = append([]string{}, l.order...)
	change(&l)
	return l
}

var first = life{
	name: "web-1", id: id1, image: "busybox", created: "2026-11-23T14:02:11.123456789Z", hostPort: "49153",
	output: "hi\n", pid: 100, code: "0", order: []string{"start", "wait", "inspect"},
}

func (l life) script() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(l.pid, "/usr/bin/docker", "run", "--name", l.name, l.image)
	reply := func(x *exchangetest.Exchange, status int, body string) {
		x.Reply(status, body, "Content-Type: application/json")
	}
	reply(c.Call("POST", "/v1.47/containers/create?name="+l.name, `{"Image":"`+l.image+`"}`), 201, `{"Id":"`+l.id+`","Warnings":[]}`)
	for _, what := range l.order {
		switch what {
		case "start":
			c.Call("POST", "/v1.47/containers/"+l.id+"/start", "").Reply(204, "")
		case "wait":
			reply(c.Call("POST", "/v1.47/containers/"+l.id+"/wait", ""), 200, `{"StatusCode":`+l.code+`}`)
		case "inspect":
			reply(c.Call("GET", "/v1.47/containers/"+l.id+"/json", ""), 200,
				`{"Id":"`+l.id+`","Name":"/`+l.name+`","Created":"`+l.created+`","Ports":[{"HostPort":"`+l.hostPort+`"}],"Pid":`+l.hostPort+`,"Image":"`+l.image+`"}`)
		}
	}
	c.Close()
	return s
}

func compared(t *testing.T, a, b *exchangetest.Script, which string) *Result {
	t.Helper()
	f, err := filter.Parse(which)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(taped(t, "a.jsonl", a), taped(t, "b.jsonl", b), Options{Which: f})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func plain(s string) string { return s }

// What people read, for each way two recordings can differ.
func TestText(t *testing.T) {
	const command = "docker run --name web-1 busybox\n"
	for _, tt := range []struct {
		name  string
		other life
		want  string
	}{
		{"of the moment only", first.with(func(l *life) {
			l.id, l.created, l.hostPort, l.pid = id2, "2027-01-01T00:00:00Z", "50000", 200
		}), "calls: 4 the same\n"},
		{"another name", first.with(func(l *life) { l.name = "web-2" }), "name \"web-1\" is \"web-2\"\ncalls: 4 the same\n"},
		{"another answer", first.with(func(l *life) { l.code = "3" }), command +
			"  changed POST /v1.47/containers/" + id1 + "/wait  (ContainerWait), #3 and #3\n" +
			"    answer /StatusCode\n      - recorded  0\n      + other     3\ncalls: 3 the same, 1 changed\n"},
		{"missing", first.with(func(l *life) { l.order = l.order[:2] }), command +
			"  missing GET /v1.47/containers/" + id1 + "/json  (ContainerInspect), #4 line 15\ncalls: 3 the same, 1 missing\n"},
		{"added", first.with(func(l *life) { l.order = append(l.order, "inspect") }), command +
			"  added   GET /v1.47/containers/" + id1 + "/json  (ContainerInspect), #5 line 19\ncalls: 4 the same, 1 added\n"},
		{"another order", first.with(func(l *life) { l.order[0], l.order[1] = l.order[1], l.order[0] }), command +
			"  moved   POST /v1.47/containers/" + id1 + "/start  (ContainerStart), #2 and #3\ncalls: 3 the same, 1 moved\n"},
	} {
		r := compared(t, first.script(), tt.other.script(), "")
		if got := r.Text(nil, plain); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
		if want := !strings.Contains(tt.want, "#"); r.Equal() != want {
			t.Errorf("%s: Equal is %v", tt.name, r.Equal())
		}
	}
}

func TestFilter(t *testing.T) {
	other := first.with(func(l *life) { l.code = "3" })
	if r := compared(t, first.script(), other.script(), "op:ContainerWait"); r.Changed != 1 || r.Same != 0 {
		t.Errorf("%+v, want the one call changed", r)
	}
	if r := compared(t, first.script(), other.script(), "not op:ContainerWait"); !r.Equal() || r.Same != 3 {
		t.Errorf("%+v, want 3 calls the same", r)
	}
}

// Of commands that ran side by side, each is compared with its like.
func TestCommandsInAnyOrder(t *testing.T) {
	both := func(first, second string) *exchangetest.Script {
		s := exchangetest.New()
		for i, word := range []string{first, second} {
			c := s.Connect(100+i, "docker", word)
			c.Call("GET", "/v1.47/"+map[string]string{"ps": "containers", "images": "images"}[word]+"/json", "").Reply(200, "[]", "Content-Type: application/json")
			c.Close()
		}
		return s
	}
	if r := compared(t, both("ps", "images"), both("images", "ps"), ""); !r.Equal() || r.Same != 2 {
		t.Errorf("%+v, want both the same", r)
	}
	r := compared(t, both("ps", "images"), both("ps", "ps"), "")
	if r.Missing != 1 || r.Added != 1 || len(r.Commands) != 2 {
		t.Errorf("%+v, want a command missing and one added", r)
	}
}

// Streams are compared by what they carry, not by how it was cut into pieces.
func TestStreams(t *testing.T) {
	logs := func(frames ...string) *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker", "logs", "x")
		x := c.Call("GET", "/v1.47/containers/x/logs?stdout=1", "").Answer(200, decode.ContentStdcopy, "Content-Type: application/vnd.docker.multiplexed-stream", "Transfer-Encoding: chunked")
		for _, f := range frames {
			x.Frame(decode.Response, 1, f)
		}
		x.EndOf(decode.Response).End(decode.Server, decode.EndEOF)
		c.Close()
		return s
	}
	if r := compared(t, logs("one\ntwo\n"), logs("one\n", "two\n"), ""); !r.Equal() {
		t.Errorf("%s", r.Text(nil, plain))
	}
	r := compared(t, logs("one\ntwo\nthree\n"), logs("one\n", "2\n", "three\n"), "")
	want := "    stdout line 2\n      - recorded  \"two\"\n      + other     \"2\"\n"
	if got := r.Text(nil, plain); !strings.Contains(got, want) {
		t.Errorf("%s\nwant in it\n%s", got, want)
	}
}

func TestUnreadable(t *testing.T) {
	if _, err := Compare("nosuch.jsonl", "nosuch.jsonl", Options{}); err == nil || !strings.Contains(err.Error(), "nosuch.jsonl") {
		t.Errorf("%v, want an error with the name", err)
	}
}

// Where each recording has one client, its name does not matter.
func TestAnotherClient(t *testing.T) {
	by := func(command ...string) *exchangetest.Script {
		s := exchangetest.New()
		s.Connect(7, command...).Call("GET", "/v1.47/containers/json", "").Reply(200, `[]`, "Content-Type: application/json")
		return s
	}
	r, err := Compare(taped(t, "a.jsonl", by("docker", "ps")), taped(t, "b.jsonl", by("podman", "ps")), Options{})
	if err != nil || !r.Equal() || r.Same != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
