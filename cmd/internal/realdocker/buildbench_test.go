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
// "transfer-ratio" is that of the step which reads the context.
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
	round := byte(0)
	build := func(host string) (whole, transfer time.Duration) {
		round++
		content[0], content[size/2] = round, round // else it would not be sent again
		if err := os.WriteFile(filepath.Join(dir, "data"), content, 0o600); err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command("docker", "-H", host, "buildx", "build", "--no-cache", "--progress", "rawjson", "-o", "type=cacheonly", "-f", filepath.Join(dir, "Dockerfile"), dir)
		began := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		return time.Since(began), contextStep(string(out))
	}
	build("unix://" + loop.Addr.Address) // what only the first one does
	var sums [2][2]time.Duration
	for b.Loop() {
		for i, host := range []string{"unix://" + loop.Addr.Address, p.host} {
			whole, transfer := build(host)
			sums[i][0] += whole
			sums[i][1] += transfer
		}
	}
	p.stop(b)
	b.ReportMetric(sums[0][0].Seconds()/sums[1][0].Seconds(), "ratio")
	b.ReportMetric(sums[0][1].Seconds()/sums[1][1].Seconds(), "transfer-ratio")
	b.ReportMetric(float64(b.N)*size/1e6/sums[1][1].Seconds(), "MB/s")
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
