//go:build linux

package realdocker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

// BenchmarkBuildContext builds with a context of 256 MiB through a tap that
// records, and through a bare copy loop, in turn. Of a run, "ratio" is the
// throughput of the tap by that of the loop, over whole builds;
// "transfer-ratio" is that of the step which reads the context. Processor time is
// the tap's, and the loop's with this process, for each MB of context.
func BenchmarkBuildContext(b *testing.B) {
	if os.Getenv(asked) == "" {
		b.Skip("needs a dockerd: " + asked + "=1")
	}
	const size = 256 << 20
	dir := b.TempDir()
	content := noise(size)
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\nCOPY data /\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	loop, err := loadtest.BareLoop(loadtest.Unix(filepath.Join(dir, "bare.sock")), loadtest.Unix(daemonSocket))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { loop.Close() })
	p := startTap(b)
	ways := []struct {
		host string
		pid  int
	}{{"unix://" + loop.Addr.Address, os.Getpid()}, {p.host, p.cmd.Process.Pid}}
	round := byte(0)
	build := func(i int) (took costs) {
		round++
		content[0], content[size/2] = round, round // else it would not be sent again
		if err := os.WriteFile(filepath.Join(dir, "data"), content, 0o600); err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command("docker", "-H", ways[i].host, "buildx", "build", "--no-cache", "--progress", "rawjson", "-o", "type=cacheonly", "-f", filepath.Join(dir, "Dockerfile"), dir)
		before, _ := loadtest.Processor(ways[i].pid)
		began := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		after, _ := loadtest.Processor(ways[i].pid)
		return costs{time.Since(began), contextStep(string(out)), after - before}
	}
	build(0) // what only the first one does
	var sums [2]costs
	for n := 0; b.Loop(); n++ {
		for i := range ways {
			i = (i + n) % len(ways) // a build is slower for what the one before has left to do
			sums[i].add(build(i))
		}
	}
	p.stop(b)
	bare, through := sums[0], sums[1]
	passed := float64(b.N) * size / 1e6
	b.ReportMetric(bare.whole.Seconds()/through.whole.Seconds(), "ratio")
	b.ReportMetric(bare.transfer.Seconds()/through.transfer.Seconds(), "transfer-ratio")
	b.ReportMetric(passed/through.transfer.Seconds(), "MB/s")
	b.ReportMetric(bare.processor.Seconds()*1e6/passed, "bare-µs/MB")
	b.ReportMetric(through.processor.Seconds()*1e6/passed, "tap-µs/MB")
}

// costs are of builds: how long they took, their transfers of the context, and the
// processor time of what was between.
type costs struct{ whole, transfer, processor time.Duration }

func (c *costs) add(more costs) {
	c.whole += more.whole
	c.transfer += more.transfer
	c.processor += more.processor
}

// contextStep is how long the daemon took to read the context.
func contextStep(progress string) (took time.Duration) {
	for line := range strings.Lines(progress) {
		var status struct {
			Vertexes []struct {
				Name               string
				Started, Completed *time.Time
			}
		}
		if json.Unmarshal([]byte(line), &status) != nil {
			continue
		}
		for _, v := range status.Vertexes {
			if v.Name == "[internal] load build context" && v.Started != nil && v.Completed != nil {
				took = v.Completed.Sub(*v.Started)
			}
		}
	}
	return took
}
