package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/dockwire/dockwire/decode/golden"
)

// h2side writes what one side of an HTTP/2 connection sends.
type h2side struct {
	buf   bytes.Buffer
	fr    *http2.Framer
	enc   *hpack.Encoder
	block bytes.Buffer
}

func newH2() *h2side {
	s := &h2side{}
	s.fr = http2.NewFramer(&s.buf, nil)
	s.enc = hpack.NewEncoder(&s.block)
	return s
}

// take returns what was written since the last call.
func (s *h2side) take() string {
	b := s.buf.String()
	s.buf.Reset()
	return b
}

func (s *h2side) encode(fields []string) []byte {
	s.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		s.enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return s.block.Bytes()
}

func (s *h2side) head(stream uint32, end bool, fields ...string) *h2side {
	s.fr.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: s.encode(fields), EndStream: end, EndHeaders: true})
	return s
}

func (s *h2side) request(stream uint32, end bool, method, path string, fields ...string) *h2side {
	return s.head(stream, end, append([]string{":method", method, ":scheme", "http", ":path", path, ":authority", "d"}, fields...)...)
}

func (s *h2side) call(stream uint32, path string, fields ...string) *h2side {
	return s.request(stream, false, "POST", path, append([]string{"content-type", "application/grpc", "te", "trailers"}, fields...)...)
}

func (s *h2side) data(stream uint32, end bool, b string) *h2side {
	s.fr.WriteData(stream, end, []byte(b))
	return s
}

func (s *h2side) settings() *h2side { s.fr.WriteSettings(); return s }
func (s *h2side) ping() *h2side     { s.fr.WritePing(false, [8]byte{}); return s }
func (s *h2side) reset(stream uint32, c http2.ErrCode) *h2side {
	s.fr.WriteRSTStream(stream, c)
	return s
}
func (s *h2side) goAway(last uint32, c http2.ErrCode, debug string) *h2side {
	s.fr.WriteGoAway(last, c, []byte(debug))
	return s
}

// grpcMessage frames a message.
func grpcMessage(packed byte, b string) string {
	h := [5]byte{packed}
	binary.BigEndian.PutUint32(h[1:], uint32(len(b)))
	return string(h[:]) + b
}

// scene writes a script.
type scene struct {
	script
	at time.Duration
}

func newScene() *scene { return &scene{script: script{{conn: 1, do: "open"}}} }

func (s *scene) step(st step) *scene {
	s.at += 10 * time.Microsecond
	st.conn, st.at = 1, s.at
	s.script = append(s.script, st)
	return s
}

func (s *scene) up(b string) *scene { return s.step(step{do: "feed", dir: Request, bytes: []byte(b)}) }
func (s *scene) down(b string) *scene {
	return s.step(step{do: "feed", dir: Response, bytes: []byte(b)})
}
func (s *scene) eof(d Direction) *scene {
	return s.step(step{do: "eof", dir: d})
}
func (s *scene) gap(d Direction, n int64) *scene {
	return s.step(step{do: "gap", dir: d, n: n, why: "test"})
}
func (s *scene) close() script {
	return s.step(step{do: "close", by: Client, how: EndEOF}).script
}

const h2c = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

