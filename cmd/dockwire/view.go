package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/viewing"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
	"github.com/dockwire/dockwire/ui/tui"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

func viewCommand() *cobra.Command {
	var filter string
	cmd := &cobra.Command{
		Use:   "view [flags] FILE|DIR",
		Short: "Look around in a recording, also while it is written",
		Long: `Opens a recording on a screen to look around in: calls by client command, their
heads, bodies and streams, filters, searches, statistics. A recording that is
still being written is shown as it grows. Of a folder it lists the recordings,
newest first.`,
		Example: `  dockwire view hi.jsonl
  dockwire view -f 'status>=400' day.jsonl.zst
  dockwire view .`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !onTerminal() {
				return errors.New("view needs a terminal; dockwire print shows a recording as text or JSON")
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			if info.IsDir() {
				return viewFolder(args[0], filter)
			}
			return viewFile(args[0], filter)
		},
	}
	cmd.Flags().StringVarP(&filter, "filter", "f", "", "show only exchanges that match `FILTER` (dockwire help filter)")
	return cmd
}

func viewFile(path, filter string) error {
	v, err := viewing.Open(path, indexcache.User(versionText()))
	if err != nil {
		return err
	}
	defer v.Close()
	o, err := screenOptions()
	if err != nil {
		return err
	}
	h := v.Header()
	o.Model, o.Archive, o.Clock = v.Model, v.Archive, cells.Clock{Start: h.Start}
	o.Title, o.Upstream, o.Filter = title(path, h), h.Upstream, filter
	o.Loading = v.Progress
	o.Suspend = stopForNow
	o.Export, o.Formats = screenExport(o.Archive, h, path)
	marks := marksFile(path)
	o.SaveMarks = marks.save
	saved, err := marks.load()
	if err == nil && saved != nil {
		err = o.Model.Marks.Decode(saved)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", marks.path(), err)
	}
	app, err := tui.New(o)
	if err != nil {
		return err
	}
	v.Start()
	over, err := runScreen(app, path)
	v.Stop(over)
	return err
}

func title(path string, h recordings.Header) string {
	t := filepath.Base(path)
	if !h.Start.IsZero() {
		t += " of " + h.Start.Local().Format("2006-01-02 15:04")
	}
	if h.Daemon.Version != "" {
		t += ", Docker " + h.Daemon.Version
	}
	return t
}
