package mermaid

import (
	"strings"
	"testing"
)

func TestSequence(t *testing.T) {
	var b strings.Builder
	s := NewSequence(&b)
	s.Participant("c", `docker; <b>"x"`)
	s.Arrow("c", Request, "d", "a#b")
	s.Note("c,d", "")
	want := "sequenceDiagram\n    participant c as docker#59; #60;b#62;#34;x#34;\n    c->>d: a#35;b\n    Note over c,d:  \n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
