package build

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
)

const (
	maxBuilds    = 64   // builds that are followed, and some that are over
	maxSteps     = 2048 // steps of a build
	maxFiles     = 1024 // files of a transfer that are listed
	maxListed    = 1 << 20
	maxTransfers = 256
	maxAsks      = 256
	maxWarnings  = 64
	maxSpans     = 512
	maxCalls     = 4096 // calls that are open at a time
)

// Watch is called when a step has ended, and with a nil step when the build has.
// Both stay valid afterwards; the build may still change.
type Watch func(b *Build, s *Step)

// Fold makes builds of events. It is not safe for concurrent use.
type Fold struct {
	watch    Watch
	builds   []*Build // not dropped yet, oldest first
	calls    map[decode.ExchangeID]*call
	sessions map[decode.ExchangeID]*session // by the exchange that they travel in
	logged   int                            // bytes of output that the builds keep
	Probes   int                            // builds that only asked what BuildKit is able to do
}

// call is an open gRPC call that matters.
type call struct {
	service, rpc string
	build        *Build
	session      *session
	transfer     *Transfer
	ask          *Ask
	answered     bool   // a message came back
	status       string // grpc-status
	why          string // grpc-message
	trace        string
}

// session is one in which the daemon calls the client.
type session struct {
	id         string
	healthless bool // the client does not offer health checks
	health     health
}

// New makes a fold; watch may be nil.
func New(watch Watch) *Fold {
	if watch == nil {
		watch = func(*Build, *Step) {}
	}
	return &Fold{watch: watch, calls: map[decode.ExchangeID]*call{}, sessions: map[decode.ExchangeID]*session{}}
}

// Of returns the build that an open exchange belongs to, or nil.
func (f *Fold) Of(x decode.ExchangeID) *Build {
	if f.idle() {
		return nil
	}
	if c := f.calls[x]; c != nil {
		return c.build
	}
	if s := f.sessions[x]; s != nil {
		return f.bySession(s.id)
	}
	return nil
}

// idle says that nothing of a build goes on, as most of the time.
func (f *Fold) idle() bool { return len(f.calls) == 0 && len(f.sessions) == 0 && len(f.builds) == 0 }

// Event folds one event in.
func (f *Fold) Event(e decode.Event) {
	if _, begins := e.(*decode.RequestHead); !begins && f.idle() {
		return
	}
	switch e := e.(type) {
	case *decode.RequestHead:
		f.request(e)
	case *decode.Message:
		if c := f.calls[e.Exchange]; c != nil {
			f.message(c, e)
		}
	case *decode.Data:
		if c := f.calls[e.Exchange]; c != nil && c.service == imageBuild && e.Dir == decode.Response {
			f.trace(c, e)
		}
	case *decode.ResponseHead:
		if c := f.calls[e.Exchange]; c != nil {
			c.noteStatus(e.Fields)
		}
	case *decode.DirectionEnd:
		if c := f.calls[e.Exchange]; c != nil {
			c.noteStatus(e.Trailer)
		}
	case *decode.ExchangeEnd:
		f.end(e)
	}
	if len(f.builds) > 0 {
		f.reportEnded(e.From().Time)
	}
}

func (f *Fold) request(e *decode.RequestHead) {
	op := e.Call.Op
	switch {
	case op == nil || len(f.calls) >= maxCalls:
		return
	case op.ID == "ImageBuild":
		f.imageBuild(e)
		return
	case op.Tag != "Session" && op.Tag != "BuildKit":
		return
	}
	if id := decode.FieldValue(e.Fields, "X-Docker-Expose-Session-Uuid"); id != "" && len(f.sessions) < maxCalls {
		f.sessions[e.Exchange] = &session{id: id, healthless: lacksHealth(e.Fields)}
		f.warn(f.bySession(id))
	}
	service, rpc, ok := strings.Cut(strings.TrimPrefix(e.Call.Path, "/"), "/")
	if e.Stream == 0 || !ok {
		return
	}
	c := &call{service: service, rpc: rpc, session: f.sessions[e.Parent], trace: TraceID(e.Fields)}
	f.calls[e.Exchange] = c
	switch {
	case e.ByDaemon && c.session != nil:
		c.build = f.bySession(c.session.id)
		f.sessionCall(c, e)
	case service == frontend:
		c.build = f.byRef(decode.FieldValue(e.Fields, "buildkit-controlapi-buildid"))
	}
}

