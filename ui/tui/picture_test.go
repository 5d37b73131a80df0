package tui

import (
	"errors"
	"strings"
	"testing"
)

// A page of the screen becomes a picture, without the prompt that asked for it.
func TestExportScreen(t *testing.T) {
	var path, svg string
	s := newStage(t, scene(), 100, 24, func(o *Options) {
		o.Picture = func(p string, b []byte) error {
			if p == "there.svg" {
				return errors.New("there.svg exists")
			}
			path, svg = p, string(b)
			return nil
		}
	})
	s.press(":", "'export screen calls.svg", "enter")
	if path != "calls.svg" || !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, "docker ps -a") || strings.Contains(svg, "export screen") {
		t.Errorf("%q: %s", path, svg)
	}
	s.press(":", "'export screen there.svg", "enter")
	s.shows("there.svg exists")
}
