//go:build linux

package realdocker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestHTTP2 makes REST calls over HTTP/2 from the first byte, many at once on
// one connection, as a Go client may since Engine 29.2. They are answered as
// directly, and each is in the recording under its name.
func TestHTTP2(t *testing.T) {
	direct, err := overHTTP2(daemonSocket)
	if err != nil {
		t.Skip("the daemon takes no HTTP/2 from the first byte (Engine 29.2 and later do): ", err)
	}
	p := startTap(t)
	through, err := overHTTP2(strings.TrimPrefix(p.host, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(direct, through) {
		t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct, through)
	}
	p.stop(t)
	recordedHTTP2(t, p, direct)
}

// TestHTTP2InTLS makes the same calls in TLS, to a daemon with TLS: where the
// client offers h2 by ALPN, where it says nothing and speaks HTTP/2 all the same,
// and by a Unix socket.
func TestHTTP2InTLS(t *testing.T) {
	direct, err := overHTTP2(daemonSocket)
	if err != nil {
		t.Skip("the daemon takes no HTTP/2 from the first byte (Engine 29.2 and later do): ", err)
	}
	certs := makeCerts(t)
	p := startTapOn(t, append(certs.clientFlags("tapper"), "-H", "tcp://"+daemonInTLS(t, certs), "--listen", "tls://127.0.0.1:0", "--listen-cert-path", certs.server())...)
	waitFor(t, "the port", func() bool { return tlsHost.MatchString(p.stderr.String()) })
	port := strings.TrimPrefix(tlsHost.FindStringSubmatch(p.stderr.String())[1], "tcp://")
	trusts := &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool(), Certificates: []tls.Certificate{keyPair(t, certs.client("alice"), "")}}
	trusts.RootCAs.AppendCertsFromPEM([]byte(file(t, filepath.Join(certs.client("alice"), "ca.pem"))))
	want := slices.Concat(direct, direct, direct)
	for name, calls := range map[string]func() ([]string, error){
		"ALPN": func() ([]string, error) {
			tr := &http.Transport{TLSClientConfig: trusts, Protocols: new(http.Protocols)}
			tr.Protocols.SetHTTP2(true)
			tr.Protocols.SetHTTP1(true)
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return net.Dial("tcp", port) }
			return callsOverHTTP2(tr, "https://localhost")
		},
		"no ALPN": func() ([]string, error) {
			return callsOverHTTP2(unencrypted(func() (net.Conn, error) { return tls.Dial("tcp", port, trusts) }), "http://d")
		},
		"a Unix socket": func() ([]string, error) { return overHTTP2(strings.TrimPrefix(p.host, "unix://")) },
	} {
		through, err := calls()
		if err != nil || !slices.Equal(direct, through) {
			t.Errorf("%s: %v, directly:\n%s\nthrough dockwire:\n%s", name, err, direct, through)
		}
	}
	p.stop(t)
	slices.Sort(want)
	recordedHTTP2(t, p, want)
}

// recordedHTTP2 wants these calls in the recording.
func recordedHTTP2(t *testing.T, p *tap, want []string) {
	t.Helper()
	checkRecording(t, p.recording)
	var seen []string
	for _, o := range printed(t, p.recording) {
		if o.Status != nil {
			seen = append(seen, fmt.Sprint(o.Target, " ", *o.Status))
		}
	}
	slices.Sort(seen)
	if !slices.Equal(want, seen) {
		t.Errorf("the recording has\n%s\nnot\n%s", seen, want)
	}
}

// daemonInTLS is the machine's daemon behind a port with TLS, which speaks HTTP/2
// when its client offers that.
func daemonInTLS(t *testing.T, certs pki) (address string) {
	t.Helper()
	cas := x509.NewCertPool()
	cas.AppendCertsFromPEM([]byte(file(t, filepath.Join(certs.server(), "ca.pem"))))
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{keyPair(t, certs.server(), "server-")},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: cas, NextProtos: []string{"h2", "http/1.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				up, err := net.Dial("unix", daemonSocket)
				if err != nil {
					return
				}
				defer up.Close()
				go func() {
					_, _ = io.Copy(up, client)
					_ = up.(*net.UnixConn).CloseWrite()
				}()
				_, _ = io.Copy(client, up)
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "localhost:" + port
}

func keyPair(t *testing.T, dir, prefix string) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, prefix+"cert.pem"), filepath.Join(dir, prefix+"key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// overHTTP2 returns what each call was answered, sorted.
func overHTTP2(socket string) ([]string, error) {
	return callsOverHTTP2(unencrypted(func() (net.Conn, error) { return net.Dial("unix", socket) }), "http://d")
}

// unencrypted speaks HTTP/2 from the first byte, whatever the connection is.
func unencrypted(dial func() (net.Conn, error)) *http.Transport {
	tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return dial() }, Protocols: new(http.Protocols)}
	tr.Protocols.SetUnencryptedHTTP2(true)
	return tr
}

func callsOverHTTP2(tr *http.Transport, base string) ([]string, error) {
	defer tr.CloseIdleConnections()
	client := http.Client{Transport: tr, Timeout: patience}
	var answers []string
	var failed error
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		for _, path := range []string{"/_ping", "/version", "/info", "/v1.44/containers/json?all=1", "/v1.44/images/json", "/v1.44/networks", "/v1.44/containers/dwnope/json"} {
			all.Go(func() {
				r, err := client.Get(base + path)
				if err == nil {
					_, err = io.Copy(io.Discard, r.Body)
					r.Body.Close()
				}
				if err == nil && r.ProtoMajor != 2 {
					err = errors.New(r.Proto + " was spoken")
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
