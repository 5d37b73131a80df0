package engine

import (
	"slices"
	"testing"
)

// What only leaves out changes nothing for the keys that stay, wherever the text
// was cut, in whatever case and however often a key comes.
func TestOnlyKeepsWhatIsAsked(t *testing.T) {
	const text = ` {"Id":"a","x":[1,{"State":{"Status":"no"}}],"state":{"Status":"up","Health":{"Status":"ok"}},"\u004eame":"/n","State":{"Pid":7}} `
	paths := [][]string{{"Id"}, {"Name"}, {"State"}, {"State", "Status"}, {"State", "Pid"}, {"State", "Health", "Status"}, {"absent"}}
	for end := range len(text) + 1 {
		whole := body(text[:end])
		small := whole.only("Id", "name", "State", "absent")
		for _, path := range paths {
			if want, got := whole.at(path...), small.at(path...); !slices.Equal(want, got) {
				t.Errorf("%v of %q: %q, of %q: %q", path, whole, want, small, got)
			}
		}
		if deep := whole.only("state/Health", "State/Pid"); !slices.Equal(deep.at("State", "Pid"), whole.at("State", "Pid")) ||
			!slices.Equal(deep.at("State", "Health", "Status"), whole.at("State", "Health", "Status")) || deep.text("State", "Status") != "" {
			t.Errorf("of %q: %q", whole, deep)
		}
		if small.text("x") != "" || len(small) > len(whole)+1 {
			t.Errorf("of %q: %q", whole, small)
		}
	}
	if got := body(`[1]`).only("Id"); string(got) != `[1]` {
		t.Errorf("of an array: %q", got)
	}
}
