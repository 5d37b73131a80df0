package recordings

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
	"github.com/dockwire/dockwire/recordings/v1"
)

// Version is the version of the format that is written.
const Version = 1

// Header is the first line of a recording.
type Header = v1.Header

// Daemon is what is known of the daemon that was recorded.
type Daemon = v1.Daemon

// Limits says what the writer kept.
type Limits = v1.Limits

// decoder reads the lines of one version of the format.
type decoder interface {
	Header(line []byte) (Header, error)
	// Parse takes a line; its events then come from Next until that is nil.
	Parse(line []byte) error
	// Lean leaves out of heads how they were on the wire, and, unless it is asked for,
	// the target.
	Lean(target bool)
	Next() decode.Event
	Pending() bool
	Now() time.Duration // of the line parsed last
	Says() v1.Says      // what the line says beside its events
}

// versions has, for each version that this program reads, what makes decoders for
// one recording: they share what comes again, and none may parse while another one
// does.
var versions = map[int]func() func() decoder{
	1: func() func() decoder {
		known := v1.NewKnown()
		return func() decoder { return v1.NewDecoder(known) }
	},
}

// magic is how every recording begins as dockwire writes it. Other tools put
// spaces between, or other members before it.
const magic = `{"format":"dockwire"`

var errForeign = fmt.Errorf("not a dockwire recording: its first line does not begin with %s", magic)

// version finds the version in a first line, before anything else is read
// from it: whatever a later version changes, this stays.
func version(line []byte) (int, error) {
	m := rawjson.Object(line)
	found, ours := 0, false
	for m.Next() {
		switch string(m.Key) {
		case "format":
			ours = string(m.Value) == `"dockwire"`
		case "v":
			v, err := strconv.Atoi(string(m.Value))
			if err != nil || v < 1 {
				return 0, fmt.Errorf("the recording's format version is %.20s, which is not a version", m.Value)
			}
			found = v
		}
	}
	if m.Bad() && bytes.HasPrefix(line, []byte(magic)) {
		return 0, fmt.Errorf("the recording's first line is damaged: it is not valid JSON")
	}
	if !ours || m.Bad() {
		return 0, errForeign
	}
	if found == 0 {
		return 0, fmt.Errorf("the recording's first line has no format version")
	}
	if versions[found] == nil {
		return 0, fmt.Errorf("the recording has format version %d, and this program reads versions up to %d: use a newer one", found, Version)
	}
	return found, nil
}
