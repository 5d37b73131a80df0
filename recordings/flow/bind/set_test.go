package bind

import "testing"

func learn(s *Set, recorded, live string, gives bool) bool {
	p := []Pair{{Recorded: recorded, Live: live, Gives: gives}}
	if !s.Allows(p) {
		return false
	}
	s.Learn(p, "test", 1)
	return true
}

func TestBindingsAreOneToOne(t *testing.T) {
	var s Set
	if !learn(&s, "web-1", "run-7", false) {
		t.Fatal("an unknown name cannot be bound")
	}
	for _, tt := range []struct {
		recorded, live string
		gives, want    bool
	}{
		{"web-1", "run-7", false, true},  // the same again
		{"web-1", "run-8", false, false}, // web-1 is run-7
		{"web-2", "run-7", false, false}, // run-7 is web-1
		{"web-1", "run-8", true, true},   // but a name may be given again
	} {
		if got := learn(&s, tt.recorded, tt.live, tt.gives); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
	s.Same("db-1")
	if learn(&s, "db-1", "other", false) {
		t.Error("the client uses db-1 itself, and yet it was bound")
	}
}

func TestRequestsAreTranslated(t *testing.T) {
	var s Set
	learn(&s, "web-1", "run-77", true)
	learn(&s, "db", "cache", true)
	for live, want := range map[string]string{
		"run-77": "web-1", "/run-77": "/web-1", "run-77:/data": "web-1:/data", "run-777": "run-777",
		"cache": "db", "/cache": "/db", "cache:/data": "cache:/data", "": "",
	} {
		if got := s.Recorded(live); got != want {
			t.Errorf("%q is %q in the recording, want %q", live, got, want)
		}
	}
}

// Names may be swapped: what means one thing live means another in the
// recording.
func TestSwappedNames(t *testing.T) {
	var s Set
	learn(&s, "job-1", "job-2", true)
	learn(&s, "job-2", "job-1", true)
	if got := s.Recorded("job-1,job-2"); got != "job-2,job-1" {
		t.Errorf("got %q", got)
	}
	if got := string(s.Answers().All(nil, []byte("job-1,job-2"), false)); got != "job-2,job-1" {
		t.Errorf("got %q", got)
	}
}

func TestAnswers(t *testing.T) {
	var s Set
	learn(&s, "web-1", "run-77", true)
	learn(&s, "db", "cache", true)
	s.Learn([]Pair{{Recorded: "32768", Live: "40001", Number: true}}, "test", 1)
	r := s.Answers()
	for _, tt := range []struct {
		json     bool
		in, want string
	}{
		{true, `{"Names":["/web-1"],"Image":"web-1x"}`, `{"Names":["/run-77"],"Image":"web-1x"}`},
		{true, `{"Name":"/db","Image":"db","Cmd":["db"]}`, `{"Name":"/cache","Image":"db","Cmd":["db"]}`},
		{true, `{"Source":"/var/lib/docker/volumes/db/_data"}`, `{"Source":"/var/lib/docker/volumes/cache/_data"}`},
		{true, `{"message":"No such container: db"}`, `{"message":"No such container: cache"}`},
		{true, `{"HostPort":"32768","Size":32768,"PublicPort":32768,"Type":"tcp"}`, `{"HostPort":"40001","Size":32768,"PublicPort":40001,"Type":"tcp"}`},
		{false, "hello from web-1, db and 32768\n", "hello from run-77, db and 32768\n"},
		{false, "web-1web-1 xweb-1 web-1", "web-1web-1 xweb-1 run-77"},
	} {
		if got := string(r.All(nil, []byte(tt.in), tt.json)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// A project's name begins the names of what belongs to it, of which the client
// may never have said one.
func TestProjects(t *testing.T) {
	var s Set
	s.Learn([]Pair{At("body.Labels.com.docker.compose.project", "shop", "other", true)}, "test", 1)
	in := `{"Names":["/shop-db-1"],"Image":"shop","Labels":{"com.docker.compose.project":"shop","owner":"shop"},` +
		`"Networks":{"shop_back":{}},"Source":"/var/lib/docker/volumes/shop_data/_data","Cmd":["workshop-1","a shop"],"Dir":"/srv/shop"}`
	want := `{"Names":["/other-db-1"],"Image":"shop","Labels":{"com.docker.compose.project":"other","owner":"shop"},` +
		`"Networks":{"other_back":{}},"Source":"/var/lib/docker/volumes/other_data/_data","Cmd":["workshop-1","a shop"],"Dir":"/srv/shop"}`
	if got := string(s.Answers().All(nil, []byte(in), true)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	for live, want := range map[string]string{
		"other": "shop", "other-db-1": "shop-db-1", "/other_data": "/shop_data", "an-other-db": "an-other-db", "other.example": "other.example",
		"another-1": "another-1",
	} {
		if got := s.Recorded(live); got != want {
			t.Errorf("%q is %q in the recording, want %q", live, got, want)
		}
	}
}

// What is made of names that were bound needs no binding of its own.
func TestDerivedValues(t *testing.T) {
	var s Set
	learn(&s, "run-1-net", "other-net", true)
	learn(&s, "db", "cache", true)
	for _, tt := range []struct {
		recorded, live string
		want           bool
	}{
		{"NET=run-1-net", "NET=other-net", true},
		{"PROJECT=run-1", "PROJECT=other", true}, // what run-1-net and other-net do not have in common
		{"db:5432", "cache:5432", true},
		{"web-1 of run-1", "web-2 of other", true}, // with a name that this request gives
		{"db:5432", "cache:5433", false},
		{"PROJECT=run-1", "PROJECT=another", false},
		{"adb", "acache", false},
	} {
		if got := s.Derives(tt.recorded, tt.live, []Pair{{Recorded: "web-1", Live: "web-2"}}); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// A live name that is given another meaning leaves the old one free.
func TestNamesChangeTheirMeaning(t *testing.T) {
	var s Set
	learn(&s, "back", "front", false)
	if !learn(&s, "tmp", "front", true) {
		t.Fatal("a name cannot be given again")
	}
	if !learn(&s, "back", "rear", false) {
		t.Error("back is held by a binding that is gone")
	}
	if learn(&s, "tmp", "elsewhere", false) {
		t.Error("tmp is front, and yet it was bound to something else")
	}
}

func TestLikeness(t *testing.T) {
	for _, tt := range []struct {
		recorded, live, other string // live is likelier than other
	}{
		{"shop_front", "x_front", "x_back"},
		{"shop-web-1", "x-web-1", "x-db-1"},
		{"shop-web-2", "x-web-2", "x-web-1"},
		{"a-b-c", "a-x-c", "b-x-c"},
	} {
		if Likeness(tt.recorded, tt.live) <= Likeness(tt.recorded, tt.other) {
			t.Errorf("%+v: %d, %d", tt, Likeness(tt.recorded, tt.live), Likeness(tt.recorded, tt.other))
		}
	}
	if n := Likeness("job-1", "test-1"); n != 0 {
		t.Errorf("a number in common is a likeness of %d", n)
	}
}

// What a rule calls volatile comes back as the client sent it: where it stood, and
// wherever it cannot mean anything else.
func TestVolatileAnswers(t *testing.T) {
	for _, tt := range []struct {
		place, recorded, live string
		in, want              string
	}{
		{"body.Labels.run", "20240101", "20250202", `{"run":"20240101","Size":120240101,"Cmd":["echo","20240101"]}`, `{"run":"20250202","Size":120240101,"Cmd":["echo","20250202"]}`},
		{"body.Labels.ci.run", "77", "1234", `{"ci.run":"77","run":"77","Size":77}`, `{"ci.run":"1234","run":"77","Size":77}`},
		{"body.Env.3", "RUN=77", "RUN=1234", `{"Env":["PATH=/bin","RUN=77"],"Cmd":["77"]}`, `{"Env":["PATH=/bin","RUN=1234"],"Cmd":["77"]}`},
		{"body.Labels.run", "run-1f00ba44", "run-2ab41c00", `{"run":"run-1f00ba44","id":"1f00ba44"}`, `{"run":"run-2ab41c00","id":"2ab41c00"}`},
		{"query.t", "shop:77", "shop:78", `{"stream":"Successfully tagged shop:77\n","n":77}`, `{"stream":"Successfully tagged shop:78\n","n":77}`},
	} {
		var s Set
		s.Learn(Volatile(tt.place, tt.recorded, tt.live), "test", 1)
		if got := string(s.Answers().All(nil, []byte(tt.in), true)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
	var s Set
	s.Learn(VolatileNumber("body.HostConfig.Memory", "8388608", "16777216"), "test", 1)
	if got := string(s.Answers().All(nil, []byte(`{"Memory":8388608,"Swap":8388608,"X":{"Memory":8388608}}`), true)); got != `{"Memory":16777216,"Swap":8388608,"X":{"Memory":16777216}}` {
		t.Errorf("a number: %s", got)
	}
}
