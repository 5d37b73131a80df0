package tui

import (
	"slices"
	"testing"
)

// A key that a person gives to an action is taken from what had it.
func TestOwnKeys(t *testing.T) {
	got := map[string][]string{}
	for _, a := range withOwn(map[string][]string{"follow": {"j"}, "sort": {"s", "o"}, "top": {}}) {
		got[a.id] = a.keys
	}
	for id, want := range map[string][]string{"follow": {"j"}, "down": {"down"}, "sequence": {}, "sort": {"s", "o"}, "top": {}, "up": {"k", "up"}} {
		if !slices.Equal(got[id], want) {
			t.Errorf("%s: %q, not %q", id, got[id], want)
		}
	}
	if bound := bind(map[string][]string{"follow": {"j"}})["j"]; len(bound) != 1 || bound[0].id != "follow" {
		t.Errorf("j: %+v", bound)
	}
}
