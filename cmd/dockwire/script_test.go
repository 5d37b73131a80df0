package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script read like sessions. Beside dockwire itself
// they have:
//
//	daemon SOCKET     (a script command) a small daemon on a Unix socket
//	api METHOD PATH   (a program) one call to $DOCKER_HOST; prints status and body
//	waitsocket FILE   (a script command) until somebody listens there
//	stalesocket FILE  (a script command) a socket that a killed process left
//	private FILE...   (a script command) only the owner may read these
//
// and those of scriptwaits_test.go and scriptscreen_test.go.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dockwire":    main,
		"docker-wire": main,
		"api":         api,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			// Socket paths are short; the work folder's is not.
			dir, err := os.MkdirTemp("", "dws")
			if err != nil {
				return err
			}
			e.Defer(func() { os.RemoveAll(dir) })
			e.Setenv("SOCK", dir)
			e.Setenv("TMPDIR", dir)
			e.Setenv("TZ", "UTC")
			e.Setenv("HOME", e.WorkDir)
			recording, err := filepath.Abs("../internal/lesson/course/run.jsonl")
			if err != nil {
				return err
			}
			e.Setenv("RECORDING", recording)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"daemon":      startDaemon,
			"waitsocket":  waitSocket,
			"stalesocket": staleSocket,
			"private":     private,
			"tlsdaemon":   tlsDaemon,
			"waitprivate": waitPrivate,
			"waitcontext": waitContext,
			"waitfile":    waitFile,
			"issafe":      isSafe,

			"hostiledaemon": hostileDaemon,
			"everycommand":  everyCommand,
			"screen":        openScreen,
			"press":         press,
			"shows":         shows,
			"ends":          ends,
		},
	})
}

// startDaemon answers a few calls as dockerd does.
func startDaemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon SOCKET")
	}
	l, err := net.Listen("unix", args[0])
	ts.Check(err)
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		io.WriteString(w, "OK")
	})
	mux.HandleFunc("/version", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"Platform":{"Name":"Small Daemon"},"Version":"1.2","ApiVersion":"1.47","MinAPIVersion":"1.44"}`+"\n")
	})
	mux.HandleFunc("/v1.47/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("POST /v1.47/containers/create", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"Id":"3f2a91c0b7d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e","Warnings":[]}`+"\n")
	})
	mux.HandleFunc("/v1.47/images/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, "["+strings.Repeat(`{"Id":"sha256:00"},`, 9999)+`{"Id":"sha256:00"}]`+"\n")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"message":"No such thing"}`+"\n")
	})
	s := &http.Server{Handler: mux}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	ts.Defer(func() { s.Close(); <-done })
}

func waitSocket(ts *testscript.TestScript, neg bool, args []string) {
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", args[0]); err == nil {
			c.Close()
			return
		}
	}
	ts.Fatalf("nobody listens on %s", args[0])
}

// staleSocket leaves what a killed process leaves: a socket file that nobody
// listens on.
func staleSocket(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: args[0], Net: "unix"})
	ts.Check(err)
	l.SetUnlinkOnClose(false)
	ts.Check(l.Close())
}

// private wants files that only their owner can read.
func private(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm() != 0o600 {
			ts.Fatalf("%s has mode %v", name, info.Mode())
		}
	}
}

// api makes one call to $DOCKER_HOST; a third argument is the body.
func api() {
	socket := strings.TrimPrefix(os.Getenv("DOCKER_HOST"), "unix://")
	c := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Clean(socket))
	}}}
	body := ""
	if len(os.Args) > 3 {
		body = os.Args[3]
	}
	req, err := http.NewRequest(os.Args[1], "http://docker"+os.Args[2], strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Registry-Auth", "eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6ImhpZGVtZTEyMyJ9")
	res, err := c.Do(req)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(res.Status)
	lines := bufio.NewReader(res.Body)
	line, _ := lines.ReadString('\n')
	fmt.Print(line[:min(len(line), 200)], "\n")
}