const (
	control  = "moby.buildkit.v1.Control"
	frontend = "moby.buildkit.v1.frontend.LLBBridge"
	traces   = "opentelemetry.proto.collector.trace.v1.TraceService"
	fileSync = "moby.filesync.v1.FileSync"
	fileSend = "moby.filesync.v1.FileSend"
	secrets  = "moby.buildkit.secrets.v1.Secrets"
	ssh      = "moby.sshforward.v1.SSH"
	auth     = "moby.filesync.v1.Auth"
	healths  = "grpc.health.v1.Health"
)

// TraceID is the trace of a W3C traceparent, version-trace-span-flags, in the
// fields of a head; "" where there is none.
func TraceID(fields []decode.Field) string {
	_, rest, _ := strings.Cut(decode.FieldValue(fields, "traceparent"), "-")
	trace, rest, _ := strings.Cut(rest, "-")
	if !strings.Contains(rest, "-") {
		return ""
	}
	return trace
}

func (c *call) noteStatus(fields []decode.Field) {
	if s := decode.FieldValue(fields, "grpc-status"); s != "" {
		c.status, c.why = s, unescape(decode.FieldValue(fields, "grpc-message"))
	}
}

// unescape undoes the percent-encoding of a grpc-message, if it is right.
func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

func (f *Fold) message(c *call, e *decode.Message) {
	switch {
	case c.transfer != nil:
		c.transfer.message(e)
	case c.ask != nil:
		c.ask.message(e)
	case c.service == control && c.rpc == "Solve":
		f.solve(c, e)
	case c.service == control && c.rpc == "Status":
		f.status(c, e)
	case c.service == frontend && c.rpc == "Solve" && c.build != nil:
		c.build.frontendSolve(e)
	case c.service == traces && e.Dir == decode.Request:
		f.spans(c, e)
	case c.service == healths && e.Dir == decode.Response:
		c.answered = true
	}
}

// read reads what it can of a message: what is not as expected stays zero.
func read(doc []byte, into any) {
	if len(doc) > 0 {
		_ = json.Unmarshal(doc, into)
	}
}

// byRef finds a build, or makes it.
func (f *Fold) byRef(ref string) *Build {
	if ref == "" {
		return nil
	}
	for _, b := range f.builds {
		if b.Ref == ref {
			return b
		}
	}
	if len(f.builds) >= maxBuilds {
		f.drop()
	}
	b := &Build{Ref: ref, byDigest: map[string]*Step{}}
	f.builds = append(f.builds, b)
	return b
}

// drop forgets the oldest build that is over, or the oldest of all.
func (f *Fold) drop() {
	i := max(slices.IndexFunc(f.builds, func(b *Build) bool { return b.Done }), 0)
	f.logged -= f.builds[i].logged
	f.builds = slices.Delete(f.builds, i, i+1)
}

// bySession finds the build that a session belongs to. Several targets of one
// command may share a session: then it is the first one that still goes on.
func (f *Fold) bySession(id string) *Build {
	var done *Build
	for _, b := range f.builds {
		if b.Session != id && !slices.ContainsFunc(b.Attrs, func(a Attr) bool {
			return strings.HasPrefix(a.Name, "local-sessionid:") && a.Value == id
		}) {
			continue
		}
		if !b.Done {
			return b
		}
		done = b
	}
	return done
}

func (f *Fold) end(e *decode.ExchangeEnd) {
	delete(f.sessions, e.Exchange)
	c := f.calls[e.Exchange]
	if c == nil {
		return
	}
	delete(f.calls, e.Exchange)
	switch {
	case c.transfer != nil:
		c.transfer.finish(c)
	case c.ask != nil:
		c.ask.finish(c)
	case c.service == healths && c.session != nil:
		f.checked(c, e.By)
	case c.build == nil:
	case c.service == imageBuild:
		f.built(c, e)
	case c.service == control && c.rpc == "Solve":
		f.solved(c, e)
	case c.service == control && c.rpc == "Status":
		c.build.watched = false
		f.finish(c.build, e.Time)
	}
}

// finish ends a build once both its call and its progress are over.
func (f *Fold) finish(b *Build, at time.Duration) {
	if b.Done || b.solving || b.watched {
		return
	}
	b.Done, b.Ended = true, at
	f.reportAllEnded(b)
	if b.Probe {
		f.Probes++
	}
	f.watch(b, nil)
}
