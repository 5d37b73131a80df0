package replay

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// served answers a suite's clients at a socket, and returns how to ask there.
func served(t *testing.T, serve func(net.Conn)) func(method, target, body string) (int, string) {
	t.Helper()
	socket := filepath.Join(socketDir(t), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			serve(c)
		}
	}()
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) }}}
	t.Cleanup(client.CloseIdleConnections)
	return func(method, target, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, "http://d"+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
}

// Each test is answered from its own recording, over connections that are kept
// open, and its misses are its own.
func TestSuite(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"test_a.py_one", "test_a.py_two"} {
		s := exchangetest.New()
		tape.JSON(s.Connect(7).Call("GET", "/images/json", ""), 200, fmt.Sprintf(`[%q]`, name))
		tape.To(t, filepath.Join(dir, name+".jsonl"), s)
	}
	suite, err := OpenSuite(dir, Config{}, StrictMiss)
	if err != nil {
		t.Fatal(err)
	}
	ask := served(t, func(c net.Conn) { suite.ServeConn(c) })
	check := func(method, target, body string, status int, want string) {
		t.Helper()
		if got, text := ask(method, target, body); got != status || !strings.Contains(text, want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", method, target, body, got, text, status, want)
		}
	}
	check("GET", "/images/json", "", 501, "no test has begun")
	check("POST", ControlPath, `{"name":"test_a.py::one"}`, 200, "")
	check("GET", "/images/json", "", 200, "test_a.py_one")
	check("POST", ControlPath, `{"name":"test_a.py::two"}`, 200, "")
	check("GET", "/images/json", "", 200, "test_a.py_two")
	check("GET", "/networks", "", 501, "no recorded exchange")
	check("DELETE", ControlPath, "", 200, "1 request was not recorded")
	check("POST", ControlPath, `{"name":"test_a.py::three"}`, 404, "--mode auto")
	check("GET", "/images/json", "", 501, "no test has begun")
	check("DELETE", ControlPath, "", 200, "has no recording test_a.py_three.jsonl")
	check("DELETE", ControlPath, "", 200, `{"failed":""}`)
	check("POST", ControlPath, `{}`, 400, "say which test")
	// A connection that a client kept open is over when it is told of the next test.
	kept, control := net.Pipe()
	suite.ServeConn(control)
	check("POST", ControlPath, `{"name":"test_a.py::one"}`, 200, "")
	if n, err := kept.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("a connection from before the test: %d bytes, %v", n, err)
	}
	if err := suite.Close(); err != nil {
		t.Error(err)
	}
	if r := suite.Reports(); len(r) < 2 || r[0].MissedAll != 0 || r[1].MissedAll != 1 {
		t.Errorf("reports: %+v", r)
	}
	var xml bytes.Buffer
	if err := JUnit(&xml, suite.Reports(), StrictMiss); err != nil || !strings.Contains(xml.String(), `<testcase name="GET /networks"`) || !strings.Contains(xml.String(), `failures="1"`) {
		t.Errorf("%v\n%s", err, &xml)
	}
	if _, err := OpenSuite(t.TempDir(), Config{}, StrictMiss); err == nil {
		t.Error("a folder without recordings was taken for a suite")
	}
}

