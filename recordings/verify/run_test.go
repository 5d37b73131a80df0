package verify

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/decode/golden"
	"github.com/dockwire/dockwire/recordings/internal/tape"
	"github.com/dockwire/dockwire/recordings/replay"
)

// life is `docker run -i` with input, `docker logs -f` that was left, and an
// `docker events` beside it.
func life() *exchangetest.Script {
	s := exchangetest.New()
	const chunked, frames = "Transfer-Encoding: chunked", "Content-Type: application/vnd.docker.multiplexed-stream"
	watch := s.Connect(6, "docker", "events")
	events := watch.Call("GET", "/v1.47/events", "").Answer(200, decode.ContentJSONStream, "Content-Type: application/json", chunked)

	c := s.Connect(7, "docker", "run", "-i")
	reply(c.Call("HEAD", "/_ping", ""), 200, "")
	reply(c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`, "Content-Type: application/json"), 201, `{"Id":"`+id1+`","Warnings":[]}`)
	events.Data(decode.Response, `{"Type":"container","Action":"create","Actor":{"ID":"`+id1+`"}}`+"\n")
	attach := s.Connect(7, "docker", "run", "-i").Request("POST", "/v1.47/containers/"+id1+"/attach?stdin=1&stdout=1&stream=1", "Connection: Upgrade", "Upgrade: tcp").
		Answer(101, decode.ContentStdcopy, "Connection: Upgrade", "Upgrade: tcp", frames)
	wait := c.Call("POST", "/v1.47/containers/"+id1+"/wait", "").Answer(200, decode.ContentJSON, "Content-Type: application/json", chunked)
	start := s.Connect(7, "docker", "run", "-i").Call("POST", "/v1.47/containers/"+id1+"/start", "")
	reply(start, 204, "")
	attach.Data(decode.Request, "hi\n").EndOf(decode.Request)
	attach.Frame(decode.Response, 1, "hi\n")
	attach.EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	wait.Data(decode.Response, `{"StatusCode":3}`).End(decode.Server, decode.EndEOF)

	logs := s.Connect(8, "docker", "logs", "-f").Call("GET", "/v1.47/containers/web/logs?follow=1&stdout=1", "").Answer(200, decode.ContentStdcopy, frames, chunked)
	logs.Frame(decode.Response, 1, "hi\n")
	logs.End(decode.Client, decode.EndCancel)
	reply(s.Connect(9, "docker", "rm").Call("DELETE", "/v1.47/containers/web", ""), 204, "")
	events.Data(decode.Response, `{"Type":"container","Action":"destroy","Actor":{"ID":"`+id1+`"}}`+"\n")
	events.End(decode.Client, decode.EndCancel)
	return s
}

// A recording does not differ from its own replay: order, input, half-close,
// and streams that are left are as they were.
func TestOwnReplay(t *testing.T) {
	path := tape.Write(t, life())
	p, err := replay.Open(path, replay.Config{CompareInput: true})
	if err != nil {
		t.Fatal(err)
	}
	l, dial := socket(t)
	served := make(chan error, 1)
	go func() { served <- p.Serve(l) }()
	t.Cleanup(func() { p.Close(); <-served })

	r, err := Run(context.Background(), open(t, path), Options{Dial: dial, Timeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if r.Same != 8 || !r.Equal() || r.NotSent != 0 {
		t.Errorf("want 8 the same:\n%s", told(r))
	}
	report := p.Report()
	if why := report.Fails(replay.StrictAll, true); why != "" && len(report.Missed) == 0 {
		t.Errorf("%s\n%s", why, report.Text())
	}
	for _, w := range report.Warnings {
		if !strings.Contains(w.String(), "the recording is of") { // the script's own date
			t.Errorf("the replay says: %s", w)
		}
	}
}

// What a daemon chooses is put into later requests, wherever it stands.
func TestIDsOfNow(t *testing.T) {
	const volume1, volume2 = "5c5d91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e", "6d6e91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
	s := exchangetest.New()
	c := s.Connect(7, "compose")
	reply(c.Call("POST", "/v1.47/volumes/create", `{"Driver":"local"}`), 201, `{"Name":"`+volume1+`"}`)
	reply(c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox","HostConfig":{"Binds":["`+volume1+`:/d"]}}`), 201, `{"Id":"`+id1+`"}`)
	reply(c.Call("GET", "/v1.47/containers/"+id1+"/json", ""), 200, `{"Id":"`+id1+`","Name":"/happy_turing"}`)
	reply(c.Call("POST", "/v1.47/containers/happy_turing/start", ""), 204, "")
	reply(c.Call("GET", "/v1.47/containers/json?filters=%7B%22id%22%3A%7B%22"+id1+"%22%3Atrue%7D%7D", ""), 200, `[]`)
	reply(c.Call("DELETE", "/v1.47/containers/"+id1[:5]+"?force=1", ""), 204, "")
	f, dial := daemon(t, map[string]string{
		"POST /v1.47/volumes/create":             `201 {"Name":"` + volume2 + `"}`,
		"POST /v1.47/containers/create":          `201 {"Id":"` + id2 + `"}`,
		"GET /v1.47/containers/" + id2 + "/json": `200 {"Id":"` + id2 + `","Name":"/sad_bohr"}`,
		"GET /containers/sad_bohr/json":          `200 {"Id":"` + id2 + `"}`,
		"POST /v1.47/containers/sad_bohr/start":  `204 `,
		"GET /v1.47/containers/json":             `200 []`,
		"DELETE /v1.47/containers/" + id2[:5]:    `204 `,
	})
	r := verified(t, s, dial)
	if !r.Equal() || r.NotSent > 0 {
		t.Errorf("%s", told(r))
	}
	for _, want := range []string{
		`POST /v1.47/containers/create {"Image":"busybox","HostConfig":{"Binds":["` + volume2 + `:/d"]}}`,
		"GET /v1.47/containers/" + id2 + "/json",
		"POST /v1.47/containers/sad_bohr/start",
		"filters=%7B%22id%22%3A%7B%22" + id2 + "%22%3Atrue%7D%7D",
		"DELETE /v1.47/containers/" + id2[:5] + "?force=1",
	} {
		if !strings.Contains(f.was(), want) {
			t.Errorf("%q was not asked:\n%s", want, f.was())
		}
	}
	if len(r.Names) != 1 || r.Names[0].Recorded != "happy_turing" || r.Names[0].Other != "sad_bohr" {
		t.Errorf("names %+v", r.Names)
	}
	if len(r.LeftBehind) != 0 {
		t.Errorf("left behind: %v", r.LeftBehind)
	}
}

