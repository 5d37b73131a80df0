package replay

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// noteVersion warns once for each API version that clients ask for and that was
// not recorded; p.mu is held.
func (p *Player) noteVersion(asked string) {
	p.findVersions()
	if asked == "" || p.versions[asked] {
		return
	}
	var known []string
	for v := range p.versions {
		if v != "" {
			known = append(known, v)
		}
	}
	p.versions[asked] = true
	if len(known) > 0 {
		slices.Sort(known)
		p.warn(nil, "a client asks for API %s, and %s was recorded: answers may have places that it does not expect", asked, strings.Join(known, ", "))
	}
}

// findVersions finds the API versions that recorded clients asked for, once; p.mu is
// held.
func (p *Player) findVersions() {
	if p.versions != nil {
		return
	}
	p.versions, p.asked = map[string]bool{}, map[string]map[string]int{}
	for _, x := range p.rec.Exchanges {
		v := x.Call.Version
		p.versions[v] = true
		if v == "" {
			continue
		}
		for _, kind := range []string{kindOf(p.rec.Groups[x.Group].Agent), ""} {
			if p.asked[kind] == nil {
				p.asked[kind] = map[string]int{}
			}
			p.asked[kind][v]++
		}
	}
}

// kindOf is a client without its version: Docker-Client of Docker-Client/29.1.0 (linux).
func kindOf(agent string) string {
	kind, _, _ := strings.Cut(agent, "/")
	return kind
}

// mostAsked is the API version by which recorded clients of a kind asked most, of all
// kinds when there was none of it; "" when none is known. p.mu is held.
func (p *Player) mostAsked(kind string) (version string) {
	p.findVersions()
	counts := p.asked[kind]
	if counts == nil {
		counts = p.asked[""]
	}
	for v, n := range counts {
		if n > counts[version] || n == counts[version] && engine.Older(version, v) {
			version = v
		}
	}
	return version
}

// leastVersion is what docker clients speak that are in use (moby client,
// MinAPIVersion).
const leastVersion = "1.40"

// negotiate is the head of a ping's answer, for another client than the recorded ones,
// or another version of one. The daemon says which version of the API it speaks, and
// clients ask by that or an older one. What was recorded are answers by the version that
// recorded clients chose, so a newer client gets that one told.
func (a *answer) negotiate(head []byte, e *decode.ResponseHead) []byte {
	agent := a.in.userAgent
	if op := a.x.Call.Op; op == nil || op.ID != "SystemPing" && op.ID != "SystemPingHead" || a.p.rec.Agents[agent] {
		return head
	}
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	speaks, asked := decode.FieldValue(e.Fields, "Api-Version"), a.p.mostAsked(kindOf(agent))
	if !engine.Older(asked, speaks) || engine.Older(asked, leastVersion) {
		return head
	}
	if !a.p.told {
		a.p.told = true
		a.p.warn(a.x.Exchange, "%s was not recorded: it is told that the daemon speaks API %s, as recorded clients asked by that, in place of %s", agent, asked, speaks)
	}
	return withField(head, "api-version", asked)
}
