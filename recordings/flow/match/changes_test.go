package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

const recordedCreate = `{"Image":"busybox:1.36","Cmd":["sh","-c","date"],"Entrypoint":["/run"],"Env":["MODE=a","SCHEMA=20240101"],` +
	`"Labels":{"commit":"0a1b2c3d4e5f"},"User":"1000","WorkingDir":"/w","StopSignal":"SIGINT","Healthcheck":{"Test":["CMD","true"],"Retries":3},` +
	`"HostConfig":{"Binds":["/srv/a:/data:ro"],"Mounts":[{"Type":"volume","Source":"v","Target":"/v"}],"Memory":1048576,"Privileged":true,"CapAdd":["NET_ADMIN"],` +
	`"PortBindings":{"80/tcp":[{"HostPort":"8080"}]},"RestartPolicy":{"Name":"always"},"NetworkMode":"host","AutoRemove":true}}`

// What a test asserts on must not pass unseen: each change is a miss that names
// the place.
func TestChangesAreNoticed(t *testing.T) {
	const create = "/v1.51/containers/create?name=web"
	swap := func(from, to string) string { return strings.Replace(recordedCreate, from, to, 1) }
	for _, tt := range []struct{ name, method, target, body, place string }{
		{"another image tag", "POST", create, swap("1.36", "1.37"), "body /Image"},
		{"another argument", "POST", create, swap(`"date"`, `"ls"`), "body /Cmd/2"},
		{"arguments in another order", "POST", create, swap(`"sh","-c"`, `"-c","sh"`), "body /Cmd/0"},
		{"no entrypoint", "POST", create, swap(`"Entrypoint":["/run"],`, ""), "body /Entrypoint/0"},
		{"another value of a variable", "POST", create, swap("MODE=a", "MODE=b"), "body /Env/0"},
		{"a value that looks generated", "POST", create, swap("20240101", "20250202"), "body /Env/1"},
		{"a variable less", "POST", create, swap(`"MODE=a",`, ""), "body /Env/"},
		{"another label", "POST", create, swap("0a1b2c3d4e5f", "ffffffffffff"), "body /Labels/commit"},
		{"a label with dots", "POST", create, swap(`"commit":`, `"org.commit":`), "body /Labels/org.commit"},
		{"no user", "POST", create, swap("1000", ""), "body /User"},
		{"another folder inside", "POST", create, swap("/data", "/other"), "body /HostConfig/Binds/0"},
		{"a bind that can be written", "POST", create, swap(":ro", ""), "body /HostConfig/Binds/0"},
		{"a mount less", "POST", create, swap(`"Mounts":[{"Type":"volume","Source":"v","Target":"/v"}],`, ""), "body /HostConfig/Binds/1"},
		{"more memory", "POST", create, swap("1048576", "2097152"), "body /HostConfig/Memory"},
		{"not privileged", "POST", create, swap(`"Privileged":true`, `"Privileged":false`), "body /HostConfig/Privileged"},
		{"another capability", "POST", create, swap("NET_ADMIN", "SYS_TIME"), "body /HostConfig/CapAdd/0"},
		{"another port", "POST", create, swap("80/tcp", "81/tcp"), "body /HostConfig/PortBindings/81/tcp/0/HostPort"},
		{"another restart policy", "POST", create, swap("always", "no"), "body /HostConfig/RestartPolicy/Name"},
		{"another kind of network", "POST", create, swap(`"host"`, `"none"`), "body /HostConfig/NetworkMode"},
		{"no automatic removal", "POST", create, swap(`,"AutoRemove":true`, ""), "body /HostConfig/AutoRemove"},
		{"another health check", "POST", create, swap(`"Retries":3`, `"Retries":4`), "body /Healthcheck/Retries"},
		{"another signal", "POST", "/v1.51/containers/web/kill?signal=TERM", "", "query signal"},
		{"a kill that waits no time", "POST", "/v1.51/containers/web/stop?t=0", "", "query t"},
		{"volumes are kept", "DELETE", "/v1.51/containers/web?force=1", "", "query v"},
		{"a file of the same size", "PUT", "/v1.51/containers/web/archive?path=/etc", tarOf("motd", "other"), "file motd"},
		{"another platform", "POST", create + "&platform=linux/arm64", recordedCreate, "query platform"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := exchangetest.New()
			c := s.Connect(7, "docker")
			tape.JSON(c.Call("POST", create, recordedCreate), 201, `{"Id":"1"}`)
			tape.Empty(c.Call("POST", "/v1.51/containers/web/kill?signal=SIGKILL", ""), 204)
			tape.Empty(c.Call("POST", "/v1.51/containers/web/stop", ""), 204)
			tape.Empty(c.Call("DELETE", "/v1.51/containers/web?force=1&v=1", ""), 204)
			tape.Empty(c.Call("PUT", "/v1.51/containers/web/archive?path=/etc", tarOf("motd", "hello"), "Content-Type: application/x-tar"), 200)
			_, miss := matcher(t, s).Take(live("a", tt.method, tt.target, tt.body))
			if miss == nil {
				t.Fatal("there was an answer")
			}
			if text := miss.Text(nil); !strings.Contains(text, tt.place) {
				t.Errorf("%q is not named:\n%s", tt.place, text)
			}
		})
	}
}

