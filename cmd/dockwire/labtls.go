package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/ui/text"
)

// labClient is the client of the lab.
const labClient = "alice"

// labRound is one way of setting the lab up: the good one, or one with
// something broken.
type labRound struct {
	name   string // of --break; "": nothing is broken
	title  string
	what   string // is broken
	set    func(*tlsLab) error
	plain  bool   // the client speaks no TLS
	fails  string // the step that has to fail; "": none
	lesson string // what to learn from it
	renew  bool   // afterwards the client's certificate is renewed
	server bool   // it is the server that has something broken
}

// labRounds are all, in the order in which they are shown.
var labRounds = []labRound{
	{title: "The handshake, step by step"},
	{name: "wrong-name", title: "Broken: the server's certificate is for another host", fails: "host name", server: true,
		what:   "The server's certificate was signed by the right CA, but for build1.example.com. The client connects to 127.0.0.1.",
		set:    func(l *tlsLab) error { return l.make(certs.Plan{Hosts: []string{"build1.example.com"}, Exact: true}) },
		lesson: "A certificate proves a name. The client wants the name that it dialled, else anybody with a certificate of that CA could sit in between. It closes the connection before it sends its own certificate. Make the server's certificate with every name and address that clients use: dockwire certs make --host."},
	{name: "wrong-ca", title: "Broken: the client trusts another CA", fails: "server certificate",
		what:   "The client's ca.pem is that of another CA than the one that signed the server's certificate.",
		set:    (*tlsLab).foreignCA,
		lesson: "ca.pem on the client says whose signature it believes. The name inside is right here, and does not help: anybody can write a name into a certificate of their own. Copy the CA's ca.pem to the client; never turn the check off."},
	{name: "expired", title: "Broken: the server's certificate has ended", fails: "server certificate", server: true,
		what:   "The server's certificate ended 75 days ago. dockerd starts with it and says nothing, as this server does; dockwire tap refuses to.",
		set:    (*tlsLab).expiredServer,
		lesson: "The client looks at the dates by its own clock. Where the dates are good, look at that clock."},
	{name: "expired", title: "Broken: the client's certificate has ended", fails: "client certificate",
		what:   "The client's certificate ended 75 days ago.",
		set:    func(l *tlsLab) error { return l.make(certs.Plan{Clients: []string{labClient}, Now: longAgo()}) },
		lesson: "Here it is the server that refuses. With TLS 1.3 the client believes by then that the handshake is over, so the refusal comes as the answer to its first request.",
		renew:  true},
	{name: "no-client", title: "Broken: the client shows no certificate", fails: "client certificate",
		what:   "The client has ca.pem, and neither cert.pem nor key.pem.",
		set:    (*tlsLab).noClient,
		lesson: "The client accepts the server. The server does not know the client. This check keeps others out: a dockerd with --tls and without --tlsverify would have let the client in, as root."},
	{name: "plain", title: "Broken: the client speaks no TLS", fails: "handshake", plain: true,
		what:   "The port speaks TLS. The client sends its request as plain text, as with DOCKER_TLS_VERIFY not set.",
		lesson: "The server sees the letters of a request where a ClientHello has to be. It answers in plain HTTP, as a client without TLS reads nothing else. What the client sent could be read by anybody in between."},
}

func breakNames() (names []string) {
	for i := range labRounds {
		if n := labRounds[i].name; n != "" && (len(names) == 0 || names[len(names)-1] != n) {
			names = append(names, n)
		}
	}
	return names
}

// longAgo is when a certificate was made that has ended.
func longAgo() time.Time { return time.Now().Add(-900 * 24 * time.Hour) }

// tlsLab is what is set up.
type tlsLab struct {
	out     labPrinter
	dir     string
	daemon  *upstream
	what    string      // the daemon is
	own     bool        // a dockerd is started that listens with TLS itself
	running *labDockerd // nil: none
	shake   *tls.Config // not nil: how the server shakes hands, instead of its files
	told    bool        // the files were explained
	failed  error       // what did not go as it should
}

