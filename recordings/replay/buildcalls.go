package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/grpc"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

const (
	solveMethod   = "/moby.buildkit.v1.Control/Solve"
	statusMethod  = "/moby.buildkit.v1.Control/Status"
	sessionMethod = "/moby.buildkit.v1.Control/Session"
	workersMethod = "/moby.buildkit.v1.Control/ListWorkers"
	exportMethod  = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
	buildHeader   = "buildkit-controlapi-buildid" // buildkit client/build.go
)

// The codes of gRPC that are given here (google.golang.org/grpc/codes).
const (
	grpcOK            = "0"
	grpcUnknown       = "2"
	grpcUnimplemented = "12"
)

// refOf is the reference of the build that a call is about.
func refOf(request []byte, header string) string {
	if header != "" {
		return header
	}
	return member(request, "Ref")
}

// localSession begins the names of what a Solve says of sessions for single folders
// (buildkit frontend/dockerui, keyLocalSessionID).
const localSession = "local-sessionid:"

// sessionsOf names the sessions of a Solve by what they are for: all, or a folder.
func sessionsOf(request []byte) map[string]string {
	var m struct {
		Session       string
		FrontendAttrs map[string]string
	}
	_ = json.Unmarshal(request, &m) // a request that is no such object has none
	names := map[string]string{"": m.Session}
	for name, value := range m.FrontendAttrs {
		if strings.HasPrefix(name, localSession) {
			names[name] = value
		}
	}
	return names
}

// member is a string of a JSON object.
func member(doc []byte, name string) string {
	var m map[string]json.RawMessage
	var s string
	if json.Unmarshal(doc, &m) != nil || json.Unmarshal(m[name], &s) != nil {
		return ""
	}
	return s
}

// call answers a call by a client.
func (b *builds) call(client string, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/grpc")
	method := r.URL.Path
	if method == sessionMethod && len(b.sessions) > 0 {
		b.inside(client, w, r)
		return
	}
	message, err := readMessage(r.Body)
	if err != nil && err != io.EOF {
		return // the client left
	}
	if method == exportMethod { // a client's own spans change nothing
		_, _ = w.Write(framed(nil))
		end(w, grpcOK, "")
		return
	}
	request, err := grpc.AppendJSON(nil, grpc.TypeOf(method, false), message)
	if err != nil {
		request = nil
	}
	c, why := b.find(client, method, request, r)
	if c == nil {
		code := grpcUnknown
		if !b.recorded(method) {
			code = grpcUnimplemented
		}
		end(w, code, b.miss(client, method, why))
		return
	}
	b.play(c, w, r)
}

func (b *builds) recorded(method string) bool {
	for _, c := range b.calls {
		if c.method == method {
			return true
		}
	}
	return false
}

// find finds the recorded call, and uses it.
func (b *builds) find(client, method string, request []byte, r *http.Request) (c *buildCall, why string) {
	ref := refOf(request, r.Header.Get(buildHeader))
	if method == solveMethod {
		return b.solve(client, ref, request)
	}
	recorded := ref
	if ref != "" && !b.isRecorded(method, ref) {
		var solve *buildCall
		if !b.wait(r.Context().Done(), func() bool { solve = b.live[ref]; return solve != nil }) {
			return nil, "no Solve has come for this build that was recorded"
		}
		recorded = solve.ref
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	var last, other *buildCall
	for _, c := range b.calls {
		switch {
		case c.method != method || c.ref != recorded:
		case ref == "" && !bytes.Equal(c.request, request): // about another blob, of another build
			if !c.used && other == nil {
				other = c
			}
		case !c.used:
			return b.use(c), ""
		default:
			last = c
		}
	}
	if last == nil && other != nil {
		return b.use(other), ""
	}
	if last != nil && (ref == "" || b.again() && !b.solved[recorded]) {
		return last, "" // a look: ListWorkers, Info
	}
	return nil, "the recording has no (more) calls of it"
}

// isRecorded tells a reference that is no build's and the same each time.
func (b *builds) isRecorded(method, ref string) bool {
	for _, c := range b.calls {
		if c.method == method && c.ref == ref && !b.solved[ref] {
			return true
		}
	}
	return false
}

// use notes that a call has come; p.mu is held.
func (b *builds) use(c *buildCall) *buildCall {
	c.used = true
	b.p.wake()
	return c
}

// randomInSolve are members of a Solve that are others each time, or that say of
// which commit a folder is.
func randomInSolve(place string) bool {
	return place == "body.Ref" || place == "body.Session" ||
		strings.HasPrefix(place, "body.FrontendAttrs.vcs:") || strings.HasPrefix(place, "body.FrontendAttrs."+localSession)
}

// solve finds the recorded build that is asked for. One that was not played yet
// goes first.
func (b *builds) solve(client, ref string, request []byte) (c *buildCall, why string) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	var played []*buildCall
	var nearest *buildCall
	var fewest []match.Difference
	for _, c := range b.calls {
		if c.method != solveMethod || c.used && !b.again() {
			continue
		}
		diffs := b.compare(c, request)
		switch {
		case len(diffs) == 0 && !c.used:
			return b.begin(c, client, ref, request), ""
		case len(diffs) == 0:
			played = append(played, c)
		case nearest == nil || len(diffs) < len(fewest):
			nearest, fewest = c, diffs
		}
	}
	if n := len(played); n > 0 {
		if b.p.cfg.Reuse == match.ReuseLast {
			played = played[n-1:]
		}
		for _, c := range played {
			b.rewind(c)
		}
		return b.begin(played[0], client, ref, request), ""
	}
	if nearest == nil {
		return nil, "all recorded builds were played"
	}
	return nil, fmt.Sprintf("the nearest recorded build is %v:%s", nearest.x, differencesText(fewest))
}

