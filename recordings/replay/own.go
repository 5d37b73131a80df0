package replay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// send writes an answer of our own.
func (c *conn) send(b []byte) { _ = c.write(b) } // a client that left needs none

// ownAnswer answers what clients ask by the way, recorded or not: pings, the
// daemon's version, and the size of a terminal, which is sent whenever a window
// changes. nil for anything else.
func (p *Player) ownAnswer(in *incoming, m *match.Miss) []byte {
	if m.Unkept != "" {
		return nil
	}
	switch m.Operation {
	case "SystemPing":
		fields := "Content-Type: text/plain; charset=utf-8\r\nOstype: linux\r\n"
		if d := p.daemon(); d.API != "" {
			fields = "Api-Version: " + d.API + "\r\n" + fields
		} else if p.cfg.Forward != nil {
			return nil // a client that is told no version asks by a very old one
		}
		return head(200, 2, in, "OK", fields)
	case "ContainerResize", "ExecResize":
		return head(200, 0, in, "", "")
	case "SystemVersion":
		if p.cfg.Forward == nil {
			return p.version(in)
		}
	}
	return nil
}

// maxHeads bounds how many recorded answers are looked at for the daemon's version.
const maxHeads = 100

// daemon is what the heads of recorded answers say of the daemon.
type daemon struct {
	Version string
	API     string `json:"ApiVersion"`
	OS      string `json:"Os"`
}

// daemon reads it, "" where it is not said.
func (p *Player) daemon() (d daemon) {
	for _, x := range p.rec.Exchanges[:min(len(p.rec.Exchanges), maxHeads)] {
		for _, s := range x.Steps() {
			_ = p.rec.Events(s.Line, func(e decode.Event) error { // unreadable: nothing
				if h, ok := e.(*decode.ResponseHead); ok {
					if version, ok := strings.CutPrefix(decode.FieldValue(h.Fields, "Server"), "Docker/"); ok {
						d.Version, _, _ = strings.Cut(version, " ")
					}
					d.API, d.OS = decode.FieldValue(h.Fields, "Api-Version"), decode.FieldValue(h.Fields, "Ostype")
				}
				return nil
			})
			break
		}
		if d.Version != "" && d.API != "" {
			return d
		}
	}
	return daemon{}
}

// version answers with that; nil if it is not known.
func (p *Player) version(in *incoming) []byte {
	d := p.daemon()
	if d.API == "" {
		return nil
	}
	body, _ := json.Marshal(d) // strings always encode
	return head(200, len(body), in, string(body), "Content-Type: application/json\r\n")
}

// refuse answers a request that was not recorded. 501 is neither "no such
// container" (404) nor something to try again (502, 503), and docker shows the
// message.
func (c *conn) refuse(in *incoming, m *match.Miss) {
	c.send(message(501, in, m.Text(nil), "X-Replay-Miss: 1\r\n"))
}

// breakOff ends the progress of a build with an error, as dockerd does once it has
// begun (moby pkg/streamformatter), and says so in place of an answer before.
func (c *conn) breakOff(in *incoming, text string, begun bool) {
	c.cut = true
	if !begun {
		c.send(message(501, in, text, "X-Replay-Miss: 1\r\nConnection: close\r\n"))
		return
	}
	line, _ := json.Marshal(map[string]any{"error": text, "errorDetail": map[string]string{"message": text}}) // texts always encode
	c.send(fmt.Appendf(nil, "%x\r\n%s\r\n0\r\n\r\n", len(line), line))
}

// refuseBad answers what is no request.
func (c *conn) refuseBad(in *incoming) {
	text := fmt.Sprintf("replay: this is no HTTP/1 request: %.200s", in.err.Error())
	c.p.warnNow(nil, "%s", text)
	c.send(message(400, in, text, "Connection: close\r\n"))
}

// message is an error as dockerd writes one (moby api/types.ErrorResponse).
func message(status int, in *incoming, text, fields string) []byte {
	body, _ := json.Marshal(map[string]string{"message": text}) // strings always encode
	body = append(body, '\n')
	return head(status, len(body), in, string(body), "Content-Type: application/json\r\n"+fields)
}

func head(status, length int, in *incoming, body, fields string) []byte {
	if in.method == http.MethodHead {
		body = ""
	}
	if in.close && in.err == nil {
		fields += "Connection: close\r\n"
	}
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\n%sContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), fields, length, body)
}
