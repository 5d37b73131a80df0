package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// Mark is what a person noted about an exchange.
type Mark struct {
	Marked  bool   `json:"marked,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// Marks are the marks and comments of a recording, by exchange.
type Marks struct {
	byID    map[decode.ExchangeID]Mark
	changed bool
}

// marksVersion is the version of the form in which marks are saved.
const marksVersion = 1

// newMarks makes marks without any.
func newMarks() *Marks { return &Marks{byID: map[decode.ExchangeID]Mark{}} }

// Of returns what was noted about an exchange.
func (m *Marks) Of(id decode.ExchangeID) Mark { return m.byID[id] }

// Set notes something about an exchange; the zero Mark takes it away.
func (m *Marks) Set(id decode.ExchangeID, k Mark) {
	if m.byID[id] == k {
		return
	}
	m.changed = true
	if k == (Mark{}) {
		delete(m.byID, id)
		return
	}
	m.byID[id] = k
}

// Changed says, once, that there is something to save.
func (m *Marks) Changed() bool {
	c := m.changed
	m.changed = false
	return c
}

// IDs are the exchanges that are marked or have a comment, in order.
func (m *Marks) IDs() []decode.ExchangeID {
	return slices.Sorted(maps.Keys(m.byID))
}

// marksFile is how marks are saved.
type marksFile struct {
	Version int                        `json:"v"`
	Marks   map[decode.ExchangeID]Mark `json:"marks"`
}

// Encode gives the marks as they are saved.
func (m *Marks) Encode() []byte {
	b, err := json.MarshalIndent(marksFile{marksVersion, m.byID}, "", "  ")
	if err != nil {
		panic(err) // numbers and strings
	}
	return append(b, '\n')
}

// Decode reads saved marks.
func (m *Marks) Decode(b []byte) error {
	var f marksFile
	if err := json.Unmarshal(b, &f); err != nil {
		return fmt.Errorf("the saved marks cannot be read: %w", err)
	}
	if f.Version != marksVersion {
		return fmt.Errorf("the saved marks have version %d, and this program knows version %d", f.Version, marksVersion)
	}
	maps.Copy(m.byID, f.Marks)
	return nil
}
