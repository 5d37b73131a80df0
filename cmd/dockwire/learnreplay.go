package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/course"
)

// courseReplays plays the recordings of a course.
type courseReplays struct {
	course *lesson.Course
	dir    string
	speed  float64
	docker bool // the docker command line is installed
	count  int  // of replays that were begun
}

// lessons is what the screen shows of the course.
func (s *courseReplays) lessons(p *lesson.Progress) (all []course.Lesson, err error) {
	for _, l := range s.course.Lessons {
		pages, err := l.Pages()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name, err)
		}
		shown := course.Lesson{
			Name: l.Name, Title: l.Title, Pages: pages, Plays: l.Recording != "",
			Task: l.Task, Commands: l.Try, Graded: l.Check != "", Hint: l.Hint, Done: p.IsDone(s.course, l),
		}
		if !s.docker && l.Task != "" {
			shown.Commands = l.Curl
			shown.Task += "\n\nThe docker command line is not installed here; curl takes its place as far as it can."
			if len(l.Curl) == 0 {
				shown.Task += " This lesson has none for it: go on, or install the docker command line."
			}
		}
		all = append(all, shown)
	}
	return all, nil
}

// lessonReplay is a recorded daemon with dockwire in front of it.
type lessonReplay struct {
	dir    string
	path   string // of the recording
	player *replay.Player
	o      *observation
	in     *listeners
	ended  []*background.Job // what serves
}

