// Package export writes recordings, or live events, in formats that other
// programs read: a page for a browser, Markdown, HAR and more.
//
// A format is a file of this package and a row of Formats, which help,
// completion and the command read. New makes an Exporter, which is fed with
// events that were redacted, from a recording or from a live tap.
//
// The package must not know screens, sockets or files: it writes to an
// io.Writer. What it writes may hold anything that was on the wire, so each
// format has to make that inert for its reader.
//
// Start reading at export.go and collect.go, then at a format.
package export

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
)

// Exporter writes one file from events in their order.
type Exporter interface {
	// Event takes an event. The first error of writing is returned by Close.
	Event(e decode.Event)
	// Close writes what is left. It does not close the writer.
	Close() error
}

// Options say what is exported.
type Options struct {
	Header  recordings.Header
	Name    string           // of the recording, for titles
	Filter  *filter.Filter   // nil: every exchange
	Summary bool             // the short form, where the format has one
	Judged  *exchange.Judged // what the whole recording says of its calls; nil: as far as is known when one ends
	Notes   []string         // what the reader should know of the source, e.g. that its end is missing
}

// Format is one row of the table of formats.
type Format struct {
	Name  string // as the command takes it
	Short string // one line of help
	Of    string // the format that it is a part or a companion of; "": stands for itself
	New   func(w io.Writer, o *Options) Exporter
	Bytes bool   // not text: not for a terminal
	JSON  bool   // text that is JSON
	Fixed string // what is written whatever the recording; New is nil then
}

//go:embed stdcopy.lua
var stdcopyLua string

// Formats are the formats there are, in the order that help shows. They are
// six, of which some have a part that is wanted alone or a companion.
var Formats = []Format{
	{Name: "html", Short: "one page for a browser: commands, calls, sequence, statistics", New: newHTML},
	{Name: "svg", Of: "html", Short: "its sequence alone, as a picture", New: newSVG},
	{Name: "markdown", Short: "a document to edit; --summary is short enough for $GITHUB_STEP_SUMMARY", New: newMarkdown},
	{Name: "mermaid", Of: "markdown", Short: "its sequence diagram alone", New: newMermaid},
	{Name: "har", Short: "HAR 1.2, for browsers' network panels and HTTP tools", New: newHAR, JSON: true},
	{Name: "pcapng", Short: "a capture for Wireshark and tshark: a TCP connection a call", New: newPcapng, Bytes: true},
	{Name: "wireshark-lua", Of: "pcapng", Short: "the dissector of stdcopy that goes with it; takes no recording", Fixed: stdcopyLua},
	{Name: "sh", Short: "the calls as a script of curl and jq that runs", New: newShell},
	{Name: "asciicast", Short: "the first terminal (docker run -t, exec -t), for asciinema", New: newAsciicast, JSON: true},
}

// Find finds a format by name.
func Find(name string) (*Format, error) {
	for i := range Formats {
		if Formats[i].Name == name {
			return &Formats[i], nil
		}
	}
	return nil, fmt.Errorf("there is no export format %q: give one of %s", name, Names())
}

// Names are the formats in a row, for messages.
func Names() string {
	var names []string
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
