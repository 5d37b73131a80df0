//go:build linux

package realdocker

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/dockwire/dockwire/recordings/replay"
)

// TestSDKOverReplay records calls of the Go client and replays them through
// the binary, and inside this process.
func TestSDKOverReplay(t *testing.T) {
	for _, flow := range []struct {
		name   string
		run    func(s *sdk)
		errors int // that the daemon gives, as it should
	}{
		{"calls", sdkCalls, 2},
		{"events meanwhile", sdkEvents, 0},
		{"compose-like", sdkProject, 0},
		{"20 in parallel", sdkTwenty, 0},
	} {
		t.Run(flow.name, func(t *testing.T) {
			way := func(host, name string) string {
				s := newSDK(t, host, name)
				defer s.c.Close()
				flow.run(s)
				return strings.ReplaceAll(s.out.String(), name, "NAME")
			}
			removeAllOf(t, "dwsdk-7f31")
			t.Cleanup(func() { removeAllOf(t, "dwsdk-7f31") })
			p := startTap(t, "--max-body", "all")
			recorded := way(p.host, "dwsdk-7f31")
			p.stop(t)
			if n := strings.Count(recorded, ": error: "); n != flow.errors {
				t.Fatalf("%d errors, want %d:\n%s", n, flow.errors, recorded)
			}
			same := func(what, got string) {
				t.Helper()
				if got != recorded {
					keep(t, p.recording)
					t.Errorf("recorded:\n%s\n%s:\n%s", recorded, what, got)
				}
			}
			for _, name := range []string{"dwsdk-7f31", "dwsdk-7f31", "another-name-e05b2"} {
				r := startReplay(t, p.recording)
				same("replayed for "+name, way(r.host, name))
				r.stop(t)
			}
			d := replay.New(t, p.recording, replay.AllUsed())
			same("in this process", way(d.Host(), "third-19ac"))
		})
	}
}

// sdk is a Go client and what came of its calls.
type sdk struct {
	t    *testing.T
	c    *client.Client
	ctx  context.Context
	name string
	out  strings.Builder
}

func newSDK(t *testing.T, host, name string) *sdk {
	t.Helper()
	c, err := client.New(client.WithHost(host))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return &sdk{t: t, c: c, ctx: ctx, name: name}
}

// show prints a result with ids and times as the daemon gave them: a replay
// has to give the same.
func (s *sdk) show(what string, v any, err error) {
	s.t.Helper()
	if err != nil {
		fmt.Fprintf(&s.out, "%s: error: %v\n", what, err)
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	fmt.Fprintf(&s.out, "%s: %s\n", what, b)
}

func (s *sdk) create(suffix string, cmd ...string) string {
	s.t.Helper()
	return s.createWith(suffix, container.Config{Cmd: cmd, AttachStdin: true, OpenStdin: true, StdinOnce: true}, nil)
}

func (s *sdk) createWith(suffix string, cfg container.Config, host *container.HostConfig) string {
	s.t.Helper()
	cfg.Image = "busybox"
	r, err := s.c.ContainerCreate(s.ctx, client.ContainerCreateOptions{Name: s.name + suffix, Config: &cfg, HostConfig: host})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { removeDirectly(s.t, r.ID) })
	return r.ID
}

// removeDirectly removes what a test that failed left, past dockwire.
func removeDirectly(t *testing.T, id string) {
	c, err := client.New(client.WithHost("unix://" + daemonSocket))
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	_, _ = c.ContainerRemove(context.Background(), id, client.ContainerRemoveOptions{Force: true}) // gone when all went well
}

