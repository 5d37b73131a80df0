package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/doctor"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

func labCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lab",
		Short: "Set something up on this machine, show how it works and how it breaks, and remove it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(labTLSCommand())
	return cmd
}

// labTLSFlags are those of `lab tls`.
type labTLSFlags struct {
	upstream upstreamFlags
	breaks   []string
	replay   bool
	dockerd  bool
}

func labTLSCommand() *cobra.Command {
	var f labTLSFlags
	names := append(breakNames(), "all")
	cmd := &cobra.Command{
		Use:   "tls",
		Short: "Docker over TLS on this machine, from the CA to docker ps, and how it breaks",
		Long: `Makes a CA, a certificate for a server and one for a client, says what each file
is for, lets dockwire listen with TLS on a port of 127.0.0.1 in front of the
daemon, as dockerd would with tlsverify, goes through the handshake step by step
and runs docker ps over it. Where no daemon answers, a recorded one is replayed.

With --dockerd it is dockerd itself that speaks TLS: root can start one of the
lab's own, with --tlsverify and without the machine's networks and containers.
dockwire relays between it and docker ps; what is broken is tried at dockerd itself,
and its own words are shown.

--break breaks one thing first. Out comes which step of the handshake fails, and
the words in which client and server say so:

  wrong-name  the server's certificate is for another host
  wrong-ca    the client trusts another CA
  expired     a certificate has ended: the server's, then the client's; and renewal
  no-client   the client shows no certificate
  plain       the client speaks no TLS

The daemon is asked for docker ps and nothing else. All files, the port and the
lab's dockerd are gone at the end. The exit code is 1 when something did not go as it should have.`,
		Example: `  dockwire lab tls
  dockwire lab tls --break wrong-name
  dockwire lab tls --break all --replay
  sudo dockwire lab tls --dockerd`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, b := range f.breaks {
				if !slices.Contains(names, b) {
					return fmt.Errorf("--break %q: give one of %s", b, strings.Join(names, ", "))
				}
			}
			if err := f.oneDaemon(); err != nil {
				return err
			}
			return f.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f.upstream.add(cmd)
	cmd.Flags().StringSliceVar(&f.breaks, "break", nil, "`WHAT` to break: "+strings.Join(names, ", ")+" (repeatable)")
	cmd.Flags().BoolVar(&f.replay, "replay", false, "use the recorded daemon though one answers")
	cmd.Flags().BoolVar(&f.dockerd, "dockerd", false, "start a dockerd that listens with TLS itself (as root)")
	cmd.MarkFlagsMutuallyExclusive("replay", "dockerd")
	_ = cmd.RegisterFlagCompletionFunc("break", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// oneDaemon says when flags name a daemon, and others bring one of the lab's own.
func (f *labTLSFlags) oneDaemon() error {
	own := "dockerd"
	if f.replay {
		own = "replay"
	}
	for _, name := range []string{"host", "context", "tls", "tlsverify", "tlscacert", "tlscert", "tlskey"} {
		if (f.replay || f.dockerd) && f.upstream.cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s is for a daemon that runs already, --%s brings one of the lab's own: leave one of the two out", name, own)
		}
	}
	return nil
}

// run sets the lab up, and takes it down whatever happens.
func (f *labTLSFlags) run(ctx context.Context, out io.Writer) (err error) {
	if f.dockerd {
		if err := canStartDockerd(); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := privateDir()
	if err != nil {
		return err
	}
	l := &tlsLab{out: labPrinter{w: out, width: lineWidth(os.Stdout)}, dir: dir, own: f.dockerd}
	defer func() {
		removed := os.RemoveAll(dir)
		if removed == nil {
			l.out.head("Cleaned up: the port is closed, %s is gone.", dir)
		}
		err = cmp.Or(err, removed)
	}()
	behind, err := f.daemon(ctx, l)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, behind()) }()
	for _, r := range f.rounds() {
		if err := l.round(ctx, r); err != nil {
			return err
		}
	}
	if len(f.breaks) == 0 {
		l.out.head("What to know afterwards")
		for _, s := range afterwards {
			l.out.item(s)
		}
	}
	return l.failed
}

// rounds are what was asked for, in the order of the table.
func (f *labTLSFlags) rounds() (rounds []*labRound) {
	for i := range labRounds {
		r := &labRounds[i]
		if r.name == "" && len(f.breaks) == 0 || slices.Contains(f.breaks, r.name) || r.name != "" && slices.Contains(f.breaks, "all") {
			rounds = append(rounds, r)
		}
	}
	return rounds
}

// daemon finds what is behind the port: the daemon that docker would talk
// to, else a recorded one. behind ends what was started.
func (f *labTLSFlags) daemon(ctx context.Context, l *tlsLab) (behind func() error, err error) {
	if f.dockerd {
		return l.stopDockerd, nil // each round sees to it that it runs
	}
	if !f.replay {
		report := doctor.Examine(ctx, doctor.System(f.upstream.docker(f.upstream.cmd)))
		i := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.Topic == "version" && f.State == doctor.OK })
		if report.OK() && i >= 0 {
			if l.daemon, err = f.upstream.find(); err != nil {
				return nil, err
			}
			l.what, _, _ = strings.Cut(report.Findings[i].Detail, ";")
			up := l.daemon
			return func() error { up.close(); return nil }, nil
		}
		l.what = "a replay of a recorded daemon, as no daemon answers here (dockwire doctor says why)"
	} else {
		l.what = "a replay of a recorded daemon, as asked"
	}
	return l.replayed()
}

