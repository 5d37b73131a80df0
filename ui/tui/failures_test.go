package tui

import (
	"testing"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/golden"
)

// TestGoldenBuild is what one sees first of a build that failed, and its steps.
func TestGoldenBuild(t *testing.T) {
	for _, scene := range []struct {
		name string
		keys []string
	}{
		{"failed-build", []string{"e"}},
		{"failed-build-steps", []string{"t", "f", "'summary~step or op:BuildKitControl", "enter", "G", "k", "enter", "]", "]", "]", "]"}},
	} {
		for _, size := range []struct {
			name          string
			width, height int
		}{{"80x24", 80, 24}, {"120x36", 120, 36}, {"200x50", 200, 50}} {
			t.Run(scene.name+"-"+size.name, func(t *testing.T) {
				s := newStage(t, exchangetest.Build(), size.width, size.height, nil)
				s.press(scene.keys...)
				golden.Check(t, "testdata/screens/"+scene.name+"-"+size.name+".txt", s.text())
			})
		}
	}
}
