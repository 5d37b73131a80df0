package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"time"

	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/export"
)

// report writes the page of run --report from the events of the decode loop.
type report struct {
	export.Exporter
	file *newFile
}

// openReport opens the page before the command runs, so that a name that
// cannot be written is said at once.
func (f *runFlags) openReport(start time.Time, upstream string, args []string) (*report, error) {
	if f.report == "" {
		return nil, nil
	}
	which, err := parseFilter(f.show.filter)
	if err != nil {
		return nil, err
	}
	file, err := createPrivate(f.report, true)
	if err != nil {
		return nil, fmt.Errorf("--report: %w", err)
	}
	format, err := export.Find("html")
	if err != nil {
		return nil, err
	}
	o := &export.Options{
		Header: recordings.Header{Start: start, Tool: "dockwire " + versionText(), Upstream: upstream, Redact: "default-1"},
		// Not the arguments, which may hold secrets: the page shows them redacted.
		Name: filepath.Base(args[0]), Filter: which,
	}
	if f.record.showSecrets {
		o.Header.Redact = "off"
	}
	return &report{Exporter: format.New(file, o), file: file}, nil
}

// close writes the page, once the decode loop has ended.
func (r *report) close() error {
	if r == nil {
		return nil
	}
	if err := cmp.Or(r.Exporter.Close(), r.file.Close()); err != nil {
		return fmt.Errorf("the report %s is not written: %w", r.file.name, err)
	}
	say("the report is in %s", r.file.name)
	return nil
}
