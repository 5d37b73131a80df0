package main

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// tlsDaemon answers pings on a TLS port of loopback, with the server files of
// a folder; scripts find the port in $TLSPORT.
func tlsDaemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tlsdaemon DIR")
	}
	files, err := certs.NewReloader(certs.ServerFiles(ts.MkAbs(args[0])), certs.Server, certs.Options{})
	ts.Check(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("TLSPORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.47")
		io.WriteString(w, "OK")
	})
	s := &http.Server{Handler: mux, TLSConfig: &tls.Config{GetConfigForClient: files.GetConfigForClient}, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() { defer close(done); s.ServeTLS(l, "", "") }()
	ts.Defer(func() { s.Close(); <-done; files.Close() })
}

// waitPrivate waits until that many taps (default 1) listen on private sockets
// below a folder.
func waitPrivate(ts *testscript.TestScript, neg bool, args []string) {
	want := 1
	if len(args) > 1 {
		want, _ = strconv.Atoi(args[1])
	}
	waitUntil(ts, "private sockets in "+args[0], func() bool {
		sockets, _ := filepath.Glob(filepath.Join(args[0], "dockwire-*", "docker.sock"))
		n := 0
		for _, socket := range sockets {
			if c, err := net.Dial("unix", socket); err == nil {
				c.Close()
				n++
			}
		}
		return n == want
	})
}

// waitFile waits until there is a file of that name or pattern.
func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	waitUntil(ts, "a file "+args[0], func() bool {
		found, _ := filepath.Glob(ts.MkAbs(args[0]))
		return len(found) > 0
	})
}

// waitContext waits until docker has a context of that name.
func waitContext(ts *testscript.TestScript, neg bool, args []string) {
	waitUntil(ts, "context "+args[0], func() bool {
		_, err := dockercontext.Load(ts.MkAbs(".docker"), args[0])
		return err == nil
	})
}

func waitUntil(ts *testscript.TestScript, what string, holds func() bool) {
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	ts.Fatalf("waited in vain for %s", what)
}
