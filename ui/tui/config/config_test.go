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
	if c, err := Parse([]byte("keys: {follow: F}"), known); err != nil || len(c.Keys["follow"]) != 1 {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := Parse(nil, known); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	for in, want := range map[string]string{
		"# mine\ntheme: pink":                 `line 2: there is no theme "pink"`,
		"colour: no":                          `line 1: there is no setting "colour"`,
		"keys:\n  fly: [x]":                   `line 2: keys: there is no action "fly"`,
		"keys:\n  follow:\n  - F\n  - ctrl-9": `line 4: keys: "ctrl-9" is no key`,
		"mouse: 3":                            `line 1: mouse is "3"`,
		"keys: 7":                             "line 1: actions with their keys are expected",
		"keys: [":                             "line 1",
	} {
		if _, err := Parse([]byte(in), known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", in, err)
		}
	}
}
