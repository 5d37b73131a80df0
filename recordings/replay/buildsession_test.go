package replay

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/grpc"
)

// A build is not answered before its session is served, also when it is a miss.
func TestBuildWaitsForItsSession(t *testing.T) {
	upgrade := []string{"Connection: Upgrade", "Upgrade: h2c", "X-Docker-Expose-Session-Uuid: a"}
	bubble(t, func(t *testing.T) {
		s := exchangetest.New()
		x := s.Connect(7).Request("POST", "/session", upgrade...).Answer(101, decode.ContentRaw, "Connection: Upgrade", "Upgrade: h2c")
		x.End(decode.Client, decode.EndEOF)
		p := player(t, s, Config{Peer: byProcess})
		build := dial(t, p, "a")
		build.send(request("POST", "/v1.41/build?remote=client-session&session=b"))
		build.expect("")
		session := dial(t, p, "a")
		upgrade[2] = "X-Docker-Expose-Session-Uuid: b"
		session.send(request("POST", "/session", upgrade...))
		session.expectStart("HTTP/1.1 101 Switching Protocols\r\n")
		build.expect("")
		session.send("\x00\x00\x00\x04\x00\x00\x00\x00\x00") // SETTINGS
		build.expectStart("HTTP/1.1 501 ")
	})
}

// A build has changed when its client no longer gives a secret or an agent of SSH, or gives
// one that was missing. What is in it is no input of a build.
func TestSecretsThatAreNoLongerGiven(t *testing.T) {
	for _, tt := range []struct {
		target      string
		had, has    bool
		want, other string
	}{
		{"/moby.buildkit.secrets.v1.Secrets/GetSecret", true, true, "", ""},
		{"/moby.buildkit.secrets.v1.Secrets/GetSecret", false, false, "", ""},
		{"/moby.buildkit.secrets.v1.Secrets/GetSecret", true, false, "secret token", "recorded  given"},
		{"/moby.buildkit.secrets.v1.Secrets/GetSecret", false, true, "secret token", "received  given"},
		{"/moby.sshforward.v1.SSH/CheckAgent", true, true, "", ""},
		{"/moby.sshforward.v1.SSH/CheckAgent", true, false, "ssh token", "recorded  given"},
	} {
		s := exchangetest.New()
		session := s.Connect(7).Request("POST", "/session", "Upgrade: h2c", "X-Docker-Expose-Session-Uuid: a").EndOf(decode.Request).Answer(101, decode.ContentHTTP2)
		message := func(d decode.Direction, doc string) *decode.Message {
			kind := grpc.TypeOf(tt.target, d == decode.Response)
			b, err := grpc.Encode(kind, []byte(doc))
			if err != nil {
				t.Fatal(err)
			}
			return &decode.Message{Dir: d, Type: kind.Name(), JSON: []byte(doc), Bytes: b, Size: int64(len(b))}
		}
		call := session.Stream(true, tt.target).Event(message(decode.Request, `{"ID":"token"}`))
		if tt.had {
			call.Answer(200, decode.ContentGRPC).Event(message(decode.Response, `{}`)).Status(0, "")
		} else {
			call.Status(5, "no token")
		}
		p := player(t, s, Config{})
		b := &builds{p: p}

		daemon, client := net.Pipe()
		served := make(chan struct{})
		go func() {
			defer close(served)
			serveHTTP2(client, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked, err := readMessage(r.Body)
				if err != nil || !strings.Contains(string(asked), "token") {
					t.Errorf("%s: asked %q, %v", tt.target, asked, err)
				}
				if tt.has {
					_, _ = w.Write(framed(nil)) // a client that left needs none
					end(w, grpcOK, "")
					return
				}
				end(w, "5", "no token")
			}))
		}()
		over := &http.Transport{Protocols: onlyHTTP2(), DialContext: func(context.Context, string, string) (net.Conn, error) { return daemon, nil }}
		conn, err := over.NewClientConn(context.Background(), "http", "localhost:80")
		if err != nil {
			t.Fatal(err)
		}
		why := b.offered(conn, p.rec.Exchanges[1])
		conn.Close()
		<-served
		if tt.want == "" && why != "" || !strings.Contains(why, tt.want) || !strings.Contains(why, tt.other) {
			t.Errorf("%s: had %t, has %t: %q", tt.target, tt.had, tt.has, why)
		}
	}
}