// The report of a daemon that does much otherwise, as people read it.
func TestReport(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "run", "web")
	reply(c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`), 201, `{"Id":"`+id1+`","Warnings":[]}`)
	reply(c.Call("POST", "/v1.47/containers/"+id1+"/start", ""), 204, "")
	reply(c.Call("GET", "/v1.47/containers/web/json", ""), 200, `{"Id":"`+id1+`"}`)
	c = s.Connect(8, "docker", "inspect", "web")
	reply(c.Call("GET", "/v1.47/networks/net", ""), 200, `{"Name":"net","Driver":"bridge","Internal":false,"Labels":{"a":"b"}}`)
	auth := c.Request("POST", "/v1.47/auth", "Content-Type: application/json")
	secret := `{"username":"u","password":"{{redacted.password.1}}"}`
	auth.Head().Framing, auth.Head().Length, auth.Head().Content = decode.FramingLength, int64(len(secret)), decode.ContentJSON
	auth.Event(&decode.Data{Fd: decode.NoFd, Bytes: []byte(secret), Redacted: []decode.Redaction{{At: "body/password", As: "password.1", Rule: "auth"}}})
	reply(auth.EndOf(decode.Request), 200, `{"Status":"Login Succeeded"}`)
	reply(c.Call("POST", "/v1.47/volumes/create", `{"Name":"data","DriverOpts":{"o":"{{redacted.opt.1}}"}}`), 201, `{"Name":"data"}`)
	pull := c.Call("POST", "/v1.47/images/create?fromImage=x", "", "X-Registry-Auth: {{redacted.registry_auth.1}}").Answer(200, decode.ContentJSONStream, "Content-Type: application/json", "Transfer-Encoding: chunked")
	pull.Data(decode.Response, `{"status":"Pulling"}`).Data(decode.Response, `{"status":"Done"}`).End(decode.Server, decode.EndEOF)
	_, dial := daemon(t, map[string]string{
		"POST /v1.47/containers/create": `409 {"message":"Conflict. The container name \"/web\" is already in use"}`,
		"GET /v1.47/networks/net":       `200 {"Name":"net","Driver":"netavark","EnableIPv4":true,"Internal":false}`,
		"POST /v1.47/volumes/create":    `201 {"Name":"data"}`,
		"POST /v1.47/images/create":     `200 {"status":"Pulling"}{"errorDetail":{"message":"denied"},"error":"denied"}`,
		"GET /volumes/data":             `200 {"Name":"data"}`,
	})
	r := verified(t, s, dial)
	golden.Check(t, "testdata/report.golden", told(r))
	if r.Equal() {
		t.Error("equal")
	}
}

// What was on the daemon before stays as it is, unless it was asked for.
func TestExisting(t *testing.T) {
	script := func() *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker", "rm")
		reply(c.Call("DELETE", "/v1.47/containers/web", ""), 204, "")
		reply(c.Call("POST", "/v1.47/containers/web/exec", `{"Cmd":["sh"]}`), 201, `{"Id":"`+id1+`"}`)
		reply(c.Call("DELETE", "/v1.47/containers/gone", ""), 404, `{"message":"no such thing"}`)
		reply(c.Call("POST", "/v1.47/containers/prune", ""), 200, `{"ContainersDeleted":null,"SpaceReclaimed":0}`)
		reply(c.Call("POST", "/v1.47/images/busybox/tag?repo=mine&tag=1", ""), 201, "")
		reply(c.Call("POST", "/v1.47/swarm/leave", ""), 200, "")
		return s
	}
	answers := map[string]string{
		"GET /containers/web/json":        `200 {"Id":"` + id2 + `"}`,
		"DELETE /v1.47/containers/web":    `204 `,
		"POST /v1.47/containers/web/exec": `201 {"Id":"` + id2 + `"}`,
		"POST /v1.47/containers/prune":    `200 {"ContainersDeleted":null,"SpaceReclaimed":0}`,
		"GET /images/mine:1/json":         `200 {"Id":"sha256:` + id2 + `"}`,
		"POST /v1.47/images/busybox/tag":  `201 `,
		"POST /v1.47/swarm/leave":         `200 `,
	}
	f, dial := daemon(t, answers)
	r := verified(t, script(), dial)
	golden.Check(t, "testdata/existing.golden", told(r))
	for _, danger := range []string{"DELETE /v1.47/containers/web", "/exec", "prune", "/tag", "swarm"} {
		if strings.Contains(f.was(), danger) {
			t.Errorf("%s was asked", danger)
		}
	}
	f, dial = daemon(t, answers)
	r = verified(t, script(), dial, func(o *Options) { o.Existing = true })
	if r.Same != 6 || !strings.Contains(f.was(), "DELETE /v1.47/containers/web") {
		t.Errorf("with Existing:\n%s\n%s", told(r), f.was())
	}
}

// What was made and is still there is named, or removed.
func TestLeftBehind(t *testing.T) {
	script := func() *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker")
		reply(c.Call("POST", "/v1.47/networks/create", `{"Name":"net"}`), 201, `{"Id":"`+id1+`"}`)
		reply(c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"busybox"}`), 201, `{"Id":"`+id1+`"}`)
		return s
	}
	answers := map[string]string{
		"POST /v1.47/networks/create":      `201 {"Id":"` + id1 + `"}`,
		"POST /v1.47/containers/create":    `201 {"Id":"` + id2 + `"}`,
		"GET /networks/" + id1:             `200 {"Id":"` + id1 + `"}`,
		"GET /containers/" + id2 + "/json": `200 {"Id":"` + id2 + `"}`,
		"DELETE /containers/" + id2:        `204 `,
	}
	_, dial := daemon(t, answers)
	r := verified(t, script(), dial)
	if got := told(r); !strings.HasPrefix(got, "left behind: container web (aaaa91c0b7d4), which #2 made\nleft behind: network net (3f2a91c0b7d4), which #1 made\n") {
		t.Errorf("%s", got)
	}
	f, dial := daemon(t, answers)
	r = verified(t, script(), dial, func(o *Options) { o.Cleanup = true })
	if len(r.Removed) != 1 || len(r.LeftBehind) != 1 || !strings.Contains(f.was(), "DELETE /containers/"+id2+"?force=1&v=1") {
		t.Errorf("%s\n%s", told(r), f.was())
	}
}