func (s *sdk) start(id string) {
	s.t.Helper()
	if _, err := s.c.ContainerStart(s.ctx, id, client.ContainerStartOptions{}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sdk) remove(id string) {
	_, err := s.c.ContainerRemove(s.ctx, id, client.ContainerRemoveOptions{Force: true})
	s.show("remove", nil, err)
}

func (s *sdk) wait(id string, until container.WaitCondition) int64 {
	s.t.Helper()
	w := s.c.ContainerWait(s.ctx, id, client.ContainerWaitOptions{Condition: until})
	select {
	case r := <-w.Result:
		return r.StatusCode
	case err := <-w.Error:
		s.t.Fatal(err)
	}
	return 0
}

// talk sends into a hijacked stream, ends that half and reads the other.
func (s *sdk) talk(h *client.HijackedResponse, input string) (stdout, stderr string) {
	s.t.Helper()
	defer h.Close()
	if _, err := io.WriteString(h.Conn, input); err != nil {
		s.t.Fatal(err)
	}
	if err := h.CloseWrite(); err != nil {
		s.t.Fatal(err)
	}
	return s.demux(h.Reader)
}

func (s *sdk) demux(r io.Reader) (stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	if _, e := stdcopy.StdCopy(&out, &err, r); e != nil {
		s.t.Fatal(e)
	}
	return out.String(), err.String()
}

// sdkCalls are calls of most kinds, one after the other.
func sdkCalls(s *sdk) {
	ping, err := s.c.Ping(s.ctx, client.PingOptions{})
	s.show("ping", []string{ping.APIVersion, ping.OSType}, err)
	version, err := s.c.ServerVersion(s.ctx, client.ServerVersionOptions{})
	s.show("version", version.Version, err)
	info, err := s.c.Info(s.ctx, client.InfoOptions{})
	s.show("info", info.Info.SystemTime, err)
	images, err := s.c.ImageList(s.ctx, client.ImageListOptions{Filters: make(client.Filters).Add("reference", "busybox")})
	s.show("images", images.Items, err)
	_, err = s.c.ImageInspect(s.ctx, "dockwire-no-such-image")
	s.show("no image", nil, err)

	id := s.create("-calls", "sh", "-c", "cat; echo err >&2; sleep 0.3; echo late; exit 7")
	s.states(id)
	attached, err := s.c.ContainerAttach(s.ctx, id, client.ContainerAttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		s.t.Fatal(err)
	}
	s.start(id)
	s.states(id)
	logs, err := s.c.ContainerLogs(s.ctx, id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer logs.Close()
	stdout, stderr := s.talk(&attached.HijackedResponse, "into the container\n")
	s.show("attach", []string{stdout, stderr}, nil)
	stdout, stderr = s.demux(logs)
	s.show("logs -f", []string{stdout, stderr}, nil)
	s.show("wait", s.wait(id, container.WaitConditionNotRunning), nil)
	s.states(id)
	_, err = s.c.ContainerRename(s.ctx, id, client.ContainerRenameOptions{NewName: s.name + "-renamed"})
	s.show("rename", nil, err)
	s.states(s.name + "-renamed")
	s.remove(id)
	s.states(id)
	sdkRunning(s)
}

// states is an inspect whose answer changes.
func (s *sdk) states(id string) {
	r, err := s.c.ContainerInspect(s.ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		s.show("inspect", nil, err)
		return
	}
	s.show("inspect", []any{r.Container.Name, r.Container.State.Status, r.Container.State.ExitCode, r.Container.State.FinishedAt}, nil)
}

// sdkRunning are calls about a container that runs.
func sdkRunning(s *sdk) {
	id := s.create("-runs", "sleep", "100")
	s.start(id)
	top, err := s.c.ContainerTop(s.ctx, id, client.ContainerTopOptions{})
	s.show("top", top, err)
	for _, input := range []string{"first", "second"} {
		s.exec(id, input)
	}
	var files bytes.Buffer
	w := tar.NewWriter(&files)
	if err := w.WriteHeader(&tar.Header{Name: "put.txt", Mode: 0o600, Size: 4}); err != nil {
		s.t.Fatal(err)
	}
	_, _ = w.Write([]byte("put\n")) // into memory
	_ = w.Close()
	_, err = s.c.CopyToContainer(s.ctx, id, client.CopyToContainerOptions{DestinationPath: "/", Content: &files})
	s.show("copy to", nil, err)
	from, err := s.c.CopyFromContainer(s.ctx, id, client.CopyFromContainerOptions{SourcePath: "/put.txt"})
	if err != nil {
		s.t.Fatal(err)
	}
	back, err := io.ReadAll(from.Content)
	from.Content.Close()
	s.show("copy from", []any{from.Stat, back}, err)
	_, err = s.c.ContainerPause(s.ctx, id, client.ContainerPauseOptions{})
	s.show("pause", nil, err)
	s.states(id)
	_, err = s.c.ContainerUnpause(s.ctx, id, client.ContainerUnpauseOptions{})
	s.show("unpause", nil, err)
	stats, err := s.c.ContainerStats(s.ctx, id, client.ContainerStatsOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	measured, err := io.ReadAll(stats.Body)
	stats.Body.Close()
	s.show("stats", string(measured), err)
	diff, err := s.c.ContainerDiff(s.ctx, id, client.ContainerDiffOptions{})
	s.show("diff", diff, err)
	_, err = s.c.ContainerKill(s.ctx, id, client.ContainerKillOptions{Signal: "KILL"})
	s.show("kill", nil, err)
	s.show("wait", s.wait(id, container.WaitConditionNotRunning), nil)
	s.remove(id)
}

func (s *sdk) exec(id, input string) {
	s.t.Helper()
	e, err := s.c.ExecCreate(s.ctx, id, client.ExecCreateOptions{
		Cmd: []string{"sh", "-c", "cat; echo err >&2; exit 3"}, AttachStdin: true, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	h, err := s.c.ExecAttach(s.ctx, e.ID, client.ExecAttachOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	stdout, stderr := s.talk(&h.HijackedResponse, input)
	s.show("exec", []string{stdout, stderr}, nil)
	done, err := s.c.ExecInspect(s.ctx, e.ID, client.ExecInspectOptions{})
	s.show("exec inspect", done, err)
}

// sdkEvents watches events while other calls cause them.
func sdkEvents(s *sdk) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	watched := s.c.Events(ctx, client.EventsListOptions{Filters: make(client.Filters).Add("container", s.name+"-watched")})
	id := s.create("-watched", "true")
	s.start(id)
	s.show("wait", s.wait(id, container.WaitConditionNotRunning), nil)
	s.remove(id)
	for {
		select {
		case e := <-watched.Messages:
			s.show("event", e, nil)
			if e.Action == "destroy" {
				return
			}
		case err := <-watched.Err:
			s.t.Fatal(err)
		}
	}
}

// sdkProject makes and removes what a compose project has.
func sdkProject(s *sdk) {
	labels := map[string]string{"com.docker.compose.project": s.name}
	mine := make(client.Filters).Add("label", "com.docker.compose.project="+s.name)
	before, err := s.c.ContainerList(s.ctx, client.ContainerListOptions{All: true, Filters: mine})
	s.show("before", before.Items, err)
	n, err := s.c.NetworkCreate(s.ctx, s.name+"_default", client.NetworkCreateOptions{Driver: "bridge", Internal: true, Labels: labels})
	s.show("network", n, err)
	for _, v := range []string{"_data", "_cache"} {
		made, err := s.c.VolumeCreate(s.ctx, client.VolumeCreateOptions{Name: s.name + v, Labels: labels})
		s.show("volume", made, err)
	}
	ids := map[string]string{}
	services := []string{"db", "web", "worker"}
	for _, service := range services {
		cfg := container.Config{Cmd: []string{"sleep", "100"}, Labels: map[string]string{"com.docker.compose.project": s.name, "com.docker.compose.service": service}}
		id := s.createWith("-"+service+"-1", cfg, &container.HostConfig{NetworkMode: "none", Binds: []string{s.name + "_data:/data"}})
		s.start(id)
		ids[service] = id
	}
	_, err = s.c.NetworkDisconnect(s.ctx, "none", client.NetworkDisconnectOptions{Container: ids["web"]})
	s.show("disconnect", nil, err)
	_, err = s.c.NetworkConnect(s.ctx, n.ID, client.NetworkConnectOptions{Container: ids["web"], EndpointConfig: &network.EndpointSettings{Aliases: []string{"web"}}})
	s.show("connect", nil, err)
	running, err := s.c.ContainerList(s.ctx, client.ContainerListOptions{Filters: mine})
	for _, c := range running.Items {
		s.show("running", []any{c.ID, c.Names, c.State, c.Created, c.Labels["com.docker.compose.project"]}, err)
	}
	for _, service := range services {
		s.states(s.name + "-" + service + "-1")
		s.remove(ids[service])
	}
	_, err = s.c.NetworkRemove(s.ctx, n.ID, client.NetworkRemoveOptions{})
	s.show("network removed", nil, err)
	for _, v := range []string{"_data", "_cache"} {
		_, err := s.c.VolumeRemove(s.ctx, s.name+v, client.VolumeRemoveOptions{})
		s.show("volume removed", nil, err)
	}
}

// sdkTwenty are twenty clients of one process that each attach, start, wait
// and remove at the same time.
func sdkTwenty(s *sdk) {
	outs := make([]*sdk, 20)
	var all sync.WaitGroup
	host := s.c.DaemonHost()
	for i := range outs {
		one := newSDK(s.t, host, fmt.Sprintf("%s-n%d", s.name, i))
		outs[i] = one
		all.Go(func() {
			defer one.c.Close()
			one.conversation(fmt.Sprintf("number %d\n", i), i)
		})
	}
	all.Wait()
	for _, one := range outs {
		s.out.WriteString(one.out.String())
	}
}

// conversation runs in a goroutine: it shows errors rather than ending the
// test.
func (s *sdk) conversation(input string, code int) {
	r, err := s.c.ContainerCreate(s.ctx, client.ContainerCreateOptions{Name: s.name, Config: &container.Config{
		Image: "busybox", Cmd: []string{"sh", "-c", fmt.Sprintf("cat; exit %d", code)}, AttachStdin: true, OpenStdin: true, StdinOnce: true,
	}, HostConfig: &container.HostConfig{NetworkMode: "none"}})
	s.show("create", r, err)
	if err != nil {
		return
	}
	h, err := s.c.ContainerAttach(s.ctx, r.ID, client.ContainerAttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		s.show("attach", nil, err)
		return
	}
	defer h.Close()
	_, err = s.c.ContainerStart(s.ctx, r.ID, client.ContainerStartOptions{})
	s.show("start", nil, err)
	_, err = io.WriteString(h.Conn, input)
	s.show("write", nil, err)
	s.show("half-close", nil, h.CloseWrite())
	var out bytes.Buffer
	_, err = stdcopy.StdCopy(&out, &out, h.Reader)
	s.show("read", out.String(), err)
	w := s.c.ContainerWait(s.ctx, r.ID, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	select {
	case ended := <-w.Result:
		s.show("wait", ended, nil)
	case err := <-w.Error:
		s.show("wait", nil, err)
	}
	s.remove(r.ID)
}
