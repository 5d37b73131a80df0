//go:build linux

package realdocker

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// object is what these tests read of a printed exchange.
type object struct {
	ID        int    `json:"id"`
	Method    string `json:"method"`
	Target    string `json:"target"`
	Operation string `json:"operation"`
	Status    *int   `json:"status"`
	Summary   string `json:"summary"`
	Request   struct {
		Content string `json:"content"`
	} `json:"request"`
	End       json.RawMessage `json:"end"`
	Gaps      json.RawMessage `json:"gaps"`
	Anomalies int             `json:"anomalies"`
}

// cutOffWithItsConnection says that the exchange is a gRPC call whose
// connection was closed while it was open: BuildKit's clients leave with the last
// health check, or the last progress, under way, and then nothing answers.
func (o object) cutOffWithItsConnection() bool {
	var end struct{ How string }
	return o.Request.Content == "grpc" && json.Unmarshal(o.End, &end) == nil && (end.How == "cancel" || end.How == "reset")
}

// pingGivenUp says that docker left before the answer to its first ping: it waits
// two seconds, which an ssh that logs in on a loaded machine may take.
func (o object) pingGivenUp() bool {
	var end struct{ By string }
	return o.Operation == "SystemPingHead" && json.Unmarshal(o.End, &end) == nil && end.By == "client"
}

// printed reads a recording as a script would.
func printed(t *testing.T, path string) []object {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(dockwire, "print", "--format", "json", path)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil || stderr.Len() > 0 {
		t.Fatalf("dockwire print: %v\n%s", err, &stderr)
	}
	var all []object
	lines := bufio.NewScanner(&stdout)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var o object
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%v in %s", err, lines.Bytes())
		}
		all = append(all, o)
	}
	return all
}

// checkRecording wants everything that real clients say to be understood: an
// operation for each exchange, an answer, an end, and not a byte that could
// not be decoded or was not seen.
func checkRecording(t *testing.T, path string) {
	t.Helper()
	all := printed(t, path)
	if len(all) == 0 {
		t.Error("nothing was recorded")
	}
	for _, o := range all {
		switch {
		case o.Operation == "":
			t.Errorf("exchange %d, %s %s: no operation", o.ID, o.Method, o.Target)
		case o.Status == nil && !o.cutOffWithItsConnection() && !o.pingGivenUp():
			t.Errorf("exchange %d, %s: no answer", o.ID, o.Operation)
		case string(o.End) == "null":
			t.Errorf("exchange %d, %s: no end", o.ID, o.Operation)
		case o.Gaps != nil || o.Anomalies > 0:
			t.Errorf("exchange %d, %s: gaps %s, %d anomalies", o.ID, o.Operation, o.Gaps, o.Anomalies)
		}
	}
}
