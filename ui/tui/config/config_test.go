package config

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	known := func(a string) bool { return a == "follow" }
	c, err := Parse([]byte("theme: light\nmouse: false\nkeys:\n  follow: [F, ctrl-f]\n"), known)
	if err != nil || c.Theme != "light" || c.Mouse == nil || *c.Mouse || len(c.Keys["follow"]) != 2 {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := Parse(nil, known); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	for in, want := range map[string]string{
		"theme: pink":              "pink",
		"colour: no":               "colour",
		"keys: {fly: [x]}":         "fly",
		"keys: {follow: [ctrl-9]}": "ctrl-9",
	} {
		if _, err := Parse([]byte(in), known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", in, err)
		}
	}
}
