package dockercontext

import (
	"cmp"
	"errors"
	"fmt"
)

// Source says what decided for an endpoint.
type Source string

const (
	FromContextFlag Source = "--context"
	FromHostFlag    Source = "--host"
	FromHostEnv     Source = "DOCKER_HOST"
	FromContextEnv  Source = "DOCKER_CONTEXT"
	FromConfig      Source = "currentContext in config.json"
	FromDefault     Source = "default"
	FromCandidate   Source = "found" // Find only: docker itself would not look there
)

// Endpoint is a daemon's address and how to speak to it.
type Endpoint struct {
	Host     string    // unix://PATH, tcp://HOST:PORT[/BASE], ssh://…, npipe://…; in rare cases another scheme that the user wrote
	TLS      *TLSFiles // nil: no TLS
	Context  string    // name of the context, "default" if none
	Source   Source
	Warnings []string // one line each, for the user
}

// ErrHostAndContext is docker's refusal of -H together with -c.
var ErrHostAndContext = errors.New("--host and --context exclude each other: give one of them")

// Resolve gives docker's own answer. The order (docker/cli cli/command,
// resolveContextName): --context, --host, DOCKER_HOST, DOCKER_CONTEXT,
// currentContext of config.json, the default. TLS flags and variables belong
// to the default context alone; other contexts bring their own.
//
// Errors are for people: a *NotFoundError lists the contexts there are, other
// errors name the file at fault.
func Resolve(in Input) (Endpoint, error) {
	if in.Flags.Context != "" && len(in.Flags.Host) > 0 {
		return Endpoint{}, ErrHostAndContext
	}
	config, err := LoadConfig(in.Dir())
	var warnings []string
	if err != nil {
		warnings = append(warnings, fmt.Sprintf("docker's configuration is broken and was not used: %v", err))
	}
	name, source := in.chosen(config)
	var ep Endpoint
	if name == DefaultName {
		ep, err = in.byDefault(source)
		warnings = append(warnings, in.overridden(source, config)...)
	} else {
		ep, err = in.byContext(name, source)
	}
	ep.Warnings = append(warnings, ep.Warnings...)
	return ep, err
}

// chosen is the name of the context and what named it.
func (in Input) chosen(config Config) (string, Source) {
	switch {
	case in.Flags.Context != "":
		return in.Flags.Context, FromContextFlag
	case len(in.Flags.Host) > 0:
		return DefaultName, FromHostFlag
	case in.env("DOCKER_HOST") != "":
		return DefaultName, FromHostEnv
	case in.env("DOCKER_CONTEXT") != "":
		return in.env("DOCKER_CONTEXT"), FromContextEnv
	case config.CurrentContext != "":
		return config.CurrentContext, FromConfig
	}
	return DefaultName, FromDefault
}

// byDefault is the endpoint of flags and environment.
func (in Input) byDefault(source Source) (Endpoint, error) {
	ep := Endpoint{Context: DefaultName, Source: source}
	value := in.env("DOCKER_HOST")
	switch n := len(in.Flags.Host); {
	case n > 1:
		return ep, errors.New("--host was given more than once: docker takes one")
	case n == 1:
		value = in.Flags.Host[0]
	case value != "":
		ep.Source = FromHostEnv // "--context default" still obeys DOCKER_HOST
	}
	tls := in.settings()
	var err error
	if ep.Host, err = parseHost(in.goos(), tls.on, value); err != nil {
		return ep, err
	}
	files, err := tls.load()
	if err != nil {
		return ep, fmt.Errorf("TLS is on (%s), but: %w", in.tlsBy(), err)
	}
	switch {
	case tls.on && !usesTLS(ep.Host):
		ep.Warnings = append(ep.Warnings, fmt.Sprintf("TLS settings (%s) do not apply to %s", in.tlsBy(), ep.Host))
	case tls.on && files == nil:
		ep.Warnings = append(ep.Warnings, "TLS is asked for, but every TLS file is given as empty: docker then uses no TLS at all")
	default:
		ep.TLS = files
	}
	if v := in.env("DOCKER_TLS_VERIFY"); ep.TLS != nil && in.Flags.TLSVerify == nil && (v == "0" || v == "false") {
		ep.Warnings = append(ep.Warnings, fmt.Sprintf("DOCKER_TLS_VERIFY=%s turns TLS on: docker asks only whether it is empty", v))
	}
	return ep, nil
}

// byContext is the endpoint of a context on disk. Docker takes its host as it
// is written, without completing it.
func (in Input) byContext(name string, source Source) (Endpoint, error) {
	ep := Endpoint{Context: name, Source: source}
	s, err := Load(in.Dir(), name)
	if err != nil {
		return ep, fmt.Errorf("%w (named by %s)", err, source)
	}
	ep.Host, ep.TLS = s.Host, s.TLS
	ep.Host = cmp.Or(ep.Host, defaultHost(in.goos()))
	if !usesTLS(ep.Host) {
		ep.TLS = nil
	}
	if in.settings().on {
		ep.Warnings = append(ep.Warnings, fmt.Sprintf("TLS settings (%s) are for the default context; context %q brings its own", in.tlsBy(), name))
	}
	if s.godebug != "" && in.env("GODEBUG") == "" {
		ep.Warnings = append(ep.Warnings, fmt.Sprintf("context %q sets GODEBUG=%s for docker; it is not applied here", name, s.godebug))
	}
	return ep, nil
}

// overridden reports a context that was chosen some time ago and does not
// count now: the surprise behind many a "wrong daemon".
func (in Input) overridden(source Source, config Config) []string {
	if source != FromHostEnv {
		return nil
	}
	if v := in.env("DOCKER_CONTEXT"); v != "" && v != DefaultName {
		return []string{fmt.Sprintf("DOCKER_HOST is set and overrides DOCKER_CONTEXT=%s", v)}
	}
	if v := config.CurrentContext; v != "" && v != DefaultName {
		return []string{fmt.Sprintf("DOCKER_HOST is set and overrides the current context %q", v)}
	}
	return nil
}

// tlsBy names the setting that turned TLS on.
func (in Input) tlsBy() string {
	switch {
	case in.Flags.TLSVerify != nil:
		return "--tlsverify"
	case in.env("DOCKER_TLS_VERIFY") != "":
		return "DOCKER_TLS_VERIFY"
	case in.Flags.TLS != nil:
		return "--tls"
	}
	return "DOCKER_TLS"
}