// scenes are connections that speak HTTP/2, by name.
var scenes = map[string]func() script{
	// The calls of a client that opens with HTTP/2 are calls like any other:
	// Tty is learned, logs are cut into frames, errors have their status.
	"rest": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up(http2.ClientPreface + c.settings().request(1, true, "HEAD", "/_ping").take())
		s.down(d.settings().head(1, true, ":status", "200", "api-version", "1.56").take())
		s.up(c.request(3, false, "POST", "/v1.44/containers/create?name=web", "content-type", "application/json").data(3, true, `{"Image":"busybox","Tty":false}`).take())
		s.down(d.head(3, false, ":status", "201", "content-type", "application/json").data(3, true, `{"Id":"c0ffee00"}`).take())
		s.up(c.request(5, true, "GET", "/v1.41/containers/c0ffee00/logs?stdout=1").request(7, true, "GET", "/v1.41/events").take())
		s.down(d.head(7, false, ":status", "200").data(7, false, `{"a":1}`+"\n"+`{"b"`).
			head(5, false, ":status", "103").head(5, false, ":status", "200", "content-type", "application/vnd.docker.raw-stream").data(5, false, frame(1, "out")+"\x02\x00").
			data(7, false, `:2}`+"\n").data(5, true, frame(2, "err")[2:]).take())
		s.up(c.ping().reset(7, http2.ErrCodeCancel).take())
		s.down(d.data(7, true, "late").take())
		return s.eof(Request).eof(Response).close()
	},
	// dockerd speaks before the client has sent its preface.
	"early settings": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.down(d.settings().take())
		s.up(http2.ClientPreface[:5]).up(http2.ClientPreface[5:] + c.settings().request(1, true, "GET", "/version").take())
		s.down(d.head(1, false, ":status", "200", "content-type", "application/json").data(1, true, "{}").take())
		return s.eof(Request).eof(Response).close()
	},
	"grpc": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up("POST /grpc HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
		s.down(h2c + d.settings().take())
		s.up(http2.ClientPreface + c.settings().call(1, "/moby.buildkit.v1.Control/Status").data(1, false, grpcMessage(0, "\n\x03ref")[:3]).take())
		s.up(c.data(1, true, grpcMessage(0, "\n\x03ref")[3:]).take())
		s.down(d.head(1, false, ":status", "200", "content-type", "application/grpc", "grpc-encoding", "gzip").
			data(1, false, grpcMessage(0, "")+grpcMessage(1, gzipped("\n\x04\n\x02ab"))+grpcMessage(1, "no gzip")).
			head(1, true, "grpc-status", "0").take())
		s.up(c.call(3, "/moby.buildkit.v1.Control/Unheard").data(3, true, grpcMessage(0, "\x08\x05")).take())
		s.down(d.head(3, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "12", "grpc-message", "unknown method").take())
		s.up(c.call(7, "/moby.buildkit.v1.Control/Status", "grpc-encoding", "zstd").data(7, true, grpcMessage(1, zstded("\n\x03ref"))).take())
		s.down(d.head(7, false, ":status", "200", "content-type", "application/grpc", "grpc-encoding", "zstd").
			data(7, false, grpcMessage(1, zstded("\n\x04\n\x02ab"))+grpcMessage(1, "no zstd")).head(7, true, "grpc-status", "0").take())
		s.up(c.call(9, "/moby.buildkit.v1.Control/Solve", "grpc-encoding", "snappy").data(9, false, grpcMessage(1, "packed")+"\x07odd").take())
		s.down(d.reset(9, http2.ErrCodeInternal).goAway(9, http2.ErrCodeEnhanceYourCalm, "too_many_pings").take())
		return s.eof(Request).eof(Response).close()
	},
	// On /session the daemon asks; a reset behind the whole answer is calm.
	"session": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up("POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-Docker-Expose-Session-Uuid: u\r\n\r\n")
		s.down(h2c)
		s.up(c.settings().take())
		s.down(http2.ClientPreface + d.settings().call(1, "/moby.buildkit.secrets.v1.Secrets/GetSecret").data(1, true, grpcMessage(0, "\n\x01s")).
			call(3, "/moby.filesync.v1.FileSync/DiffCopy").take())
		s.up(c.head(1, false, ":status", "200", "content-type", "application/grpc").data(1, false, grpcMessage(0, "\n\x06secret")).head(1, true, "grpc-status", "0").take())
		s.up(c.head(3, false, ":status", "200", "content-type", "application/grpc").data(3, false, grpcMessage(0, "\x08\x03")).head(3, true, "grpc-status", "0").reset(3, http2.ErrCodeNo).take())
		s.down(d.reset(3, http2.ErrCodeCancel).take())
		return s.eof(Request).eof(Response).close()
	},
	// buildx's docker-container driver: HTTP/2 in the stdin and stdout of an
	// exec, and in one of its calls another one, the other way round.
	"dial-stdio": func() script {
		c, d, s := newH2(), newH2(), newScene()
		exec := `{"AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"Cmd":["buildctl","dial-stdio"]}`
		s.up(fmt.Sprintf("POST /v1.44/containers/b/exec HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(exec), exec))
		s.down("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"Id\":\"e0e0e0e\"}")
		s.up("POST /v1.44/exec/e0e0e0e/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\"Detach\":false,\"Tty\":false}")
		s.down("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
		s.up(http2.ClientPreface + c.settings().call(1, "/moby.buildkit.v1.Control/Session", "x-docker-expose-session-uuid", "u").take())
		s.down(frame(1, d.settings().head(1, false, ":status", "200", "content-type", "application/grpc").take()) + frame(2, "warning of buildctl\n"))
		inner, answer := newH2(), newH2()
		ask := http2.ClientPreface + inner.settings().call(1, "/grpc.health.v1.Health/Check").data(1, true, grpcMessage(0, "")).take()
		out := d.data(1, false, grpcMessage(0, bytesMessage(ask[:30]))+grpcMessage(0, bytesMessage(ask[30:]))).take()
		s.down(frame(1, out[:50])).down(frame(1, out[50:]))
		s.up(c.data(1, false, grpcMessage(0, bytesMessage(answer.settings().head(1, false, ":status", "200", "content-type", "application/grpc").data(1, false, grpcMessage(0, "\x08\x01")).head(1, true, "grpc-status", "0").take()))).take())
		s.up(c.data(1, true, "").take())
		s.down(frame(1, d.head(1, true, "grpc-status", "0").take()))
		return s.eof(Request).eof(Response).close()
	},
	// docker over ssh inside a container; what comes is HTTP/1.
	"system dial-stdio": func() script {
		s := newScene()
		exec := `{"Cmd":["/usr/bin/docker","system","dial-stdio"]}`
		s.up(fmt.Sprintf("POST /v1.44/containers/b/exec HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(exec), exec))
		s.down("HTTP/1.1 201 Created\r\nContent-Length: 16\r\n\r\n{\"Id\":\"e0e0e0e\"}")
		s.up("POST /v1.44/exec/e0e0e0e/start HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 12\r\n\r\n{\"Tty\":true}")
		s.down("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
		s.up("GET /v1.44/version HTTP/1.1\r\nHost: d\r\n\r\n").down("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		return s.eof(Request).eof(Response).close()
	},
	// Answers of streams that began before the tap did belong to no call that was
	// seen. A header block that needs what was said before cannot be read, and
	// nothing behind it is guessed.
	"joined": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up("POST /grpc HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n").down(h2c)
		c.call(1, "/moby.buildkit.v1.Control/Status", "x-once", "indexed").take()
		d.head(1, false, ":status", "200", "x-once", "indexed").take()
		s.down(d.data(1, false, grpcMessage(0, "early")).head(3, false, ":status", "204").take())
		s.up(c.data(1, true, "").ping().take()).up(c.call(5, "/moby.buildkit.v1.Control/Info", "x-once", "indexed").take())
		s.down(d.head(5, false, ":status", "200", "x-once", "indexed").data(5, true, grpcMessage(0, "")).take())
		return s.eof(Request).eof(Response).close()
	},
	// Inside data a gap is followed; over a header block nothing is guessed.
	"gaps": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up(http2.ClientPreface + c.settings().request(1, false, "POST", "/v1.44/build", "content-type", "application/x-tar").take())
		body := c.data(1, true, "0123456789").take()
		s.up(body[:12]).gap(Request, 4).up(body[16:])
		s.down(d.settings().head(1, false, ":status", "200").take())
		s.up(c.request(3, true, "GET", "/info").take())
		s.gap(Response, 20).down(d.head(3, false, ":status", "200").data(3, true, "{}").take())
		s.up(c.request(5, true, "GET", "/version").take())
		return s.eof(Request).eof(Response).close()
	},
	"odd": func() script {
		c, d, s := newH2(), newH2(), newScene()
		s.up(http2.ClientPreface + c.settings().head(1, true, ":method", "GET", ":path", "/info", "Upper", "x").take())
		s.down(d.settings().reset(1, http2.ErrCodeProtocol).head(9, true, ":status", "200").take())
		s.up(c.request(3, true, "GET", "/info", "x", strings.Repeat("x", 5000)).request(2, true, "GET", "/even").take())
		s.down(d.head(3, true, ":status", "200").take())
		s.up(c.request(5, false, "POST", "/v1.44/images/load").take())
		s.down(d.goAway(3, http2.ErrCodeNo, "").take())
		s.up("\x00\x00\x05\x09\x04\x00\x00\x00\x05stray" + c.request(7, true, "GET", "/unseen").take())
		return s.eof(Request).eof(Response).close()
	},
}

// bytesMessage is a BytesMessage of BuildKit.
func bytesMessage(b string) string {
	return "\n" + string(binary.AppendUvarint(nil, uint64(len(b)))) + b
}

func TestHTTP2(t *testing.T) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			s := scene()
			events := collect(s, 0)
			if err := wellFormed(events); err != nil {
				t.Error(err)
			}
			golden.Check(t, "testdata/http2/"+strings.ReplaceAll(name, " ", "-")+".events", renderAll(events))
			want := renderAll(normalise(events))
			for _, cut := range []int{1, 2, 3, 7, 100} {
				if diff := cmp.Diff(want, renderAll(normalise(collect(s, cut)))); diff != "" {
					t.Fatalf("reads of %d bytes change the events (-whole +cut):\n%s", cut, diff)
				}
			}
		})
	}
}

// FuzzHTTP2: bytes of both directions in any order and any cut, gaps and ends
// included: no panic, events in an order that consumers can rely on, and the
// same however they were cut as long as all could be followed.
func FuzzHTTP2(f *testing.F) {
	for _, scene := range scenes {
		for _, b := range packScript(scene()) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := unpackScript(b)
		events := collectBounded(t, s, 0)
		if err := wellFormed(events); err != nil {
			t.Fatal(err)
		}
		want := renderAll(normalise(events))
		got := collectBounded(t, s, 1)
		if err := wellFormed(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, renderAll(normalise(got))); diff != "" && followed(events) {
			t.Fatalf("reads of one byte change the events (-whole +cut):\n%s", diff)
		}
	})
}
