package model

import "time"

// keptNotes is how many remarks are kept to be read again.
const keptNotes = 200

// Note is a remark to the person at the screen: the recording stopped, a
// client was refused, a marker was set.
type Note struct {
	At   time.Duration // what the model knew of the time when it came
	Text string
}

// Notes are the latest remarks, oldest first.
type Notes struct {
	Latest []Note
	Count  int // all that ever came
}

// Earlier is how many remarks are no longer kept.
func (n *Notes) Earlier() int { return n.Count - len(n.Latest) }

// add takes remarks in, and those of which only the number is known.
func (n *Notes) add(now time.Duration, texts []string, unkept int) {
	n.Count += len(texts) + unkept
	for _, text := range texts {
		n.Latest = append(n.Latest, Note{now, cut(text)})
	}
	if more := len(n.Latest) - keptNotes; more > 0 {
		n.Latest = append(n.Latest[:0], n.Latest[more:]...)
	}
}