// What dockerd cannot tell apart is the same request.
func TestZeroIsAbsent(t *testing.T) {
	for _, tt := range []struct {
		target, recorded, live string
		want                   bool
	}{
		{"/containers/create", `{"Image":"a","Tty":false,"Labels":{},"HostConfig":{"Binds":null,"Memory":0,"LogConfig":{"Type":"","Config":{}}}}`, `{"Image":"a"}`, true},
		{"/containers/create", `{"image":"a"}`, `{"Image":"a"}`, false}, // no client does that
		{"/containers/create", `{"Labels":{"a":""}}`, `{}`, false},
		{"/containers/create", `{"ExposedPorts":{"80/tcp":{}}}`, `{}`, false},
		{"/containers/create", `{"StopTimeout":0}`, `{}`, false},
		{"/containers/create", `{"StopTimeout":null}`, `{}`, true},
		{"/containers/create", `{"HostConfig":{"Init":false}}`, `{}`, false},
		{"/containers/create", `{"HostConfig":{"KernelMemory":0}}`, `{}`, true}, // the API had it once
		{"/containers/create", `{"HostConfig":{"KernelMemory":1}}`, `{}`, false},
		{"/containers/create", `{"HostConfig":{"NetworkMode":"default"},"NetworkingConfig":{"EndpointsConfig":{"default":{"Aliases":null}}}}`, `{"NetworkingConfig":{"EndpointsConfig":{}}}`, true},
		{"/networks/create", `{"Name":"n","CheckDuplicate":true}`, `{"Name":"n"}`, true},
		{"/containers/x/exec", `{"Cmd":["a"],"Detach":true}`, `{"Cmd":["a"]}`, true}, // its start says so
		{"/exec/x/start", `{"Detach":true}`, `{}`, false},
		{"/containers/create", `{"HostConfig":{"ContainerIDFile":"/tmp/a1/cid"}}`, `{"HostConfig":{"ContainerIDFile":"/tmp/b2/cid"}}`, true},
		{"/containers/create", `{"HostConfig":{"ContainerIDFile":"/tmp/a1/cid"}}`, `{}`, false},
		{"/containers/create", `{"HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/v","VolumeOptions":{}}]}}`, `{"HostConfig":{"Binds":["v:/v:rw"]}}`, true},
		{"/containers/create", `{"HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/v","ReadOnly":true}]}}`, `{"HostConfig":{"Binds":["v:/v"]}}`, false},
		{"/containers/create", `{"HostConfig":{"Mounts":[{"Type":"volume","Source":"v","Target":"/v","VolumeOptions":{"NoCopy":true}}]}}`, `{"HostConfig":{"Binds":["v:/v"]}}`, false},
		{"/containers/create", `{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/v","Target":"/v"}]}}`, `{"HostConfig":{"Binds":["/v:/v"]}}`, false}, // one makes /v
		{"/networks/create", `{"Name":"n","Labels":{"com.docker.compose.config-hash":"1f"}}`, `{"Name":"n","Labels":{}}`, true},
		{"/containers/create", `{"Labels":{"com.docker.compose.container-number":"1"}}`, `{"Labels":{}}`, true},
		{"/containers/create", `{"Labels":{"com.docker.compose.container-number":"1"}}`, `{"Labels":{"com.docker.compose.container-number":"2"}}`, false},
		{"/networks/create", `{"Name":"n","Internal":true}`, `{"Name":"n"}`, false},
		{"/containers/create", `{"NetworkingConfig":{"EndpointsConfig":{"net":{}}}}`, `{"NetworkingConfig":{"EndpointsConfig":{"net":null}}}`, true},
		{"/containers/create", `{"NetworkingConfig":{"EndpointsConfig":{"net":{}}}}`, `{}`, false},
		{"/containers/create", `{"Env":["B=1","A=1"]}`, `{"Env":["A=1","B=1"]}`, true},
		{"/containers/create", `{"Env":["A=1","A=2"]}`, `{"Env":["A=2","A=1"]}`, false}, // the last counts
		{"/containers/create", `{"HostConfig":{"CapAdd":["A","B"],"Mounts":[{"Target":"/a"},{"Target":"/b"}]}}`, `{"HostConfig":{"Mounts":[{"Target":"/b"},{"Target":"/a"}],"CapAdd":["B","A"]}}`, true},
		{"/containers/create", `{"HostConfig":{"CapAdd":["NET_ADMIN","sys_time"]}}`, `{"HostConfig":{"CapAdd":["CAP_SYS_TIME","CAP_NET_ADMIN"]}}`, true},
		{"/containers/create", `{"HostConfig":{"Dns":["1.1.1.1","8.8.8.8"]}}`, `{"HostConfig":{"Dns":["8.8.8.8","1.1.1.1"]}}`, false}, // the first is asked first
		{"/services/create", `{"TaskTemplate":{"ContainerSpec":{"Env":["A=1","B=1"],"Secrets":[{"SecretName":"a"},{"SecretName":"b"}]}},"EndpointSpec":{"Ports":[{"TargetPort":80},{"TargetPort":443}]}}`,
			`{"TaskTemplate":{"ContainerSpec":{"Env":["B=1","A=1"],"Secrets":[{"SecretName":"b"},{"SecretName":"a"}]}},"EndpointSpec":{"Ports":[{"TargetPort":443},{"TargetPort":80}]}}`, true},
		{"/networks/create", `{"Name":"n","EnableIPv6":false,"Internal":false}`, `{"Name":"n"}`, true},
		{"/networks/create", `{"Name":"n","EnableIPv4":false}`, `{"Name":"n"}`, false},
		{"/containers/x/start", `{}`, ``, true},
		{"/x/unknown", `{"a":0}`, `{}`, false},
	} {
		s := exchangetest.New()
		tape.Empty(s.Connect(7).Call("POST", tt.target, tt.recorded), 200)
		if got := ask(matcher(t, s), "a", "POST", tt.target, tt.live) == 1; got != tt.want {
			t.Errorf("%s %s and %s: same is %v", tt.target, tt.recorded, tt.live, got)
		}
		if tt.live == "" {
			continue
		}
		s = exchangetest.New() // and the other way round
		tape.Empty(s.Connect(7).Call("POST", tt.target, tt.live), 200)
		if got := ask(matcher(t, s), "a", "POST", tt.target, tt.recorded) == 1; got != tt.want {
			t.Errorf("%s %s and %s: same is %v", tt.target, tt.live, tt.recorded, got)
		}
	}
}

