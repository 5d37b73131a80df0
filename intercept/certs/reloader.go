package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options of a Reloader.
type Options struct {
	// AnyClient accepts clients without a certificate. Servers only: any client
	// that reaches the port is then root on the host.
	AnyClient bool

	// Report is called for certificates that are in use or were refused, and
	// for those that end soon. NewReloader calls it, and later one goroutine
	// of the Reloader, never twice at once.
	Report func(Notice)
}

// Notice is something that a person should know about the files.
type Notice struct {
	Kind NoticeKind
	Text string // one line
}

// NoticeKind sorts notices.
type NoticeKind string

const (
	Reloaded NoticeKind = "reloaded" // new certificates are in use
	Kept     NoticeKind = "kept"     // the files are wrong, so the old ones stay in use
	Doubtful NoticeKind = "doubtful" // in use, but something about them is not right
)

// Reloader holds the certificates of one side of a connection and takes up
// files that change, without a restart. Wrong files never replace good ones.
// Connections that exist keep what they began with.
type Reloader struct {
	files   Files
	role    Role
	options Options

	current atomic.Pointer[snapshot]
	watch   *watch

	watcher *fsnotify.Watcher
	stop    chan struct{}
	once    sync.Once
	done    sync.WaitGroup
}

// snapshot is what one reading of the files gave.
type snapshot struct {
	*material
	server *tls.Config // nil for a client
}

// NewReloader loads the files and begins to watch them. Its error is of one or
// more *Problem. Close must be called.
func NewReloader(files Files, role Role, options Options) (*Reloader, error) {
	r, err := newReloader(files, role, options, time.Now)
	if err != nil {
		return nil, err
	}
	if err := r.start(); err != nil {
		return nil, err
	}
	return r, nil
}

// newReloader does everything but watch.
func newReloader(files Files, role Role, options Options, now func() time.Time) (*Reloader, error) {
	if role == Server && files.CA == "" && !options.AnyClient {
		return nil, errors.New("a server needs a ca.pem to tell its clients from others")
	}
	r := &Reloader{files: files, role: role, options: options, stop: make(chan struct{})}
	r.watch = &watch{r: r, now: now}
	if problems := r.watch.first(); problems != nil {
		return nil, join(problems)
	}
	return r, nil
}

// Close stops watching and waits until nothing runs any more. The last
// certificates stay usable.
func (r *Reloader) Close() error {
	var err error
	r.once.Do(func() {
		close(r.stop)
		r.done.Wait()
		err = r.watcher.Close()
	})
	return err
}

// use puts new material into service.
func (r *Reloader) use(m *material) {
	s := &snapshot{material: m}
	if r.role == Server {
		s.server = r.serverConfig(m)
	}
	r.current.Store(s)
}

// serverConfig verifies clients as dockerd does. Session tickets are off: with
// them, a client that a new CA does not let in could resume an old session.
func (r *Reloader) serverConfig(m *material) *tls.Config {
	c := &tls.Config{
		MinVersion:             tls.VersionTLS12,
		Certificates:           []tls.Certificate{*m.pair},
		ClientAuth:             tls.RequireAndVerifyClientCert,
		ClientCAs:              m.caPool,
		SessionTicketsDisabled: true,
	}
	if r.options.AnyClient {
		c.ClientAuth = tls.NoClientCert
		if m.caPool != nil {
			c.ClientAuth = tls.VerifyClientCertIfGiven
		}
	}
	return c
}

// GetConfigForClient is for tls.Config: the certificate and the client CAs of
// this moment. The Config is shared; clone it to change it (for ALPN).
func (r *Reloader) GetConfigForClient(*tls.ClientHelloInfo) (*tls.Config, error) {
	c := r.current.Load().server
	if c == nil {
		return nil, errors.New("certs: a client's Reloader was used for a server")
	}
	return c, nil
}

// ClientConfig is the configuration of one connection to serverName, as the
// docker command line has it: no ALPN, and only the CA file is trusted if
// there is one.
func (r *Reloader) ClientConfig(serverName string) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS12,
		ServerName:           serverName,
		RootCAs:              r.cas(),
		InsecureSkipVerify:   r.files.SkipVerify,
		GetClientCertificate: r.GetClientCertificate,
	}
}

// GetClientCertificate is for tls.Config of a client. As in docker, no
// certificate is shown that the server said it does not accept.
func (r *Reloader) GetClientCertificate(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	pair := r.current.Load().pair
	if pair == nil || asked.SupportsCertificate(pair) != nil {
		return new(tls.Certificate), nil
	}
	return pair, nil
}

// cas are the authorities that the other side is verified by: ClientCAs of a
// server, RootCAs of a client. Nil: the system's.
func (r *Reloader) cas() *x509.CertPool { return r.current.Load().caPool }

// Explain says what an error of a TLS connection of this Reloader means, and
// what to do, in one line.
func (r *Reloader) Explain(err error) string { return explain(err, r.files, r.role) }

func (r *Reloader) report(kind NoticeKind, format string, args ...any) {
	if r.options.Report != nil {
		r.options.Report(Notice{Kind: kind, Text: fmt.Sprintf(format, args...)})
	}
}

func join(problems []*Problem) error {
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}
