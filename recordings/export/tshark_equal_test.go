package export_test

import (
	"cmp"
	"encoding/hex"
	"encoding/xml"
	"strconv"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/recordings/export"
)

// dissected is what tshark finds in one TCP connection: the values of fields,
// by their name, as it shows them and as bytes.
type dissected struct {
	shown map[string][]string
	bytes map[string]string
}

func (d *dissected) first(names ...string) string {
	for _, name := range names {
		if v := d.shown[name]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// header is the last value of a field of HTTP/2.
func (d *dissected) header(name string) (value string) {
	values := d.shown["http2.header.value"]
	for i, n := range d.shown["http2.header.name"] {
		if n == name && i < len(values) {
			value = values[i]
		}
	}
	return value
}

// dissect reads a capture with tshark, a connection an element.
func dissect(t *testing.T, capture string, args ...string) (connections []*dissected) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(tshark(t, capture, append(args, "-T", "pdml")...)))
	var packet []xml.StartElement
	attribute := func(e xml.StartElement, name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	for {
		token, err := d.Token()
		if err != nil {
			return connections
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "field" {
				packet = append(packet, e.Copy())
			}
		case xml.EndElement:
			if e.Name.Local != "packet" {
				continue
			}
			var c *dissected
			for _, f := range packet {
				if attribute(f, "name") == "tcp.stream" {
					n, _ := strconv.Atoi(attribute(f, "show"))
					for len(connections) <= n {
						connections = append(connections, &dissected{map[string][]string{}, map[string]string{}})
					}
					c = connections[n]
				}
			}
			direction := ""
			for _, f := range packet {
				name := attribute(f, "name")
				if name == "tcp.dstport" && attribute(f, "show") == "80" {
					direction = "request "
				}
				c.shown[name] = append(c.shown[name], attribute(f, "show"))
				b, _ := hex.DecodeString(attribute(f, "value"))
				c.bytes[direction+name] += string(b)
			}
			packet = nil
		}
	}
}

// Each call of a recording is a TCP connection in tshark, with its method,
// target, status, bodies, stream, and the methods, statuses and messages of
// gRPC.
func TestPcapngEqualsTheRecording(t *testing.T) {
	dissector, err := export.Find("wireshark-lua")
	if err != nil {
		t.Fatal(err)
	}
	lua := tempFile(t, "stdcopy.lua", dissector.Fixed)
	for _, path := range sessions {
		t.Run(sessionName(path), func(t *testing.T) {
			t.Parallel()
			want, got := calls(t, path), dissect(t, exportFile(t, "pcapng", path), "-X", "lua_script:"+lua)
			if len(got) != len(want) {
				t.Fatalf("%d connections, want one for each of %d calls", len(got), len(want))
			}
			for i, w := range want {
				sameInTshark(t, w, got[i])
			}
		})
	}
}

func sameInTshark(t *testing.T, w told, g *dissected) {
	t.Helper()
	status := ""
	if w.status != 0 {
		status = strconv.Itoa(w.status)
	}
	for _, f := range []struct{ what, got, want string }{
		{"method", g.first("http.request.method", "http2.headers.method"), w.method},
		{"target", g.first("http.request.uri", "http2.headers.path"), w.target},
		{"status", g.first("http.response.code", "http2.headers.status"), status},
		{"status of gRPC", g.header("grpc-status"), w.grpc},
		{"gRPC messages", strconv.Itoa(len(g.shown["grpc.message_length"])), strconv.Itoa(w.messages)},
	} {
		if f.got != f.want {
			t.Errorf("call %d %s %s: %s is %q, want %q", w.id, w.method, w.target, f.what, f.got, f.want)
		}
	}
	for _, b := range []struct {
		what, got string
		want      []byte
	}{
		{"request body", g.bytes["request http.file_data"] + g.bytes["request http2.data.data"], w.request},
		{"body", g.bytes["http.file_data"] + g.bytes["http2.data.data"], w.body},
	} {
		if len(b.want) > 0 && b.got != string(b.want) {
			t.Errorf("call %d %s %s: the %s is\n%q, want\n%q", w.id, w.method, w.target, b.what, b.got, b.want)
		}
	}
	// Below API 1.42 no head says that a stream is stdcopy.
	stream := cmp.Or(g.bytes["stdcopy.data"], g.bytes["http.file_data"], g.bytes["data.data"])
	if w.stream != "" && stream != w.stream && stream != w.frames {
		t.Errorf("call %d %s %s: the stream is\n%q, want\n%q", w.id, w.method, w.target, stream, w.stream)
	}
}
