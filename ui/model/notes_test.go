package model

import (
	"fmt"
	"testing"
	"time"
)

// However many remarks come, some are kept and all are counted.
func TestNotesAreBounded(t *testing.T) {
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	said := 0
	for range 3 {
		in.Tick(time.Duration(said) * time.Second)
		for range maxNotes + 10 {
			said++
			in.Note(fmt.Sprint(said))
		}
		m.Pull()
	}
	n := m.Notes()
	if len(n.Latest) != keptNotes || n.Count != said || n.Earlier() != said-keptNotes {
		t.Fatalf("%d kept, %d earlier, %d of %d in all", len(n.Latest), n.Earlier(), n.Count, said)
	}
	// The last ten of each hundred and ten found no room.
	if last := n.Latest[len(n.Latest)-1]; last.Text != fmt.Sprint(said-10) || last.At != time.Duration(said-maxNotes-10)*time.Second {
		t.Errorf("the latest is %+v", last)
	}
}