func (l *tlsLab) pki() string       { return filepath.Join(l.dir, "pki") }
func (l *tlsLab) clientDir() string { return filepath.Join(l.pki(), "clients", labClient) }
func (l *tlsLab) serverDir() string { return filepath.Join(l.pki(), "server") }

// make makes certificates over those that are there.
func (l *tlsLab) make(p certs.Plan) error {
	p.Dir, p.Overwrite = l.pki(), true
	made, err := certs.Make(p)
	if err != nil || l.told {
		return err
	}
	l.told = true
	l.out.head("The certificates: a CA, a server, a client")
	for _, f := range made.Written {
		path, _ := filepath.Rel(l.pki(), f.Path)
		secret := ""
		if f.Secret {
			secret = "  (secret, mode 0600)"
		}
		l.out.prose(path + secret)
		l.out.indented("      ", f.What)
	}
	return nil
}

func (l *tlsLab) foreignCA() error {
	other := filepath.Join(l.dir, "other")
	if _, err := certs.Make(certs.Plan{Dir: other, Hosts: []string{"127.0.0.1"}, Overwrite: true}); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(other, "ca", "ca.pem"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.clientDir(), "ca.pem"), b, 0o600)
}

func (l *tlsLab) expiredServer() error {
	if err := l.make(certs.Plan{Hosts: []string{"127.0.0.1"}, Now: longAgo()}); err != nil {
		return err
	}
	files := certs.ServerFiles(l.serverDir())
	pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(files.CA)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	l.shake = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	return nil
}

func (l *tlsLab) noClient() error {
	files := certs.ClientFiles(l.clientDir())
	return errors.Join(os.Remove(files.Cert), os.Remove(files.Key))
}

// clientFiles are what the client has.
func (l *tlsLab) clientFiles() certs.Files {
	files := certs.ClientFiles(l.clientDir())
	if _, err := os.Stat(files.Cert); err != nil {
		files.Cert, files.Key = "", ""
	}
	return files
}

// replayed makes the daemon a recorded one.
func (l *tlsLab) replayed() (behind func() error, err error) {
	path, err := lesson.Recording(l.dir, "ps.jsonl")
	if err != nil {
		return nil, err
	}
	player, err := replay.Open(path, replay.Config{})
	if err != nil {
		return nil, err
	}
	at := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(l.dir, "daemon.sock")}
	listener, err := intercept.Bind(at)
	if err != nil {
		return nil, errors.Join(err, player.Close())
	}
	l.daemon = &upstream{Endpoint: at}
	served := background.Start(func() error { return player.Serve(listener) })
	return func() error { return errors.Join(player.Close(), served.Wait()) }, nil
}

// round shows one way of setting it up.
func (l *tlsLab) round(ctx context.Context, r *labRound) error {
	l.shake = nil
	if err := l.make(certs.Plan{Hosts: []string{"127.0.0.1"}, Clients: []string{labClient}}); err != nil {
		return err
	}
	if r.set != nil {
		if err := r.set(l); err != nil {
			return err
		}
	}
	if l.own {
		if err := l.dockerd(ctx, r); err != nil {
			return err
		}
	}
	port, err := l.listen(r)
	if err != nil {
		return err
	}
	err = l.look(ctx, r, port)
	if r.renew && err == nil {
		err = l.renewed(ctx, port)
	}
	return errors.Join(err, port.close())
}

// look goes through the handshake, runs docker ps, and says what came of both.
func (l *tlsLab) look(ctx context.Context, r *labRound, port *labPort) error {
	if r.name == "" {
		l.server(port)
	}
	l.out.head("%s", r.title)
	if r.what != "" {
		l.out.prose(r.what)
	}
	host := port.at.DockerHost()
	at := host
	if l.own {
		at = l.running.at.DockerHost()
	}
	failed := l.handshake(ctx, r, at)
	if failed != r.fails {
		l.failed = errors.Join(l.failed, fmt.Errorf("lab tls: %s: the step %q had to fail, and %q did", r.title, r.fails, failed))
	}
	said, ok := l.dockerPS(ctx, r, host)
	if ok != (r.fails == "") {
		l.failed = errors.Join(l.failed, fmt.Errorf("lab tls: %s: docker ps ended otherwise than it should have", r.title))
	}
	l.out.head("%s", l.command(r, host))
	l.out.verbatim(said)
	if r.fails == "" {
		l.out.head("What passed, as dockwire in between saw it")
		l.out.verbatim(port.calls())
		return ctx.Err()
	}
	l.out.head("The server's words")
	heard := port.await()
	switch {
	case heard != "":
	case l.own:
		heard = "none: dockerd logs nothing of it"
	default:
		heard = "none: it saw a connection that ended"
	}
	l.out.verbatim(heard)
	l.out.prose("→ " + r.lesson)
	return ctx.Err()
}