func TestQueriesThatMeanTheSame(t *testing.T) {
	for _, tt := range []struct {
		method, recorded, live string
		want                   bool
	}{
		{"GET", "/containers/json", "/containers/json?all=0&limit=0&filters={}", true},
		{"GET", "/containers/json?all=1", "/containers/json?all=true", true},
		{"GET", "/containers/json?all=1", "/containers/json?all=false", false},
		{"GET", "/containers/json?limit=1", "/containers/json?limit=0", false},
		{"POST", "/containers/x/kill", "/containers/x/kill?signal=KILL", true},
		{"POST", "/containers/x/kill?signal=TERM", "/containers/x/kill?signal=SIGTERM", true},
		{"POST", "/containers/x/wait", "/containers/x/wait?condition=", true},
		{"POST", "/containers/x/wait?condition=not-running", "/containers/x/wait", true},
		{"POST", "/containers/x/wait?condition=removed", "/containers/x/wait", false},
		{"POST", "/containers/x/stop", "/containers/x/stop?t=0", false}, // ten seconds, and none
		{"GET", "/containers/x/logs?stdout=1&follow=0&tail=all", "/containers/x/logs?stdout=true", true},
		{"GET", "/containers/x/stats?stream=1", "/containers/x/stats", true},
		{"GET", "/containers/x/stats?stream=0", "/containers/x/stats", false},
		{"POST", "/build?buildargs={}&cachefrom=[]&cgroupparent=&memory=0&networkmode=default&rm=1&ulimits=null&t=a", "/build?t=a", true},
		{"POST", "/build?rm=0", "/build", false},
		{"POST", "/build?memory=1", "/build", false},
		{"POST", "/build?networkmode=host", "/build", false},
		{"POST", `/build?buildargs={"A":"1"}`, "/build?buildargs={}", false},
		{"POST", "/build/prune?keep-storage=0", "/build/prune", true},
		{"POST", "/v1.41/build/prune?keep-storage=5", "/v1.56/build/prune?reserved-space=5", true},
		{"POST", "/v1.41/build/prune?keep-storage=5", "/v1.41/build/prune", false},
		{"GET", "/containers/x/top?ps_args=-ef", "/containers/x/top", true},
		{"GET", "/v1.41/system/df", "/v1.41/system/df?verbose=1", true}, // of 1.52
		{"GET", "/v1.41/system/df", "/v1.56/system/df?verbose=1", false},
		{"GET", "/v1.50/images/json", "/v1.50/images/json?manifests=1", true}, // with a note
		{"GET", "/v1.50/images/json", "/v1.50/images/json?all=1&manifests=1", false},
		{"GET", "/v1.56/images/json?manifests=1", "/v1.56/images/json", false},
		{"POST", "/v1.41/containers/x/stop?signal=INT", "/v1.41/containers/x/stop", true}, // of 1.42
		{"POST", "/v1.42/containers/x/stop?signal=INT", "/v1.42/containers/x/stop", false},
		{"POST", "/commit?repo=shop", "/commit?repo=docker.io/library/shop", true},
		{"POST", "/images/create?fromImage=docker.io/grafana/loki", "/images/create?fromImage=grafana/loki", true},
		{"POST", "/images/create?fromImage=localhost:5000/loki", "/images/create?fromImage=loki", false},
		{"GET", "/images/docker.io/library/shop:1/json", "/images/shop:1/json", true},
		{"GET", "/images/shop:1/json", "/images/shop:2/json", false},
	} {
		s := exchangetest.New()
		tape.Empty(s.Connect(7).Call(tt.method, tt.recorded, ""), 200)
		if got := ask(matcher(t, s), "a", tt.method, tt.live, "") == 1; got != tt.want {
			t.Errorf("%s and %s: same is %v", tt.recorded, tt.live, got)
		}
	}
}