// begin makes a live build and its sessions those of a recorded Solve; p.mu is
// held.
func (b *builds) begin(c *buildCall, client, ref string, request []byte) *buildCall {
	b.live[ref] = c
	b.p.matcher.Built(c.x, client)
	b.p.book.Come(c.x, now())
	live := sessionsOf(request)
	for of, recorded := range sessionsOf(c.request) {
		if s := b.sessions[recorded]; s != nil && live[of] != "" {
			b.opened(live[of]).session = s
		}
	}
	return b.use(c)
}

// again reports whether builds may be played more than once.
func (b *builds) again() bool {
	return b.p.cfg.Reuse == match.ReuseCycle || b.p.cfg.Reuse == match.ReuseLast
}

// rewind makes a build that was played one that was not, with all that belongs to
// its session; p.mu is held.
func (b *builds) rewind(played *buildCall) {
	for _, c := range b.calls {
		if c.ref == played.ref || len(c.sessions) > 0 && len(played.sessions) > 0 && c.sessions[0] == played.sessions[0] {
			c.used = false
		}
	}
	for _, s := range played.sessions {
		s.failed = ""
		clear(s.done)
	}
}

func differencesText(diffs []match.Difference) string {
	var b strings.Builder
	for i := range diffs {
		d := &diffs[i]
		recorded, received := d.Values()
		fmt.Fprintf(&b, "\n  %s\n    - recorded  %s\n    + received  %s", match.PlaceText(d.Place), recorded, received)
	}
	return b.String()
}

// compare lists what a live Solve asks for otherwise: in the recording's words, as it
// names images after its project.
func (b *builds) compare(c *buildCall, request []byte) []match.Difference {
	leaves := func(doc []byte, translate func(string) string) (out []match.Leaf) {
		call := engine.Call{Path: solveMethod}
		body := match.Body{Bytes: doc, Size: int64(len(doc)), Whole: true}
		for _, l := range b.p.rules.BodyLeaves(http.MethodPost, &call, &body, translate) {
			if !randomInSolve(l.Place) {
				out = append(out, l)
			}
		}
		return out
	}
	same := func(s string) string { return s }
	return match.DiffLeaves(leaves(c.request, same), leaves(request, b.p.matcher.Recorded))
}

// play answers with the recorded messages, each when what came before it has.
func (b *builds) play(c *buildCall, w http.ResponseWriter, r *http.Request) {
	flusher, _ := w.(http.Flusher)
	defer b.tells(c, 0)
	before := c.x.Time
	for i, s := range c.x.Steps() {
		b.tells(c, s.Pos)
		wait := s.Time - before
		before = s.Time
		if i > 0 && !b.pause(c, wait, r.Context().Done()) {
			return
		}
		failed := ""
		ready := b.wait(r.Context().Done(), func() bool {
			failed = failure(c.sessions)
			return failed != "" || b.before(c.sessions, s.Pos) && (c.method != solveMethod || b.sent(c.sessions, s.Pos)) && b.turn(c, s.Pos)
		})
		if failed != "" {
			end(w, grpcUnknown, failed)
			return
		}
		if r.Context().Err() != nil {
			return
		}
		if !ready {
			b.p.warnNow(c.x, "gate released: %s waited %v for what came before it in its build", c.method, b.p.cfg.gateTimeout())
		}
		if !b.apart(c, r.Context().Done()) || b.write(c.x, s, w) != nil {
			return
		}
		if flusher != nil {
			flusher.Flush()
		}
	}
	if end := c.x.End; end.Open && end.By != decode.Server { // the client left when it had what it wanted
		b.tells(c, 0)
		select {
		case <-r.Context().Done():
		case <-b.p.closed:
		}
	}
}