func TestReadOnlyAndFilter(t *testing.T) {
	script := func() *exchangetest.Script {
		s := exchangetest.New()
		c := s.Connect(7, "docker")
		reply(c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox"}`), 201, `{"Id":"`+id1+`"}`)
		reply(c.Call("GET", "/v1.47/containers/json", ""), 200, `[]`)
		reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
		reply(c.Call("GET", "/v1.47/containers/"+id1+"/json", ""), 200, `{}`)
		return s
	}
	answers := map[string]string{"GET /v1.47/containers/json": `200 []`, "GET /v1.47/images/json": `200 []`}
	f, dial := daemon(t, answers)
	r := verified(t, script(), dial, func(o *Options) { o.ReadOnly = true })
	if r.Same != 2 || r.LeftOut != 1 || r.NotSent != 1 || strings.Contains(f.was(), "POST") {
		t.Errorf("%s\n%s", told(r), f.was())
	}
	which, err := filter.Parse("op:ImageList")
	if err != nil {
		t.Fatal(err)
	}
	f, dial = daemon(t, answers)
	r = verified(t, script(), dial, func(o *Options) { o.Which = which })
	if r.Same != 1 || r.LeftOut != 3 || f.was() != "GET /v1.47/images/json" {
		t.Errorf("%s\n%s", told(r), f.was())
	}
}

// A call that is never answered is given up, and holds nobody up for ever.
func TestSilence(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "ps")
	reply(c.Call("GET", "/v1.47/containers/json", ""), 200, `[]`)
	reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
	_, dial := daemon(t, map[string]string{"GET /v1.47/containers/json": "hang", "GET /v1.47/images/json": `200 []`})
	r := verified(t, s, dial, func(o *Options) { o.Timeout = 100 * time.Millisecond })
	if r.Same != 1 || r.Changed != 1 || !strings.Contains(told(r), "given up after a silence of 100ms") {
		t.Errorf("%s", told(r))
	}
}