// A request that the recorded client gave up has no answer: one that has is
// given once it could be.
func TestGivenUpRequests(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	c.Call("POST", "/containers/x/wait", "").End("client", "cancel") // 1
	tape.Empty(c.Call("POST", "/containers/x/kill", ""), 204)        // 2
	tape.JSON(c.Call("POST", "/containers/x/wait", ""), 200, `{}`)   // 3
	killed := false
	m := matcher(t, s, func(o *Options) { o.Ready = func(*load.Exchange, bool) bool { return killed } })
	if got := ask(m, "a", "POST", "/containers/x/wait", ""); got != 1 {
		t.Errorf("before the kill: #%d", got)
	}
	m = matcher(t, s, func(o *Options) { o.Ready = func(*load.Exchange, bool) bool { return killed } })
	killed = true
	if got := ask(m, "a", "POST", "/containers/x/wait", ""); got != 3 {
		t.Errorf("after the kill: #%d", got)
	}
}

// A client that plays the part of one that gave a request up does not take the answer of
// another.
func TestGivenUpByItsOwn(t *testing.T) {
	s := exchangetest.New()
	const look, pull = "/images/a/json", "/images/create?fromImage=a"
	for pid, gaveUp := range []bool{true, false} {
		tape.JSON(s.Connect(pid+7).Call("GET", look, ""), 404, `{}`) // 1, 3
		if x := s.Connect(pid+7).Call("POST", pull, ""); gaveUp {    // 2, 4
			x.End("client", "cancel")
		} else {
			tape.JSON(x, 404, `{}`)
		}
	}
	m := matcher(t, s)
	for _, client := range []string{"first", "second"} {
		look, pull := ask(m, client, "GET", look, ""), ask(m, client, "POST", pull, "")
		if pull != look+1 {
			t.Errorf("the %s client is answered #%d and then #%d", client, look, pull)
		}
	}
}