// tells notes which step a call about progress plays next, 0 for none.
func (b *builds) tells(c *buildCall, pos int) {
	if c.method != statusMethod {
		return
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if b.told[c] = pos; pos == 0 {
		delete(b.told, c)
	}
	b.p.wake()
}

// turn reports whether the other builds of a client have sent the progress that they had
// sent by that position. A client shows a step that two builds share under the build
// whose progress has it first. p.mu is held.
func (b *builds) turn(c *buildCall, pos int) bool {
	if c.method != statusMethod {
		return true
	}
	for q, next := range b.told {
		if next < pos && q.x.Group == c.x.Group {
			return false
		}
	}
	for _, q := range b.calls {
		if q.method == statusMethod && !q.used && q.x.Pos < pos && q.x.Group == c.x.Group && b.asksFor(q.ref) {
			return false
		}
	}
	return true
}

// asksFor reports whether a client has asked for a recorded build; p.mu is held.
func (b *builds) asksFor(ref string) bool {
	for _, c := range b.live {
		if c.ref == ref {
			return true
		}
	}
	return false
}

// apart keeps two builds from telling their client something at once. It reports
// whether the client is still there.
func (b *builds) apart(c *buildCall, gone <-chan struct{}) bool {
	if c.method != statusMethod {
		return true
	}
	b.p.mu.Lock()
	wait := gap - now().Sub(b.at)
	if b.spoke == c {
		wait = 0
	}
	b.spoke, b.at = c, now().Add(max(wait, 0))
	b.p.mu.Unlock()
	return wait <= 0 || b.sleep(wait, gone)
}

// progressGap is the longest pause between messages about progress. Clients show
// it at most every 100 ms or so (buildkit util/progress/progressui), and what
// comes together is shown together.
const progressGap = 150 * time.Millisecond

// pause keeps messages as far apart as the client's screen needs. It reports
// whether the client is still there.
func (b *builds) pause(c *buildCall, recorded time.Duration, gone <-chan struct{}) bool {
	switch pace := b.p.pace; {
	case !pace.Instant():
		recorded = time.Duration(float64(recorded) / pace.Speed)
		if pace.MaxIdle > 0 {
			recorded = min(recorded, pace.MaxIdle)
		}
	case c.method != statusMethod:
		return true
	default:
		recorded = min(recorded, progressGap)
	}
	return b.sleep(recorded, gone)
}

// sleep reports whether the client is still there afterwards.
func (b *builds) sleep(d time.Duration, gone <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-gone:
	case <-b.p.closed:
	}
	return false
}

// write writes what a line of the recording says.
func (b *builds) write(x *load.Exchange, s *load.Step, w http.ResponseWriter) error {
	return b.p.rec.Events(s.Line, func(e decode.Event) error {
		switch e := e.(type) {
		case *decode.ResponseHead:
			w.WriteHeader(e.Status)
		case *decode.Message:
			if e.Dir == decode.Response {
				_, err := w.Write(framed(b.named(x.Target, e)))
				return err
			}
		case *decode.DirectionEnd:
			if e.Dir == decode.Response {
				for _, f := range e.Trailer {
					if strings.HasSuffix(strings.ToLower(f.Name), "-bin") && strings.Contains(f.Value, "{{redacted.") {
						continue // the client takes base64 only
					}
					w.Header().Set(http.TrailerPrefix+f.Name, f.Value)
				}
			}
		}
		return nil
	})
}

// named is a recorded message with the names that the client has.
func (b *builds) named(method string, m *decode.Message) []byte {
	b.p.mu.Lock()
	names := b.p.matcher.Answers()
	b.p.mu.Unlock()
	if names == nil || m.JSON == nil {
		return m.Bytes
	}
	doc := names.All(nil, m.JSON, true)
	if bytes.Equal(doc, m.JSON) {
		return m.Bytes
	}
	if message, err := grpc.Encode(grpc.TypeOf(method, true), doc); err == nil {
		return message
	}
	return m.Bytes // it has what JSON does not
}

// end ends a call with a status.
func end(w http.ResponseWriter, code, text string) {
	w.Header().Set(http.TrailerPrefix+"Grpc-Status", code)
	if text != "" {
		w.Header().Set(http.TrailerPrefix+"Grpc-Message", strings.ReplaceAll(url.QueryEscape(text), "+", "%20"))
	}
}

// maxMessage bounds a message, as BuildKit's own limit does
// (buildkit util/grpcerrors and defaults.DefaultMaxRecvMsgSize).
const maxMessage = 16 << 20

// readMessage reads a message with the five bytes before it.
func readMessage(r io.Reader) ([]byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(head[1])<<24 | int(head[2])<<16 | int(head[3])<<8 | int(head[4])
	if n > maxMessage || head[0] != 0 {
		return nil, fmt.Errorf("a message of %d bytes, compressed: %t", n, head[0] != 0)
	}
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// framed puts the five bytes before a message.
func framed(b []byte) []byte {
	n := len(b)
	return append([]byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, b...)
}