// Published ports are answered as told, and those that are not are named.
func TestPorts(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/containers/x/json", ""), 200, `{"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"`+port+`"}],"5432/tcp":[{"HostIp":"0.0.0.0","HostPort":"40001"}]}}}`)
	tape.JSON(s.Connect(7).Call("GET", "/containers/json", ""), 200, `[{"Ports":[{"IP":"0.0.0.0","PrivatePort":6379,"PublicPort":40002,"Type":"tcp"},{"PrivatePort":90,"Type":"tcp"}]}]`)
	asked := `{"HostConfig":{"PortBindings":{"53/udp":[{"HostPort":"53"}],"9000/tcp":[{"HostIp":"","HostPort":""},{"HostIp":"","HostPort":"40003"}]}}}`
	tape.JSON(s.Connect(7).Call("POST", "/containers/create", asked), 201, `{"Id":"x"}`)
	p := player(t, s, Config{Ports: map[string]string{"80": "http:204", "81": "accept"}})
	k := dial(t, p, "a")
	k.send(fmt.Sprintf("POST /containers/create HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(asked), asked))
	<-k.over
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: d\r\n\r\n")
	if b, _ := io.ReadAll(c); !strings.HasPrefix(string(b), "HTTP/1.1 204 ") {
		t.Errorf("the stub says %q", b)
	}
	w := warnings(p)
	for _, want := range []string{"port 5432 of a container was published at 40001", "port 6379 of a container was published at 40002", "port 9000 of a container was published at 40003", "--port 81=accept: no container published port 81"} {
		if !strings.Contains(w, want) {
			t.Errorf("no warning that %s", want)
		}
	}
	if n := strings.Count(w, "\n") + 1; n != 5 { // and one of its age
		t.Errorf("%d warnings: %s", n, w)
	}
	for _, bad := range []string{"80", "x=accept", "80=http:", "80=ftp"} {
		if _, _, err := ParsePort(bad); err == nil {
			t.Errorf("%q was taken for a port", bad)
		}
	}
}

// A body that was changed by hand is sent with its new length.
func TestEditedBodies(t *testing.T) {
	s := exchangetest.New()
	tape.JSON(s.Connect(7).Call("GET", "/images/json", ""), 200, `["first"]`)
	path := tape.Write(t, s)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte(`"n":9,"json":["first"]`), []byte(`"n":18,"json":["the second",  2]`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Open(path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if status, body := served(t, p.ServeConn)("GET", "/images/json", ""); status != 200 || body != `["the second",  2]` {
		t.Errorf("%d %s", status, body)
	}
}

// Several files are one recording: each is as if it had been recorded behind the one
// before, and what is said of an exchange names its file.
func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, image string) string {
		s := exchangetest.New()
		c := s.Connect(7)
		tape.JSON(c.Call("GET", "/images/json", ""), 200, fmt.Sprintf("[%q]", image))
		tape.JSON(c.Call("POST", "/containers/create", fmt.Sprintf(`{"Image":%q}`, image)), 201, `{"Id":"`+image+`"}`)
		path := filepath.Join(dir, name)
		tape.To(t, path, s)
		return path
	}
	a, b := file("a.jsonl", "one"), file("b.jsonl", "two")
	p, err := Open(a, Config{}, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	ask := served(t, p.ServeConn)
	for _, tt := range []struct{ method, target, body, want string }{
		{"POST", "/containers/create", `{"Image":"two"}`, `{"Id":"two"}`},
		{"GET", "/images/json", "", `["two"]`}, // the client plays the second file's
		{"GET", "/images/json", "", `["one"]`},
		{"POST", "/containers/create", `{"Image":"two","Tty":true}`, "nearest: #2 of " + b + " (line "},
	} {
		if _, got := ask(tt.method, tt.target, tt.body); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s %s: %s, want %s", tt.method, tt.target, tt.body, got, tt.want)
		}
	}
	r := p.Report()
	if r.Exchanges != 4 || len(r.Unused) != 1 || r.Unused[0].File != a || !strings.Contains(r.Text(), "not used: #2 of "+a) {
		t.Errorf("%+v\n%s", r.Unused, r.Text())
	}
	f := &fakeTB{}
	d := New(f, a, Also(b)) // the same from Go
	if code := get(t, d, "/images/json"); code != 200 || d.player.Report().Exchanges != 4 {
		t.Errorf("with Also: status %d, %d exchanges", code, d.player.Report().Exchanges)
	}
	if got := f.end(); got != "" {
		t.Errorf("with Also: failed with %s", got)
	}
	if _, err := Open(a, Config{}, filepath.Join(dir, "c.jsonl")); err == nil || !strings.Contains(err.Error(), "c.jsonl") {
		t.Errorf("a file that is not there: %v", err)
	}
}