// An answer that was cut off because its client left is given only where no whole one was
// recorded.
func TestAWholeAnswerComesFirst(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7)
	for _, image := range []string{"a", "a", "b"} { // 1 is whole
		x := c.Call("GET", "/images/get?names="+image, "").Answer(200, decode.ContentTar, tape.Chunked).Data(decode.Response, "tar")
		if x.ID() == 1 {
			x.EndOf(decode.Response).End(decode.Server, decode.EndEOF)
		} else {
			x.End(decode.Client, decode.EndCancel)
		}
	}
	m := matcher(t, s)
	for _, tt := range []struct {
		image string
		want  int
	}{{"a", 1}, {"a", 1}, {"b", 3}} {
		if got := ask(m, "x", "GET", "/images/get?names="+tt.image, ""); got != tt.want {
			t.Errorf("%s: #%d, want #%d", tt.image, got, tt.want)
		}
	}
}

// What is in the recording as a placeholder comes back as the client sent it.
func TestPlaceholdersDoNotComeBack(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("POST", "/containers/create", `{"Env":["A=1","SORT_KEY={{redacted.env.1}}"]}`), 201, `{}`)
	m := matcher(t, s)
	l := live("a", "POST", "/containers/create", `{"Env":["SORT_KEY={{redacted.env.4}}","A=1"]}`)
	l.Raw = []byte(`{"Env":["SORT_KEY=na\"me","A=1"]}`)
	if _, miss := m.Take(l); miss != nil {
		t.Fatal(miss.Text(nil))
	}
	if got := string(m.Answers().All(nil, []byte(`{"Env":["SORT_KEY={{redacted.env.1}}"]}`), true)); got != `{"Env":["SORT_KEY=na\"me"]}` {
		t.Errorf("the client is told %s", got)
	}
	// So does what is in a query: docker history tells build arguments.
	s = exchangetest.New()
	tape.Empty(s.Connect(7).Call("POST", `/build?buildargs={"TOKEN":"{{redacted.query.1}}"}`, ""), 200)
	m = matcher(t, s)
	l = live("a", "POST", `/build?buildargs={"TOKEN":"{{redacted.query.7}}"}`, "")
	l.RawTarget = `/build?buildargs={"TOKEN":"s3cr3t"}`
	if _, miss := m.Take(l); miss != nil {
		t.Fatal(miss.Text(nil))
	}
	if got := string(m.Answers().All(nil, []byte(`[{"CreatedBy":"|1 TOKEN={{redacted.query.1}} /bin/sh"}]`), true)); got != `[{"CreatedBy":"|1 TOKEN=s3cr3t /bin/sh"}]` {
		t.Errorf("the client is told %s", got)
	}
	if len(m.Bindings()) != 0 {
		t.Errorf("secrets are listed: %v", m.Bindings())
	}
}

// However many equal requests there are, and in whatever order they come.
func TestNoCeiling(t *testing.T) {
	const n = 400
	s := exchangetest.New()
	c := s.Connect(7)
	for i := range n {
		tape.JSON(c.Call("POST", fmt.Sprintf("/containers/create?name=c%d", i), fmt.Sprintf(`{"Image":"a","Env":["N=c%d"]}`, i)), 201, `{}`)
	}
	m := matcher(t, s)
	for i := n - 1; i >= 0; i-- {
		if got := ask(m, "a", "POST", fmt.Sprintf("/containers/create?name=d%d", i), fmt.Sprintf(`{"Image":"a","Env":["N=d%d"]}`, i)); got == 0 {
			t.Fatalf("create %d is a miss", i)
		}
	}
}
