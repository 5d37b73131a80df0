package cliplugin

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
)

// Word is what a person writes after docker.
const Word = "wire"

// pluginName is the plugin's file name, without .exe.
const pluginName = "docker-" + Word

// Called reports whether a program was started as the plugin, by its argv[0].
func Called(argv0 string) bool { return strings.TrimSuffix(filepath.Base(argv0), ".exe") == pluginName }

// Invocation is one call of the plugin.
type Invocation struct {
	// Metadata: docker asks for the plugin's metadata. Nothing else is set then.
	Metadata bool

	// ByDocker: the docker command line made the call, not a person who ran
	// the plugin's file by hand.
	ByDocker bool

	// Args are those of our own root command.
	Args []string

	// Config is docker's --config; empty if it was not given.
	Config string

	// Globals are docker's flags that say which daemon is meant and how it is
	// reached, as they were given.
	Globals []Global
}

// Global is one of docker's global flags, by its long name.
type Global struct{ Name, Value string }

// metadataCommand is how docker asks (docker/cli cli-plugins/metadata).
const metadataCommand = "docker-cli-plugin-metadata"

// Parse reads the arguments of a call. Docker passes on all of its own, so
// its global flags come before the word: docker -H X wire run is called as
// "docker-wire -H X wire run"; help and completion put a word before ours:
// "help wire run", "__complete wire run".
//
// Arguments that do not have the word where it belongs are a person's, and
// all of them are ours.
func Parse(args []string) Invocation {
	if len(args) == 1 && args[0] == metadataCommand {
		return Invocation{Metadata: true, ByDocker: true}
	}
	inv := Invocation{}
	flags := inv.flags()
	if err := flags.Parse(args); err != nil {
		return Invocation{Args: args}
	}
	rest := flags.Args()
	var before []string
	if len(rest) > 0 && (rest[0] == "help" || strings.HasPrefix(rest[0], "__complete")) {
		before, rest = rest[:1], rest[1:]
	}
	if len(rest) == 0 || rest[0] != Word {
		return Invocation{Args: args}
	}
	inv.ByDocker = true
	inv.Args = append(append([]string{}, before...), rest[1:]...) // never nil: cobra takes that for os.Args
	return inv
}

// flags are docker's global flags (docker/cli cli/flags), which end at the
// first word.
func (inv *Invocation) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("docker", pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringVar(&inv.Config, "config", "", "")
	f.BoolP("debug", "D", false, "")
	f.StringP("log-level", "l", "", "")
	for _, g := range []struct {
		name, short string
		isBool      bool
	}{
		{"host", "H", false}, {"context", "c", false},
		{"tls", "", true}, {"tlsverify", "", true},
		{"tlscacert", "", false}, {"tlscert", "", false}, {"tlskey", "", false},
	} {
		v := &globalValue{inv: inv, name: g.name}
		flag := f.VarPF(v, g.name, g.short, "")
		if g.isBool {
			flag.NoOptDefVal = "true"
		}
	}
	return f
}

// globalValue notes each time that a flag is given.
type globalValue struct {
	inv  *Invocation
	name string
}

func (v *globalValue) Set(s string) error {
	v.inv.Globals = append(v.inv.Globals, Global{v.name, s})
	return nil
}

func (v *globalValue) String() string { return "" }
func (v *globalValue) Type() string   { return "string" }
