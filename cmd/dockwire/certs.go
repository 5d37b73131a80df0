package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

func certsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "certs",
		Short: "Make, explain and check the TLS certificates of a Docker TCP socket",
		Long: `The TCP socket of the Engine API is guarded by TLS client certificates and
nothing else: whoever holds one is root on the daemon's host. These commands
make such certificates, say what each file is for, and find out why a
connection does not come about.`,
		Example: `  dockwire certs make ~/docker-certs --host build1.example.com --client alice
  dockwire certs daemon-json ~/docker-certs/server
  dockwire certs check tcp://build1.example.com:2376 --cert-path ~/docker-certs/clients/alice
  dockwire certs show ~/.docker`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(certsMakeCommand(), certsShowCommand(), certsCheckCommand(), certsDaemonCommand())
	return cmd
}

// defaultClient is the client that comes with a new CA.
const defaultClient = "client"

func certsMakeCommand() *cobra.Command {
	var plan certs.Plan
	cmd := &cobra.Command{
		Use:   "make DIR (--host HOST | --client NAME)...",
		Short: "Make a CA, a server certificate and client certificates",
		Long: `Makes what mutual TLS needs, in folders that each hold what one machine needs:

  DIR/ca             the CA; its key belongs on no other machine
  DIR/server         for dockerd, or for dockwire tap --listen-cert-path
  DIR/clients/NAME   a DOCKER_CERT_PATH folder

A CA that is there already is used, so further clients and servers can be made
later. Private keys have mode 0600. Nothing that exists is replaced without
--overwrite, and the CA never.`,
		Example: `  dockwire certs make ~/docker-certs --host build1.example.com --host 10.0.0.5
  dockwire certs make ~/docker-certs --client bob`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan.Dir = args[0]
			return makeCerts(cmd.OutOrStdout(), plan)
		},
	}
	cmd.Flags().StringArrayVar(&plan.Hosts, "host", nil, "name or IP `ADDR` that clients will connect to (repeatable; loopback is always added)")
	cmd.Flags().StringArrayVar(&plan.Clients, "client", nil, "`NAME` of a client, which authorization plugins see as the user (repeatable; default with a new CA: "+defaultClient+")")
	cmd.Flags().BoolVar(&plan.Overwrite, "overwrite", false, "replace server and client files that exist")
	return cmd
}

func makeCerts(w io.Writer, plan certs.Plan) error {
	if len(plan.Hosts) == 0 && len(plan.Clients) == 0 {
		return errors.New("give --host for each name or address that clients will connect to, or --client to add clients to the CA in " + plan.Dir)
	}
	if _, err := os.Stat(filepath.Join(plan.Dir, "ca")); err != nil && len(plan.Clients) == 0 {
		plan.Clients = []string{defaultClient}
	}
	made, err := certs.Make(plan)
	if err != nil {
		if errors.Is(err, certs.ErrExists) {
			return fmt.Errorf("%w (--overwrite replaces server and client files)", err)
		}
		return err
	}
	ca := "a new CA"
	if made.Reused {
		ca = "the CA that was there"
	}
	fmt.Fprintf(w, "Signed by %s, %q:\n", ca, made.CA)
	for _, f := range made.Written {
		note := ""
		if f.Secret {
			note = "  (secret, mode 0600)"
		}
		fmt.Fprintf(w, "\n%s%s\n", f.Path, note)
		writeWrapped(w, "    ", f.What)
	}
	certsNextSteps(w, plan)
	return nil
}

// certsNextSteps prints lines to copy.
func certsNextSteps(w io.Writer, plan certs.Plan) {
	host := "HOST"
	fmt.Fprintf(w, "\nNext:\n")
	if len(plan.Hosts) > 0 {
		host = net.JoinHostPort(plan.Hosts[0], "2376")
		server := filepath.Join(plan.Dir, "server")
		fmt.Fprintf(w, "  # the daemon listens with TLS: copy %s to its host and see\n", create.Quote(server))
		fmt.Fprintf(w, "  dockwire certs daemon-json /etc/docker/certs\n")
		fmt.Fprintf(w, "  # or dockwire does, in front of this machine's daemon\n")
		fmt.Fprintf(w, "  dockwire tap --listen tls://0.0.0.0:2376 --listen-cert-path %s\n", create.Quote(server))
	} else {
		host += ":2376"
	}
	for _, name := range plan.Clients {
		dir := create.Quote(absolute(filepath.Join(plan.Dir, "clients", name)))
		fmt.Fprintf(w, "  # the client %s, here or wherever its folder is copied to\n", name)
		fmt.Fprintf(w, "  dockwire certs check tcp://%s --cert-path %s\n", host, dir)
		fmt.Fprintf(w, "  export DOCKER_HOST=tcp://%s DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=%s\n", host, dir)
	}
}

func certsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show DIR",
		Short: "Explain the certificates and keys in a folder",
		Long: `Says of each *.pem file in a folder, and in the folders that "certs make" puts
there, what it is, whose it is, until when it is valid and what is wrong with
it. Of private keys nothing is shown but their kind. The exit code is 1 when
something cannot work.`,
		Example: `  dockwire certs show ~/.docker
  dockwire certs show ~/docker-certs`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return showCerts(cmd.OutOrStdout(), args[0]) },
	}
}

func showCerts(w io.Writer, dir string) error {
	report, err := certs.Show(dir)
	if err != nil {
		return err
	}
	if len(report.Entries) == 0 {
		return fmt.Errorf("%s holds no .pem files", dir)
	}
	for i, e := range report.Entries {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %s\n", e.Path, e.Kind)
		for _, f := range e.Facts {
			fmt.Fprintf(w, "    %-14s %s\n", f.Name, f.Value)
		}
		for _, p := range e.Problems {
			fmt.Fprintf(w, "    %-14s %s\n", problemWord(p), p)
		}
	}
	fatal := 0
	for _, p := range report.Problems() {
		if p.Fatal {
			fatal++
		}
	}
	if fatal > 0 {
		return fmt.Errorf("%s: %s", dir, plural(fatal, "problem"))
	}
	return nil
}

func problemWord(p *certs.Problem) string {
	if p.Fatal {
		return "WRONG"
	}
	return "doubtful"
}

// certsCheckWithin is how long a check may take; --timeout changes it.
const certsCheckWithin = 20 * time.Second

func certsCheckCommand() *cobra.Command {
	var f daemonFlags
	var certPath string
	timeout := certsCheckWithin
	cmd := &cobra.Command{
		Use:   "check [tcp://HOST:PORT]",
		Short: "Connect with TLS and explain what is verified, by whom, and what fails",
		Long: `Connects as the docker command line would with these flags and says step by
step what is verified: the files, the connection, the server's certificate and
its name, whether the server asks for a client certificate and takes ours, and
whether a Docker daemon answers. Without an address it checks the daemon that
docker is set up to use. The exit code is 1 when a step fails.`,
		Example: `  dockwire certs check tcp://build1.example.com:2376 --cert-path ~/docker-certs/clients/alice
  dockwire certs check -c remote`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			host, files, err := f.checked(cmd, args, certPath)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			return printCheck(cmd.OutOrStdout(), certs.Check(ctx, host, files))
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&certPath, "cert-path", "", "`DIR` with ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH")
	cmd.Flags().DurationVar(&timeout, "timeout", certsCheckWithin, "longest `TIME` for the check")
	return cmd
}

func printCheck(w io.Writer, r certs.Result) error {
	fmt.Fprintf(w, "%s\n", r.Host)
	for _, s := range r.Steps {
		printStep(w, string(s.State), s.Name, s.Detail, s.Advice)
	}
	if !r.OK() {
		return exitError{code: 1}
	}
	return nil
}

// printStep prints the result of one check, and the advice below it.
func printStep(w io.Writer, state, name, detail, advice string) {
	line := fmt.Sprintf("  %-7s  %-18s  %s", state, name, safe.String(detail))
	fmt.Fprintln(w, strings.TrimRight(line, " "))
	for line := range strings.Lines(advice) {
		fmt.Fprintf(w, "  %-7s  %-18s  → %s\n", "", "", safe.String(strings.TrimRight(line, "\n")))
	}
}

func certsDaemonCommand() *cobra.Command {
	var listen []string
	cmd := &cobra.Command{
		Use:   "daemon-json DIR",
		Short: "Print the dockerd settings that fit a folder of server certificates",
		Long: `Prints, on stdout, settings for /etc/docker/daemon.json that make dockerd listen
with TLS and let in only clients with a certificate of the CA; and on stderr
what to mind. DIR is where the server's files will be on the daemon's host.`,
		Example: `  dockwire certs daemon-json /etc/docker/certs --listen tcp://10.0.0.5:2376`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			if _, err := os.Stat(filepath.Join(dir, "server", "server-cert.pem")); err == nil {
				dir = filepath.Join(dir, "server") // as "certs make" lays it out
			}
			d, err := certs.DaemonJSON(dir, listen)
			if err != nil {
				return err
			}
			notes := cmd.ErrOrStderr()
			for _, n := range d.Notes {
				writeWrapped(notes, "# ", n)
			}
			fmt.Fprintf(notes, "#\n# %s:\n", certs.OverridePath)
			for line := range strings.Lines(d.Override) {
				fmt.Fprintf(notes, "#   %s", line)
			}
			_, err = safe.JSON(cmd.OutOrStdout()).Write(d.JSON)
			return err
		},
	}
	cmd.Flags().StringArrayVar(&listen, "listen", nil, "`ADDR` for the daemon to listen on (repeatable; default tcp://0.0.0.0:2376)")
	return cmd
}

// writeWrapped writes a sentence in lines of a readable length.
func writeWrapped(w io.Writer, indent, sentence string) {
	for line := range strings.Lines(text.Wrap(sentence, 78-len(indent))) {
		fmt.Fprint(w, indent, line)
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