// server says who is at the other end.
func (l *tlsLab) server(port *labPort) {
	if l.own {
		l.out.head("The server: dockerd, %s", l.running.at)
		l.out.prose("A dockerd of the lab's own, started with --tlsverify, --tlscacert, --tlscert and --tlskey, with no networks and no containers of the machine.")
		l.out.head("In between: dockwire, %s", port.at)
		l.out.prose("To see the calls, dockwire has to end the client's TLS and begin its own: to docker it shows the server's certificate, to dockerd that of " + labClient + ". Only a program with both keys can do that.")
		return
	}
	l.out.head("The server: %s", port.at)
	l.out.prose("dockwire takes the place of dockerd with tlsverify: it has the server's certificate, asks clients for theirs, and passes each call on without TLS. Behind it: " + l.what + ", " + l.daemon.String() + ".")
}

// handshake prints the steps and returns the one that failed.
func (l *tlsLab) handshake(ctx context.Context, r *labRound, host string) string {
	if r.plain {
		l.out.step("ok", "connect", "TCP connection to "+strings.TrimPrefix(host, "tcp://"), "")
		l.out.step("failed", "handshake", "the server waits for a ClientHello, and the letters of a plain request come", "")
		return "handshake"
	}
	ctx, cancel := context.WithTimeout(ctx, labPatience)
	defer cancel()
	result := certs.Check(ctx, host, l.clientFiles())
	failed := ""
	for _, s := range result.Steps {
		if s.State == certs.Failed {
			failed = s.Name
		}
		l.out.step(string(s.State), s.Name, strings.ReplaceAll(s.Detail, l.pki()+string(filepath.Separator), ""), s.Advice)
	}
	return failed
}

// environment is what a client has to know, for this round.
func (l *tlsLab) environment(r *labRound, host string) []string {
	env := []string{"DOCKER_HOST=" + host}
	if !r.plain {
		env = append(env, "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH="+l.clientDir())
	}
	return env
}

func (l *tlsLab) command(r *labRound, host string) string {
	env := strings.Join(l.environment(r, host), " ")
	return "$ " + strings.ReplaceAll(env, l.clientDir(), "pki/clients/"+labClient) + " docker ps"
}

