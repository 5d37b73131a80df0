package certs

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// State is how a step of a check went.
type State string

const (
	OK      State = "ok"
	Warned  State = "warning" // it works, and should not be so
	Failed  State = "failed"
	Skipped State = "skipped" // an earlier step failed
)

// Step is one thing that was verified.
type Step struct {
	Name   string // "files", "connect", "handshake", "server certificate", "host name", "client certificate", "ping"
	State  State
	Detail string // what was found, or what is wrong
	Advice string // what to do; may be empty
}

// Result is a check's steps in order; every step is there, if only as Skipped.
type Result struct {
	Host  string
	Steps []Step
}

// OK reports whether no step failed.
func (r Result) OK() bool {
	return !slices.ContainsFunc(r.Steps, func(s Step) bool { return s.State == Failed })
}

// Names of the steps, in their order.
const (
	stepFiles   = "files"
	stepConnect = "connect"
	stepShake   = "handshake"
	stepServer  = "server certificate"
	stepName    = "host name"
	stepClient  = "client certificate"
	stepPing    = "ping"
)

var stepOrder = [...]string{stepFiles, stepConnect, stepShake, stepServer, stepName, stepClient, stepPing}

// Check connects to host (tcp://NAME:PORT[/BASE]) as the docker command line
// would with these files, and tells step by step what is verified, by whom,
// and what fails. ctx bounds the time it takes.
func Check(ctx context.Context, host string, files Files) Result {
	c := &check{host: host, files: files, now: time.Now()}
	c.run(ctx)
	r := Result{Host: host, Steps: c.steps}
	for _, name := range stepOrder[len(c.steps):] {
		r.Steps = append(r.Steps, Step{Name: name, State: Skipped})
	}
	return r
}

// check is one run. Steps are added in their order.
type check struct {
	host  string
	files Files
	now   time.Time
	steps []Step

	material *material
	address  string // NAME:PORT
	name     string // the name that the server's certificate must hold
	base     string // path before /_ping

	asked *tls.CertificateRequestInfo // by the server, for a client certificate
	shown bool                        // a client certificate was sent
}

func (c *check) add(name string, state State, detail, advice string) {
	c.steps = append(c.steps, Step{Name: name, State: state, Detail: detail, Advice: advice})
}

// failed adds the explained error at a step.
func (c *check) failed(name string, err error) {
	c.add(name, Failed, explain(err, c.files, Client), "")
}

func (c *check) run(ctx context.Context) {
	if !c.load() || !c.parseHost() {
		return
	}
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", c.address)
	if err != nil {
		c.failed(stepConnect, err)
		return
	}
	defer raw.Close()
	c.add(stepConnect, OK, fmt.Sprintf("TCP connection to %s", raw.RemoteAddr()), "")

	conn := tls.Client(raw, c.config())
	if err := conn.HandshakeContext(ctx); err != nil {
		c.handshakeFailed(err)
		return
	}
	status, err := ping(ctx, conn, c.base, c.address)
	c.clientVerdict(err)
	switch {
	case err != nil:
	case strings.Contains(status, " 200"):
		c.add(stepPing, OK, "GET /_ping: "+status, "")
	default:
		c.add(stepPing, Warned, "GET /_ping: "+status, "TLS is fine; is this a docker daemon, and does a plugin or proxy before it refuse us?")
	}
}

func (c *check) load() bool {
	m, problems := load(c.files, Client, c.now)
	var told []string
	for _, p := range problems {
		told = append(told, p.Error())
	}
	switch {
	case m == nil:
		c.add(stepFiles, Failed, strings.Join(told, "; "), "")
		return false
	case len(told) > 0:
		c.add(stepFiles, Warned, strings.Join(told, "; "), "")
	case m.pair == nil:
		c.add(stepFiles, OK, "CA: "+describeCA(c.files.CA)+"; no client certificate", "")
	default:
		c.add(stepFiles, OK, fmt.Sprintf("CA: %s; client certificate %q in %s, %s", describeCA(c.files.CA),
			title(m.pair.Leaf), c.files.Cert, validity(m.pair.Leaf, c.now)), "")
	}
	c.material = m
	return true
}

func (c *check) parseHost() bool {
	u, err := url.Parse(c.host)
	if err != nil || u.Scheme != "tcp" || u.Hostname() == "" || u.Port() == "" {
		c.add(stepConnect, Failed, fmt.Sprintf("%q is not an address to check", c.host), "it should look like tcp://host:2376")
		return false
	}
	c.address, c.name, c.base = u.Host, u.Hostname(), strings.TrimSuffix(u.Path, "/")
	return true
}

// ping asks for GET /_ping and returns the status line. A TLS 1.3 server
// refuses a client certificate only after the client thinks that the handshake
// is over (RFC 8446 section 4.4.3): the refusal arrives with this read.
func ping(ctx context.Context, conn net.Conn, base, host string) (string, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	// A failed write is told by the read: the alert came before.
	_, writeErr := fmt.Fprintf(conn, "GET %s/_ping HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", base, host)
	line, err := bufio.NewReaderSize(conn, 4096).ReadSlice('\n')
	if err != nil && writeErr != nil {
		if _, alert := remoteAlert(err); !alert {
			err = writeErr
		}
	}
	return strings.TrimSpace(string(line)), err
}
