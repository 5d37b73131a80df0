package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/recordings/flow/play"
	"github.com/dockwire/dockwire/ui/tui/course"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

type learnFlags struct {
	list   bool
	lesson int
	export string
	draft  string
	output string
	speed  string
}

func learnCommand() *cobra.Command {
	var f learnFlags
	cmd := &cobra.Command{
		Use:   "learn [flags] [FOLDER|LESSON.md]",
		Short: "A course on Docker's API, sockets and TLS, with no Docker needed",
		Long: `Opens a course in the terminal: what a socket is, who may open Docker's, what
docker ps and docker run say to the daemon, streams, builds, TCP and TLS, and how
TLS breaks. Each lesson plays a recording of a real daemon, draws its calls as
they come, and has something to try in a shell that talks to the replay. No
Docker daemon is needed and none is asked. What you have done is kept.

A lesson is a Markdown file beside a recording. FOLDER or LESSON.md plays a
teacher's own, --export makes a document of it, and --draft begins one from a
recording. docs/lessons.md says how to write them.

With two recordings, dockwire learn A B does what dockwire volatile A B does.`,
		Example: `  dockwire learn
  dockwire learn --list
  dockwire learn --lesson 5
  dockwire learn --draft up.jsonl -o up.md
  dockwire learn my-lesson/
  dockwire learn my-lesson/ --export html -o lesson.html`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return volatile(cmd.OutOrStdout(), args[0], args[1])
			}
			return f.learn(cmd.OutOrStdout(), args)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.list, "list", false, "list the lessons, and which of them were done")
	flags.IntVar(&f.lesson, "lesson", 0, "begin with lesson `N` (default: the first that was not done)")
	flags.StringVar(&f.export, "export", "", "write the lessons as a document: `FORMAT` is "+strings.Join(lesson.Formats, " or "))
	flags.StringVar(&f.draft, "draft", "", "begin a lesson from the recording `FILE`")
	flags.StringVarP(&f.output, "output", "o", "", "`FILE` for --export and --draft (default: stdout)")
	flags.StringVar(&f.speed, "speed", "0.3", "how fast recordings are played: real, instant, or a `FACTOR`")
	_ = cmd.RegisterFlagCompletionFunc("export", cobra.FixedCompletions(lesson.Formats, cobra.ShellCompDirectiveNoFileComp))
	cmd.MarkFlagsMutuallyExclusive("list", "export", "draft")
	return cmd
}

func (f *learnFlags) learn(out io.Writer, args []string) error {
	if f.output != "" && f.export == "" && f.draft == "" {
		return errors.New("-o is for --export and --draft")
	}
	if f.draft != "" {
		if len(args) > 0 {
			return errors.New("--draft takes a recording, and no lesson beside it")
		}
		return f.write(out, func(w io.Writer) error { return lesson.Draft(w, f.draft) })
	}
	c, err := openCourse(args)
	if err != nil {
		return err
	}
	if f.lesson < 0 || f.lesson > len(c.Lessons) {
		return fmt.Errorf("--lesson %d: there are lessons 1 to %d", f.lesson, len(c.Lessons))
	}
	asked := c.Lessons
	if f.lesson > 0 {
		asked = c.Lessons[f.lesson-1 : f.lesson]
	}
	if f.export != "" {
		return f.write(out, func(w io.Writer) error { return lesson.Export(w, asked, f.export) })
	}
	progress, err := lesson.ReadProgress(filepath.Join(filepath.Dir(configPath(os.Getenv)), "learn.json"), replacePrivate)
	if err != nil {
		return err
	}
	switch {
	case f.list || !onTerminal() && f.lesson == 0:
		listLessons(out, c, progress)
		return nil
	case !onTerminal():
		return lesson.Export(out, asked, "markdown")
	}
	return f.play(c, progress)
}

func openCourse(args []string) (*lesson.Course, error) {
	if len(args) == 0 {
		return lesson.BuiltIn()
	}
	if strings.Contains(args[0], ".jsonl") {
		return nil, fmt.Errorf("%s is a recording: dockwire learn --draft %s begins a lesson about it, dockwire volatile A B compares two", args[0], args[0])
	}
	return lesson.Open(args[0])
}

// write writes a document to -o, which must not be there yet, or to stdout.
func (f *learnFlags) write(out io.Writer, make func(io.Writer) error) error {
	if f.output == "" {
		return make(out)
	}
	to, err := createPrivate(f.output, false)
	if err != nil {
		return err
	}
	if err := make(to); err != nil {
		to.discard()
		return err
	}
	return to.Close()
}

func listLessons(out io.Writer, c *lesson.Course, p *lesson.Progress) {
	for i, l := range c.Lessons {
		sign := " "
		if p.IsDone(c, l) {
			sign = "✓"
		}
		fmt.Fprintf(out, "%s %2d  %s\n", sign, i+1, l.Title)
	}
}

// play shows the course on the terminal.
func (f *learnFlags) play(c *lesson.Course, p *lesson.Progress) error {
	speed, err := play.ParseSpeed(f.speed)
	if err != nil {
		return fmt.Errorf("--speed: %w", err)
	}
	screen, err := screenOptions()
	if err != nil {
		return err
	}
	name := screen.Theme
	if screen.Config.Theme != "" {
		name = screen.Config.Theme
	}
	colours, err := theme.Named(name)
	if err != nil {
		return err
	}
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, missing := exec.LookPath("docker")
	replays := &courseReplays{course: c, dir: dir, speed: speed, docker: missing == nil}
	lessons, err := replays.lessons(p)
	if err != nil {
		return err
	}
	var kept error
	app := course.New(course.Options{
		Lessons: lessons, First: p.First(c), Theme: colours, Replays: replays,
		Done: func(i int) { kept = errors.Join(kept, p.Finish(c, c.Lessons[i], time.Now())) },
	})
	if f.lesson > 0 {
		app.Begin(f.lesson - 1)
	}
	_, err = runScreen(app, "")
	if kept != nil {
		kept = fmt.Errorf("what was done could not be kept: %w", kept)
	}
	return errors.Join(err, kept)
}