// dockerPS runs docker ps, or makes its call where there is no docker.
func (l *tlsLab) dockerPS(ctx context.Context, r *labRound, host string) (said string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, labPatience)
	defer cancel()
	docker, err := exec.LookPath("docker")
	if err != nil {
		said, ok = l.builtin(ctx, r, host)
		return "(docker is not installed here: a client of dockwire's own makes the call)\n" + said, ok
	}
	cmd := exec.CommandContext(ctx, docker, "ps")
	env := child.Env(os.Environ(), host)
	cmd.Env = append(env, append(l.environment(r, host), "DOCKER_CLI_HINTS=false")...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func (l *tlsLab) builtin(ctx context.Context, r *labRound, host string) (string, bool) {
	url := "https://" + strings.TrimPrefix(host, "tcp://") + "/containers/json"
	transport := &http.Transport{DisableKeepAlives: true}
	if r.plain {
		url = strings.Replace(url, "https", "http", 1)
	} else {
		name, _, _ := net.SplitHostPort(strings.TrimPrefix(host, "tcp://"))
		reloader, err := certs.NewReloader(l.clientFiles(), certs.Client, certs.Options{})
		if err != nil {
			return err.Error(), false
		}
		defer reloader.Close()
		transport.TLSClientConfig = reloader.ClientConfig(name)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error(), false
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err.Error(), false
	}
	defer res.Body.Close()
	var body bytes.Buffer
	_, _ = body.ReadFrom(http.MaxBytesReader(nil, res.Body, 1<<20))
	return res.Status + "\n" + body.String(), res.StatusCode == http.StatusOK
}

// renewed makes a new certificate with the same CA, and tries again.
func (l *tlsLab) renewed(ctx context.Context, port *labPort) error {
	l.out.head("Renewed: dockwire certs make pki --client %s --overwrite", labClient)
	if err := l.make(certs.Plan{Clients: []string{labClient}}); err != nil {
		return err
	}
	good := &labRound{}
	host := port.at.DockerHost()
	if failed := l.handshake(ctx, good, host); failed != "" {
		l.failed = errors.Join(l.failed, fmt.Errorf("lab tls: after the renewal the step %q failed", failed))
	}
	said, ok := l.dockerPS(ctx, good, host)
	if !ok {
		l.failed = errors.Join(l.failed, errors.New("lab tls: after the renewal docker ps failed"))
	}
	l.out.verbatim(said)
	l.out.prose("→ The CA is the same, so the server did not have to change or restart.")
	return ctx.Err()
}

// labPort is the TLS port with dockwire behind it.
type labPort struct {
	o       *observation
	certs   *certs.Reloader
	client  *certs.Reloader // for TLS to dockerd; nil: the daemon speaks none
	at      intercept.Endpoint
	served  <-chan error
	printer printer
	shown   bytes.Buffer // written by the decode loop
	said    chan string  // the first error of a client, in crypto/tls's words
}

// listen opens the port. With a dockerd of the lab's own, what is broken is tried at
// dockerd's port.
func (l *tlsLab) listen(r *labRound) (*labPort, error) {
	p := &labPort{said: make(chan string, 1)}
	daemon := l.daemon
	if l.own {
		if r.name != "" {
			p.at, p.said = l.running.at, l.running.said
			return p, nil
		}
		var err error
		if p.client, err = certs.NewReloader(l.clientFiles(), certs.Client, certs.Options{}); err != nil {
			return nil, err
		}
		daemon = &upstream{Endpoint: l.running.at, certs: p.client}
	}
	p.printer = text.NewPrinter(&p.shown, text.Options{Start: time.Now(), Width: l.out.width - 4})
	in := &listeners{config: l.shake}
	if l.shake == nil {
		var err error
		if p.certs, err = certs.NewReloader(certs.ServerFiles(l.serverDir()), certs.Server, certs.Options{}); err != nil {
			return nil, err
		}
		in.certs = p.certs
	}
	o, err := observe(time.Now(), route{daemon, in}, recordFlags{maxBody: "8MiB"}, os.Getenv, func(string, ...any) {}, pipeline.EachEvent(p.printer.Event))
	if err != nil {
		return nil, err
	}
	p.o = o
	o.trouble.Explain = p.explain
	if p.at, err = o.server.Listen(intercept.Endpoint{Scheme: "tls", Address: "127.0.0.1:0"}, intercept.Private); err != nil {
		return nil, errors.Join(err, o.close())
	}
	p.served = o.server.Start()
	return p, nil
}

// explain keeps the words of an error.
func (p *labPort) explain(err error) string {
	var shut *intercept.HandshakeError
	if errors.As(err, &shut) {
		err = shut.Err
	}
	offer(p.said, err.Error())
	return err.Error()
}

// await waits for the server to have noticed that a client did not get in,
// which may be after the client has ended.
func (p *labPort) await() string {
	select {
	case said := <-p.said:
		return said
	case <-time.After(endWithin):
		return ""
	}
}

// calls are the calls that passed, as lines. Afterwards nothing passes.
func (p *labPort) calls() string {
	p.o.awaitEnd()
	_ = p.close()
	return p.shown.String()
}

func (p *labPort) close() error {
	if p.o == nil {
		return nil
	}
	err := errors.Join(p.o.closeServer(), <-p.served, p.o.close(), p.printer.Close())
	for _, files := range []*certs.Reloader{p.certs, p.client} {
		if files != nil {
			_ = files.Close()
		}
	}
	p.o = nil
	return err
}
