package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// daemonFlags are those of docker's global flags that say which daemon is
// meant and how it is reached, with docker's names and meanings.
type daemonFlags struct {
	host              []string
	context           string
	tls, verify       bool
	caCert, cert, key string
}

func (f *daemonFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.host, "host", "H", nil, "`ADDR` of the daemon (default: as docker finds it)")
	flags.StringVarP(&f.context, "context", "c", "", "`NAME` of the docker context that names the daemon")
	flags.BoolVar(&f.tls, "tls", false, "use TLS; implied by --tlsverify")
	flags.BoolVar(&f.verify, "tlsverify", false, "use TLS and verify the daemon")
	flags.StringVar(&f.caCert, "tlscacert", "", "trust only certificates signed by the CA in this `FILE` (default: ca.pem in DOCKER_CERT_PATH)")
	flags.StringVar(&f.cert, "tlscert", "", "`FILE` with the TLS certificate to show (default: cert.pem in DOCKER_CERT_PATH)")
	flags.StringVar(&f.key, "tlskey", "", "`FILE` with its key (default: key.pem in DOCKER_CERT_PATH)")
}

// docker returns the flags as docker reads them: a flag that is absent differs
// from one that is empty or false.
func (f *daemonFlags) docker(cmd *cobra.Command) dockercontext.Flags {
	out := dockercontext.Flags{Host: f.host, Context: f.context}
	present := func(name string) bool { return cmd.Flags().Changed(name) }
	if present("tls") {
		out.TLS = &f.tls
	}
	if present("tlsverify") {
		out.TLSVerify = &f.verify
	}
	if present("tlscacert") {
		out.CACert = &f.caCert
	}
	if present("tlscert") {
		out.Cert = &f.cert
	}
	if present("tlskey") {
		out.Key = &f.key
	}
	return out
}

// checked is the daemon that `certs check` connects to: the address in args, or
// the daemon that docker is set up to use.
func (f *daemonFlags) checked(cmd *cobra.Command, args []string, certPath string) (string, certs.Files, error) {
	flags := f.docker(cmd)
	if len(args) > 0 {
		if len(flags.Host) > 0 || flags.Context != "" {
			return "", certs.Files{}, errors.New("give the address, --host or --context, not more than one of them")
		}
		flags.Host = args
	}
	if len(flags.Host) > 0 && flags.TLS == nil && flags.TLSVerify == nil {
		on := true
		flags.TLSVerify = &on // a check of certificates implies TLS
	}
	in := dockercontext.System(flags)
	if certPath != "" {
		in.Env = func(name string) string {
			if name == "DOCKER_CERT_PATH" {
				return certPath
			}
			return os.Getenv(name)
		}
	}
	ep, err := dockercontext.Resolve(in)
	if err != nil {
		return "", certs.Files{}, fmt.Errorf("%w (--cert-path says where the files are)", err)
	}
	if ep.TLS == nil {
		return "", certs.Files{}, fmt.Errorf("%s (from %s) is reached without TLS; give an address as tcp://HOST:2376", ep.Host, ep.Source)
	}
	return ep.Host, certs.Files{CA: ep.TLS.CA, Cert: ep.TLS.Cert, Key: ep.TLS.Key, SkipVerify: ep.TLS.SkipVerify}, nil
}
