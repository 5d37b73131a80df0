package safe

import (
	"io"
	"unicode/utf8"
)

// Writer escapes what passes as Lines does.
func Writer(w io.Writer) io.Writer {
	return &writer{w: w, escape: func(text []byte) []byte { return []byte(Lines(string(text))) }}
}

// writer escapes what passes, whole characters at a time.
type writer struct {
	w      io.Writer
	escape func([]byte) []byte
	part   []byte // the beginning of a character
}

func (w *writer) Write(p []byte) (int, error) {
	text := append(w.part, p...)
	whole := len(text)
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if last := text[len(text)-i:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				whole -= i
			}
			break
		}
	}
	_, err := w.w.Write(w.escape(text[:whole]))
	w.part = append([]byte(nil), text[whole:]...)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}