// labPrinter writes the lab's account.
type labPrinter struct {
	w     io.Writer
	width int
	heads int
}

func (p *labPrinter) head(format string, args ...any) {
	if p.heads++; p.heads > 1 {
		fmt.Fprintln(p.w)
	}
	fmt.Fprint(p.w, text.Wrap(safe.String(fmt.Sprintf(format, args...)), p.width))
}

// indented writes prose below a heading.
func (p *labPrinter) indented(indent, s string) {
	for line := range strings.Lines(text.Wrap(safe.String(s), p.width-len(indent))) {
		fmt.Fprint(p.w, indent, line)
	}
}

func (p *labPrinter) prose(s string) { p.indented("  ", s) }

// item writes prose behind a dash.
func (p *labPrinter) item(s string) {
	sign := "- "
	for line := range strings.Lines(text.Wrap(safe.String(s), p.width-4)) {
		fmt.Fprint(p.w, "  ", sign, line)
		sign = "  "
	}
}

// verbatim writes what a program said.
func (p *labPrinter) verbatim(s string) {
	for line := range strings.Lines(strings.TrimRight(s, "\n")) {
		fmt.Fprintf(p.w, "    %s\n", safe.String(strings.TrimRight(line, "\r\n")))
	}
}

// step writes a step of the handshake.
func (p *labPrinter) step(state, name, detail, advice string) {
	sign := map[string]string{"ok": "✓", "failed": "✗", "warning": "!"}[state]
	if sign == "" {
		fmt.Fprintf(p.w, "  - %s: not reached\n", name)
		return
	}
	fmt.Fprintf(p.w, "  %s %s\n", sign, name)
	p.indented("      ", detail)
	if advice != "" {
		p.indented("      ", advice)
	}
}

// afterwards is what the lab cannot show.
var afterwards = []string{
	"Certificates end. Those that dockwire makes are good for 825 days, the CA for ten years; dockwire certs show says until when, dockwire certs check too. From the day after, the other side refuses them: see --break expired.",
	"To renew, make new ones with the same CA: dockwire certs make DIR --host HOST --client NAME --overwrite. Nobody else has to change anything, as both sides trust the CA and not the certificate. dockerd reads its files at start only, so restart it; docker reads them at each command; dockwire notices new files by itself.",
	"Docker has no revocation: dockerd reads no list of revoked certificates, and asks no server. Whoever has a client's key stays root on the host until the certificate ends. To lock one client out, make a new CA and new certificates for everybody else. So give each person a certificate of their own, and keep ca-key.pem off every machine that runs Docker.",
	"For dockerd itself to listen so, dockwire certs daemon-json prints the settings. Mind systemd: most packages start dockerd with -H fd://, and with \"hosts\" in daemon.json as well dockerd does not start. The drop-in that daemon-json prints takes that flag away.",
}

const labPatience = 20 * time.Second
