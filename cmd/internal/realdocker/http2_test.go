//go:build linux

package realdocker

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestHTTP2 makes REST calls over HTTP/2 from the first byte, many at once on
// one connection, as a Go client may since Engine 29.2. They are answered as
// directly, and each is in the recording under its name.
func TestHTTP2(t *testing.T) {
	if _, err := overHTTP2(daemonSocket); err != nil {
		t.Skip("the daemon takes no HTTP/2 from the first byte (Engine 29.2 and later do): ", err)
	}
	p := startTap(t)
	direct, err := overHTTP2(daemonSocket)
	if err != nil {
		t.Fatal(err)
	}
	through, err := overHTTP2(strings.TrimPrefix(p.host, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(direct, through) {
		t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct, through)
	}
	p.stop(t)
	checkRecording(t, p.recording)
	var seen []string
	for _, o := range printed(t, p.recording) {
		if o.Status != nil {
			seen = append(seen, fmt.Sprint(o.Target, " ", *o.Status))
		}
	}
	slices.Sort(seen)
	if !slices.Equal(direct, seen) {
		t.Errorf("the recording has\n%s\nnot\n%s", seen, direct)
	}
}

// overHTTP2 returns what each call was answered, sorted.
func overHTTP2(socket string) ([]string, error) {
	dial := func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) }
	tr := &http.Transport{DialContext: dial, Protocols: new(http.Protocols)}
	tr.Protocols.SetUnencryptedHTTP2(true)
	defer tr.CloseIdleConnections()
	client := http.Client{Transport: tr, Timeout: patience}
	var answers []string
	var failed error
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		for _, path := range []string{"/_ping", "/version", "/info", "/v1.44/containers/json?all=1", "/v1.44/images/json", "/v1.44/networks", "/v1.44/containers/dwnope/json"} {
			all.Go(func() {
				r, err := client.Get("http://d" + path)
				if err == nil {
					_, err = io.Copy(io.Discard, r.Body)
					r.Body.Close()
				}
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed = err
					return
				}
				answers = append(answers, fmt.Sprint(path, " ", r.StatusCode))
			})
		}
	}
	all.Wait()
	slices.Sort(answers)
	return answers, failed
}
