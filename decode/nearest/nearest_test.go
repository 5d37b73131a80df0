package nearest

import (
	"slices"
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	names := []string{"tag", "status", "took", "ContainerCreate", "ContainerStart", "docker run"}
	for word, want := range map[string]string{
		"stat":                     "status",
		"statsu":                   "status",
		"tga":                      "tag",
		"containerkreate":          "ContainerCreate",
		"docker rum":               "docker run",
		"somethingelseentirely":    "",
		strings.Repeat("x", 1<<20): "",
		"":                         "",
	} {
		if got := Word(word, slices.Values(names)); got != want {
			t.Errorf("%.30q: %q, want %q", word, got, want)
		}
	}
}