// Who stops it gets what came of it up to then.
func TestStopped(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "ps")
	reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
	reply(c.Call("GET", "/v1.47/containers/json", ""), 200, `[]`)
	reply(c.Call("GET", "/v1.47/volumes", ""), 200, `{}`)
	_, dial := daemon(t, map[string]string{"GET /v1.47/images/json": `200 []`, "GET /v1.47/containers/json": "hang"})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := Run(ctx, open(t, tape.Write(t, s)), Options{Dial: dial, Progress: func(p Progress) {
		if p.Done == 1 && p.Waiting == "ContainerList" {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if r.Same != 1 || r.NotSent != 2 || r.Changed != 0 {
		t.Errorf("%s", told(r))
	}
}

// A daemon that goes away ends it.
func TestDaemonGone(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "ps")
	for range 3 {
		reply(c.Call("GET", "/v1.47/images/json", ""), 200, `[]`)
	}
	_, dial := daemon(t, map[string]string{"GET /v1.47/images/json": `200 []`})
	dials := 0
	r, err := Run(context.Background(), open(t, tape.Write(t, s)), Options{Dial: func(ctx context.Context) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, errors.New("nobody is there")
		}
		return dial(ctx)
	}})
	if err == nil || !strings.Contains(err.Error(), "#2 ImageList: nobody is there") || r.Same != 1 || r.NotSent != 2 {
		t.Errorf("%v\n%s", err, told(r))
	}
}

// What differs each time is no difference: the moment from which events are asked for,
// numbers of block devices, and the id of an image whose build is not sent.
func TestWhatIsNoDifference(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker")
	events := c.Call("GET", "/v1.47/events?since=1700000000&until=1700000001", "").Answer(200, decode.ContentJSONStream, "Content-Type: application/json", "Transfer-Encoding: chunked")
	events.Data(decode.Response, `{"Type":"image","Action":"pull","time":1700000000,"timeNano":1700000000000000001}`+"\n").End(decode.Server, decode.EndEOF)
	reply(c.Call("GET", "/v1.47/containers/web/stats?stream=0", ""), 200, `{"name":"/web","blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"read","value":4096}]}}`)
	reply(c.Call("POST", "/v1.47/build?t=app&session=abc&version=2&remote=client-session", ""), 200, `{"stream":"Successfully built"}`)
	reply(c.Call("GET", "/v1.47/images/app/json", ""), 200, `{"Id":"sha256:`+id1+`"}`)
	f, dial := daemon(t, map[string]string{
		"GET /v1.47/events":               `200 {"Type":"image","Action":"pull","time":1800000000,"timeNano":1800000000000000007}` + "\n",
		"GET /v1.47/containers/web/stats": `200 {"name":"/web","blkio_stats":{"io_service_bytes_recursive":null}}`,
		"GET /v1.47/images/app/json":      `200 {"Id":"sha256:` + id2 + `"}`,
	})
	r := verified(t, s, dial)
	if !r.Equal() || r.NotSent != 2 {
		t.Errorf("want 2 not sent, the rest the same:\n%s", told(r))
	}
	if strings.Contains(f.was(), "since=1700000000") || strings.Contains(f.was(), "build") {
		t.Errorf("asked:\n%s", f.was())
	}
}
