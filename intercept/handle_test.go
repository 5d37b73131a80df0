package intercept

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// Who serves clients itself gets them past the same door as the relay's, with
// half-closes that work, and owns them then.
func TestClientsAreHandedOver(t *testing.T) {
	errs := &errorLog{}
	in := make(chan net.Conn, 8)
	cfg := Config{
		Handle:      func(c net.Conn) { in <- c },
		Hosts:       []string{anyHost},
		OnError:     errs.add,
		Unavailable: func([]byte, error) []byte { return []byte(sorry) },
	}
	mustPKI().equip(&cfg)
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	var at []Endpoint
	for _, ep := range []Endpoint{{Scheme: "unix", Address: t.TempDir() + "/d.sock"}, {Scheme: "tcp", Address: "127.0.0.1:0"}, {Scheme: "tls", Address: "127.0.0.1:0"}} {
		ep, err := s.Listen(ep, Private)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, ep)
	}
	secure := mustPKI().showing(mustPKI().alice)
	secure.NextProtos = []string{"h2", "http/1.1"}
	for _, ep := range at {
		t.Run(ep.Scheme, func(t *testing.T) {
			var client conn
			if ep.Scheme == "tls" {
				client, err = dialSecure(ep.Address, secure)
			} else {
				var c net.Conn
				c, err = net.Dial(ep.Scheme, ep.Address)
				client, _ = c.(conn)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			theirs := <-in
			defer theirs.Close()
			client.SetDeadline(time.Now().Add(patience))
			theirs.SetDeadline(time.Now().Add(patience))
			if shaken, ok := client.(*tlsConn); ok && shaken.ConnectionState().NegotiatedProtocol != "" {
				t.Errorf("%q was selected", shaken.ConnectionState().NegotiatedProtocol)
			}
			write(t, client, "question")
			if err := client.CloseWrite(); err != nil {
				t.Error(err)
			}
			if got, err := io.ReadAll(theirs); string(got) != "question" || err != nil {
				t.Errorf("received %q, %v", got, err)
			}
			if _, err := io.WriteString(theirs, "answer"); err != nil {
				t.Error(err)
			}
			if err := theirs.(conn).CloseWrite(); err != nil {
				t.Error(err)
			}
			if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
				t.Errorf("answered %q, %v", got, err)
			}
		})
	}

	// A client that is refused is reported, and not handed over.
	c, err := net.Dial("tcp", at[2].Address)
	if err != nil {
		t.Fatal(err)
	}
	write(t, c.(conn), "GET / HTTP/1.1\r\n\r\n")
	if got, _ := io.ReadAll(c); !strings.Contains(string(got), sorry) {
		t.Errorf("plain HTTP was answered %q", got)
	}
	c.Close()
	var failed *HandshakeError
	if all := errs.all(); len(all) != 1 || !errors.As(all[0], &failed) {
		t.Errorf("reported: %v", all)
	}
	if _, err := dialSecure(at[2].Address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("a client without a certificate got in")
	}

	// What was handed over outlives the server.
	last, err := net.Dial("unix", at[0].Address)
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	theirs := <-in
	defer theirs.Close()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	write(t, last.(conn), "still here")
	got := make([]byte, 10)
	if _, err := io.ReadFull(theirs, got); err != nil || string(got) != "still here" {
		t.Errorf("received %q, %v", got, err)
	}
	if len(in) != 0 {
		t.Errorf("%d more were handed over", len(in))
	}
}
