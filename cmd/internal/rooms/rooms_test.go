package rooms

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/dockwire/dockwire/"

// rule says what the packages of a folder may import of ours, by folder, and
// must not import of others, by path or folder. The longest folder that holds
// a package has its rule; every package may import from its own rule's folder.
type rule struct {
	room string
	may  []string
	not  []string
}

// outside is everything that touches the world: bytes become meaning without
// it, so that the same bytes give the same events at any time.
var outside = []string{"net", "net/http", "os", "os/exec", "io/fs", "crypto/tls", "syscall", "golang.org/x/sys", "golang.org/x/term"}

// screens are the libraries that draw.
var screens = []string{"github.com/gdamore/tcell", "github.com/rivo/tview"}

var rules = []rule{
	{"cmd", []string{"decode", "intercept", "recordings", "ui"}, nil},
	{"intercept", nil, screens},
	{"decode", []string{"decode"}, append(slices.Clone(screens), outside...)},
	{"decode/engine", nil, screens},                               // os for file modes, net/http for status texts
	{"decode/exchange/exchangetest", []string{"decode"}, screens}, // makes events for tests
	{"decode/filter", []string{"decode"}, screens},
	{"decode/golden", nil, screens}, // files of testdata
	{"recordings", []string{"decode"}, screens},
	{"recordings/internal", []string{"decode", "recordings"}, screens},
	{"recordings/flow", []string{"decode", "recordings"}, screens},
	{"recordings/diff", []string{"decode", "recordings"}, screens},
	{"recordings/export", []string{"decode", "recordings"}, screens},
	{"recordings/verify", []string{"decode", "recordings"}, screens},
	{"recordings/replay", []string{"decode", "recordings", "intercept/peercred"}, screens}, // which process a client is
	{"ui", []string{"decode"}, append([]string{"net/http", "crypto/tls"}, screens...)},
	{"ui/tui", []string{"decode", "ui"}, []string{"net", "net/http", "crypto/tls"}},
}

// below are arrows that must not be drawn within a folder.
var below = []struct{ from, to, why string }{
	{"recordings/replay", "recordings/verify", "replay, verify and diff are siblings"},
	{"recordings/replay", "recordings/diff", "replay, verify and diff are siblings"},
	{"recordings/diff", "recordings/verify", "replay, verify and diff are siblings"},
	{"recordings/verify", "recordings/diff", "replay, verify and diff are siblings"},
	{"recordings/flow", "recordings/replay", "flow is below replay, verify and diff"},
	{"recordings/flow", "recordings/verify", "flow is below replay, verify and diff"},
	{"recordings/flow", "recordings/diff", "flow is below replay, verify and diff"},
	{"decode/engine", "decode/exchange", "the table of operations knows no events"},
	{"ui/model", "ui/tui", "the model knows no screen"},
	{"ui/text", "ui/tui", "lines need no screen"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsRunOneWay(t *testing.T) {
	all := packages(t)
	if len(all) < 40 {
		t.Fatalf("go list names %d packages only", len(all))
	}
	for _, p := range all {
		room := strings.TrimPrefix(p.ImportPath, module)
		r := ruleOf(room)
		if r == nil {
			t.Errorf("%s: no rule says what it may import; new code goes into cmd, intercept, decode, ui or recordings", room)
			continue
		}
		for _, imported := range p.Imports {
			if reason := r.refuses(room, imported); reason != "" {
				t.Errorf("%s imports %s: %s", room, imported, reason)
			}
		}
	}
}

func ruleOf(room string) *rule {
	var found *rule
	for i := range rules {
		if r := &rules[i]; inside(room, r.room) && (found == nil || len(r.room) > len(found.room)) {
			found = r
		}
	}
	return found
}

// refuses says why a package may not import another, or "".
func (r *rule) refuses(room, imported string) string {
	ours, isOurs := strings.CutPrefix(imported, module)
	if !isOurs {
		if slices.ContainsFunc(r.not, func(n string) bool { return imported == n || n != "net" && strings.HasPrefix(imported, n+"/") }) {
			return "its room must not know that"
		}
		return ""
	}
	for _, b := range below {
		if inside(room, b.from) && inside(ours, b.to) {
			return b.why
		}
	}
	if inside(ours, r.room) || slices.ContainsFunc(r.may, func(folder string) bool { return inside(ours, folder) }) {
		return ""
	}
	return "imports run cmd → ui, recordings, intercept → decode"
}

func inside(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}