// prepare makes a folder with a lesson's recording in it.
func (s *courseReplays) prepare(l *lesson.Lesson) (*lessonReplay, error) {
	s.count++
	r := &lessonReplay{dir: filepath.Join(s.dir, fmt.Sprint(s.count)), in: &listeners{}}
	if err := os.Mkdir(r.dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if r.path, err = l.CopyRecording(r.dir); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// start replays the recording, seen by a consumer.
func (r *lessonReplay) start(l *lesson.Lesson, cfg replay.Config, consumer pipeline.Consumer) error {
	var err error
	if r.player, err = replay.Open(r.path, cfg); err != nil {
		return err
	}
	daemon := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(r.dir, "daemon.sock")}
	listener, err := intercept.Bind(daemon)
	if err != nil {
		return err
	}
	r.serve(func() error { return r.player.Serve(listener) })
	if l.Listen == "tls" {
		if err := r.certificates(); err != nil {
			return err
		}
	}
	quiet := func(string, ...any) {} // the terminal is the lesson's; a client gets an answer
	r.o, err = observe(time.Now(), route{&upstream{Endpoint: daemon}, r.in}, recordFlags{maxBody: "8MiB"}, os.Getenv, quiet, consumer)
	return err
}

func (r *lessonReplay) serve(f func() error) { r.ended = append(r.ended, background.Start(f)) }

// certificates makes what a TLS port of this rig needs.
func (r *lessonReplay) certificates() error {
	if _, err := certs.Make(certs.Plan{Dir: r.pki(), Hosts: []string{"127.0.0.1"}, Clients: []string{labClient}}); err != nil {
		return err
	}
	var err error
	r.in.certs, err = certs.NewReloader(certs.ServerFiles(filepath.Join(r.pki(), "server")), certs.Server, certs.Options{})
	return err
}

func (r *lessonReplay) pki() string { return filepath.Join(r.dir, "pki") }

// listen lets clients in at endpoints, and returns where.
func (r *lessonReplay) listen(endpoints ...intercept.Endpoint) (all []intercept.Endpoint, err error) {
	for _, ep := range endpoints {
		at, err := r.o.server.Listen(ep, intercept.Private)
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	r.serve(r.o.server.Serve)
	return all, nil
}

func (r *lessonReplay) close() (err error) {
	if r.o != nil {
		err = errors.Join(r.o.closeServer(), r.o.close())
	}
	if r.player != nil {
		err = errors.Join(err, r.player.Close())
	}
	for _, ended := range r.ended {
		err = errors.Join(err, ended.Wait())
	}
	r.in.close()
	return errors.Join(err, os.RemoveAll(r.dir))
}

// playIdle is the longest pause of a lesson's recording.
const playIdle = time.Second

// Play makes the recorded calls against their replay.
func (s *courseReplays) Play(n int) (*course.Play, error) {
	l := s.course.Lessons[n]
	inside, err := l.Nested()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	intake := model.NewIntake(model.IntakeOptions{})
	if inside {
		return s.show(l, intake, start)
	}
	r, err := s.prepare(l)
	if err != nil {
		return nil, err
	}
	clients, err := readDemoClients(r.path, r.dir)
	if err == nil {
		err = r.start(l, replay.Config{Speed: s.speed, MaxIdle: playIdle}, clients.shown(intake))
	}
	if err == nil {
		_, err = r.listen(clients.all...)
	}
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	rec, err := load.Open(r.path, load.Options{Inputs: true})
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	client := &demoClient{rec: rec, socket: clients.socket, speed: s.speed, maxIdle: playIdle}
	if s.speed > 0 {
		client.pause = demoPause
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := background.Start(func() error {
		defer r.o.awaitEnd()
		return client.run(ctx)
	})
	return playing(intake, start, ran, func() { cancel(); <-ran.Done(); _ = rec.Close(); _ = r.close() }), nil
}

// playing is a play that ends with ran.
func playing(intake *model.Intake, start time.Time, ran *background.Job, stop func()) *course.Play {
	return &course.Play{
		Model: model.New(intake, model.Options{}), Clock: cells.Clock{Start: start},
		Over: ran.Over,
		Stop: stop,
	}
}

// show plays a recording with calls inside of calls, as a build has them: what
// was recorded is shown at its pace. Nobody makes such calls again.
func (s *courseReplays) show(l *lesson.Lesson, intake *model.Intake, start time.Time) (*course.Play, error) {
	path, err := l.CopyRecording(s.dir)
	if err != nil {
		return nil, err
	}
	in, err := recordings.Open(path)
	if err != nil {
		return nil, err
	}
	pace := play.Pace{Speed: s.speed, MaxIdle: playIdle}
	ctx, cancel := context.WithCancel(context.Background())
	ran := background.Start(func() error { return showEvents(ctx, in, pace, intake) })
	return playing(intake, start, ran, func() { cancel(); <-ran.Done(); _ = in.Close(); _ = os.Remove(path) }), nil
}

// showEvents hands events over at their pace, until ctx is done.
func showEvents(ctx context.Context, in *recordings.Reader, pace play.Pace, to *model.Intake) error {
	defer to.Flush()
	last := play.Moment{Live: time.Now()}
	for e, err := range in.All() {
		if err != nil {
			return err
		}
		if at := e.From().Time; at > last.Recorded {
			to.Flush()
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Until(pace.Due(at, last))):
			}
			last = play.Moment{Recorded: at, Live: time.Now()}
		}
		to.Event(e)
	}
	return nil
}

// grader watches what a learner does.
type grader struct {
	folder *exchange.Folder
	which  *filter.Filter
	lines  []string
	passed bool
}

func newGrader(which *filter.Filter) *grader {
	g := &grader{which: which}
	g.folder = exchange.NewFolder(64<<10, func(x *exchange.Exchange, e decode.Event) {
		if _, ended := e.(*decode.ExchangeEnd); ended && x != nil {
			g.add(x)
		}
	})
	return g
}

func (g *grader) add(x *exchange.Exchange) {
	if !g.which.Empty() && g.which.Match(x) {
		g.passed = true
	}
	line := fmt.Sprintf("%3d  %-18s %s", x.Status, x.Name(), x.Summary())
	if x.Status == 501 {
		line += "  (this lesson has no recording of that)"
	}
	g.lines = append(g.lines, line)
}

// clientsOwn are places in which clients differ that a lesson is not about.
var clientsOwn = []string{
	"ContainerCreate:body.HostConfig.MemorySwappiness", "ContainerCreate:body.HostConfig.RestartPolicy.Name", "ContainerCreate:body.NetworkingConfig",
}

// Try lets the learner at a replay that may be used any number of times.
func (s *courseReplays) Try(n int) (course.Tried, error) {
	l := s.course.Lessons[n]
	which, err := l.Filter()
	if err != nil {
		return course.Tried{}, err
	}
	g := newGrader(which)
	r, err := s.prepare(l)
	if err != nil {
		return course.Tried{}, err
	}
	if err := r.start(l, replay.Config{Reuse: match.ReuseCycle, Ignore: clientsOwn, Speed: 1, MaxIdle: playIdle}, pipeline.EachEvent(g.folder.Event)); err != nil {
		return course.Tried{}, errors.Join(err, r.close())
	}
	at := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(r.dir, "docker.sock")}
	if l.Listen != "unix" {
		at = intercept.Endpoint{Scheme: l.Listen, Address: "127.0.0.1:0"}
	}
	all, err := r.listen(at)
	if err == nil {
		err = learnShell(l, s.docker, all[0], r)
		r.o.awaitEnd()
	}
	// The decode loop ends before what it told is read.
	if err = errors.Join(err, r.close()); err != nil {
		return course.Tried{}, err
	}
	return course.Tried{Calls: g.lines, Passed: g.passed}, nil
}
