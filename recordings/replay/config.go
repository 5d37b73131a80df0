package replay

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Config says how a recording is replayed. The zero Config is for tests.
type Config struct {
	Ignore      []string    // what is not compared: "query.t", "body.HostConfig.*", "ContainerCreate:body.Env"
	Volatile    []string    // places whose values are other ones each time: they are bound, as names are; "PLACE =~ PATTERN" binds those a pattern describes
	Reuse       match.Reuse // what happens when all recordings of a request are used
	Exact       bool        // names the client chose newly are not bound
	SameVersion bool        // the API version in the path must be the recorded one

	Speed   float64       // 0: answers come at once; 1: as recorded; 2: twice as fast
	MaxIdle time.Duration // longest pause with Speed, 0: any

	// GateTimeout is how long an answer is held for what caused it when it
	// was recorded. 0: 5 s, with Speed 30 s.
	GateTimeout time.Duration

	Partial      bool // replay a recording that was cut off, as far as it goes
	Unkept       bool // replay a recording that lacks bytes of answers; asking for one of those is a miss
	CompareInput bool // what clients send into streams must be what was recorded

	Faults []*Fault          // failures that are added
	Ports  map[string]string // by container port ("80", "53/udp"): what answers there, see ParsePort

	// OnMiss is called for each request without an answer. It must not block.
	OnMiss func(*match.Miss)
	// Forward dials a real daemon for what was not recorded. nil: such a
	// request is refused.
	Forward func() (net.Conn, error)
	// ForwardInto is Forward for a Suite: it gives the dialler for a test's
	// recording, into which the requests go that are not in it, and end, which is
	// called when the test is over.
	ForwardInto func(recording string) (dial func() (net.Conn, error), end func() error)
	// Peer tells clients apart: connections with equal keys are of one client.
	// "" falls back to the address and the User-Agent. nil: the process where
	// the kernel tells it.
	Peer func(net.Conn) string
}

// settings is the file beside a recording.
type settings struct {
	Ignore   []string `yaml:"ignore"`
	Volatile []string `yaml:"volatile"`
	Reuse    string   `yaml:"reuse"`
}

// SettingsSuffix is appended to a recording's name for the file that has its
// settings: places to ignore or to bind, and how answers are reused.
//
//	ignore:
//	  - query.t
//	  - ContainerCreate:body.Labels.build
//	volatile:
//	  - body.Labels.run
//	  - body.Cmd.2 =~ --run=[0-9a-f]+
//	reuse: last
const SettingsSuffix = ".replay.yaml"

// withSettings adds what the file beside the recording says.
func (c Config) withSettings(path string) (Config, error) {
	name := path + SettingsSuffix
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer f.Close()
	var s settings
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	c.Ignore = append(c.Ignore[:len(c.Ignore):len(c.Ignore)], s.Ignore...)
	c.Volatile = append(c.Volatile[:len(c.Volatile):len(c.Volatile)], s.Volatile...)
	if c.Reuse == match.ReuseDefault {
		if c.Reuse, err = match.ParseReuse(s.Reuse); err != nil {
			return c, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

func (c *Config) gateTimeout() time.Duration {
	switch {
	case c.GateTimeout > 0:
		return c.GateTimeout
	case c.Speed > 0:
		return 30 * time.Second
	}
	return 5 * time.Second
}
