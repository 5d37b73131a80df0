package dockercontext

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
)

// Input is everything an answer depends on, besides the files below the
// configuration folder.
type Input struct {
	Env   func(string) string // nil: nothing is set
	Flags Flags

	// ConfigDir is the value of --config. Empty: $DOCKER_CONFIG, else
	// HomeDir/.docker.
	ConfigDir string
	HomeDir   string

	// UID finds the runtime folder of a user whose XDG_RUNTIME_DIR is not
	// set. 0 (root): there is none.
	UID int

	// OS is as runtime.GOOS, which it is when empty.
	OS string

	// HasSocket reports whether a socket or pipe exists. Nil: look at the disk.
	HasSocket func(path string) bool
}

// Flags are docker's global flags. Pointers tell a flag that was not given
// (nil) from one that was given as empty or false: docker does.
type Flags struct {
	Host    []string // -H, --host, in order; docker takes only one
	Context string   // -c, --context

	TLS       *bool // --tls
	TLSVerify *bool // --tlsverify

	CACert *string // --tlscacert
	Cert   *string // --tlscert
	Key    *string // --tlskey
}

// System is the Input of this process, with the given flags.
func System(flags Flags) Input {
	home, _ := os.UserHomeDir()
	return Input{Env: os.Getenv, Flags: flags, HomeDir: home, UID: max(os.Getuid(), 0)}
}

// Dir is docker's configuration folder.
func (in Input) Dir() string {
	if in.ConfigDir != "" {
		return in.ConfigDir
	}
	if dir := in.env("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(in.HomeDir, ".docker")
}

func (in Input) env(name string) string {
	if in.Env == nil {
		return ""
	}
	return in.Env(name)
}

func (in Input) goos() string { return cmp.Or(in.OS, runtime.GOOS) }

func (in Input) hasSocket(path string) bool {
	if in.HasSocket != nil {
		return in.HasSocket(path)
	}
	info, err := os.Stat(path)
	// A Windows pipe has no socket bit; that it can be found is enough.
	return err == nil && (in.goos() == "windows" || info.Mode()&os.ModeSocket != 0)
}
