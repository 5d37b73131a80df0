package text

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/safe"
)

func TestOperationsFindsWhatIsMeant(t *testing.T) {
	for asked, want := range map[string]string{
		"ContainerCreate":                "ContainerCreate",
		"containercreate":                "ContainerCreate",
		"POST /containers/x/start":       "ContainerStart",
		"post /v1.47/containers/x/start": "ContainerStart",
		"GET /_ping":                     "SystemPing",
		"docker rename":                  "ContainerRename",
		"ContainerRen":                   "ContainerRename",
		"/containers/x/start":            "ContainerStart",
		"no such thing":                  "",
		"POST /nowhere":                  "",
	} {
		got := ""
		for _, op := range Operations(asked) {
			got += op.ID
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", asked, got, want)
		}
	}
}

func TestExplanationFitsItsWidth(t *testing.T) {
	for _, op := range engine.Operations() {
		for _, width := range []int{40, 80} {
			for i, l := range strings.Split(Explanation(op, width), "\n") {
				longWord := len(strings.Fields(l)) <= 2 || strings.HasPrefix(l, "  ") && width == 40 // the name takes half
				if i > 0 && safe.Width(l) > width && !longWord && !strings.HasPrefix(l, "Headers") && !strings.HasPrefix(l, "Request body") {
					t.Errorf("%s at %d columns: %q", op.ID, width, l)
				}
			}
		}
	}
}

func TestExplanationNamesEveryParameter(t *testing.T) {
	text := Explanation(engine.Find("ContainerCreate"), 80)
	for _, want := range []string{"POST /containers/create", "docker run", "platform", "name"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}
