package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/ui/jsonl"
	"github.com/dockwire/dockwire/ui/text"
)

// showFlags say what is shown, and how. They mean the same for live traffic
// and recordings.
type showFlags struct {
	filter    string
	format    string
	headers   bool
	body      bool
	all       bool
	raw       bool
	noStreams bool
	color     string
	formats   []string
	judged    *exchange.Judged
	keep      int // bytes of each body to keep for showing; 0: what a summary needs
}

// add adds the flags; the first format is the default.
func (f *showFlags) add(cmd *cobra.Command, formats ...string) {
	flags := cmd.Flags()
	f.formats = formats
	if len(formats) > 1 {
		flags.StringVar(&f.format, "format", formats[0], "`FORMAT` of what is shown: "+strings.Join(formats, ", "))
		_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	} else {
		f.format = formats[0]
	}
	flags.StringVarP(&f.filter, "filter", "f", "", "show only exchanges that match `FILTER`, e.g. 'op:Container* status>=400 took>1s' (dockwire help filter)")
	flags.BoolVar(&f.headers, "headers", false, "show the heads of requests and responses")
	flags.BoolVar(&f.body, "body", false, "show bodies")
	flags.BoolVar(&f.all, "all", false, "leave nothing out: every piece of a stream however fast they come, and with --body settings that are defaults")
	flags.BoolVar(&f.raw, "raw", false, "show heads and bodies as they were on the wire")
	flags.BoolVar(&f.noStreams, "no-streams", false, "do not show what streams carry")
	flags.StringVar(&f.color, "color", "auto", "`WHEN` to use colours: auto, always, never")
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

// objects is a JSON printer, which has nothing to do as time passes.
type objects struct{ *jsonl.Printer }

func (objects) Tick(time.Duration) {}
func (objects) Idle() bool         { return true }

// printer makes a printer of events. file is where the output goes: a terminal
// gets its width and colours.
func (f *showFlags) printer(out io.Writer, file *os.File, start time.Time) (printer, error) {
	if !slices.Contains(f.formats, f.format) {
		return nil, fmt.Errorf("--format %q: give one of %s", f.format, strings.Join(f.formats, ", "))
	}
	which, err := parseFilter(f.filter)
	if err != nil {
		return nil, err
	}
	if f.format == "json" {
		return objects{jsonl.NewPrinter(out, jsonl.Options{Start: start, Filter: which, Headers: true, Bodies: f.body || f.raw, Judged: f.judged, Keep: f.keep})}, nil
	}
	return text.NewPrinter(out, f.text(file, start, which)), nil
}

func (f *showFlags) text(file *os.File, start time.Time, which *filter.Filter) text.Options {
	o := text.Options{
		Filter:  which,
		Start:   start,
		Streams: !f.noStreams,
		Headers: f.headers,
		Body:    f.body,
		Raw:     f.raw,
		All:     f.all,
		Asides:  f.filter != "",
		Keep:    f.keep,
		Judged:  f.judged,
		Color:   f.color == "always",
	}
	if term.IsTerminal(int(file.Fd())) {
		o.CRLF = true
		o.Color = o.Color || f.color == "auto" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			o.Width = width
		}
	}
	return o
}
