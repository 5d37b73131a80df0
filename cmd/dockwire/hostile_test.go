package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dockwire/dockwire/ui/safe"
)

// hostile is text that changes the terminal it is printed on: the clipboard,
// the title, the direction of text, and a C1 control.
const hostile = "1\x1b]52;c;U0lFR0U=\x07\x1b]0;title\x07\u202e\u009b31m"

// hostileDaemon answers with hostile text wherever a daemon says something of
// itself.
func hostileDaemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hostiledaemon SOCKET")
	}
	l, err := net.Listen("unix", args[0])
	ts.Check(err)
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\x07", `\u0007`).Replace(hostile)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41\u202e")
		w.Header().Set("Builder-Version", "\u009b31m")
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/_ping") {
			io.WriteString(w, "OK")
			return
		}
		io.WriteString(w, strings.ReplaceAll(`{"Platform":{"Name":"X"},"Version":"X","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"X","Arch":"X","KernelVersion":"X","message":"X","Components":[{"Name":"Podman X","Version":"X"}]}`, "X", quoted))
	})}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	ts.Defer(func() { s.Close(); <-done })
}

// isSafe wants that the latest command wrote nothing that changes a terminal.
func isSafe(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(name)
		if !isSafeText(text) {
			ts.Fatalf("%s is not safe to show: %q", name, text)
		}
	}
}

func isSafeText(text string) bool { return utf8.ValidString(text) && safe.Lines(text) == text }
