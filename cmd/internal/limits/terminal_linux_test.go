package limits

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dockwire/dockwire/ui/emulator"
)

const columns, rows = 120, 40

// terminal is the person's side of a pty: what comes is kept with its time and
// made a screen of only when asked, so that it costs little meanwhile.
type terminal struct {
	tty  *os.File
	read sync.WaitGroup

	mu      sync.Mutex
	output  []output
	presses []press
}

type output struct {
	at    time.Time
	bytes []byte
}

// press is a key that was pressed, and what the screen holds, or no longer
// holds, once it has taken effect.
type press struct {
	at    time.Time
	text  string
	shows bool
}

// newTerminal reads the pty until it is closed.
func newTerminal(tty *os.File) *terminal {
	term := &terminal{tty: tty}
	term.read.Go(func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := tty.Read(buf)
			if err != nil {
				return
			}
			term.mu.Lock()
			term.output = append(term.output, output{time.Now(), []byte(string(buf[:n]))})
			term.mu.Unlock()
		}
	})
	return term
}

// press presses keys that open a page and close it again, in turns, until
// done.
func (term *terminal) press(open, closing, text string, done <-chan struct{}) error {
	every := time.NewTicker(200 * time.Millisecond)
	defer every.Stop()
	for shows := true; ; shows = !shows {
		key := open
		if !shows {
			key = closing
		}
		term.mu.Lock()
		term.presses = append(term.presses, press{time.Now(), text, shows})
		term.mu.Unlock()
		if _, err := term.tty.WriteString(key); err != nil {
			return err
		}
		select {
		case <-every.C:
		case <-done:
			if !shows { // the page is closed
				return nil
			}
		}
	}
}

// settle waits until nothing has come for a while.
func (term *terminal) settle() {
	for n, was := 0, -1; n != was; {
		time.Sleep(500 * time.Millisecond)
		term.mu.Lock()
		n, was = len(term.output), n
		term.mu.Unlock()
	}
}

// answers says how long each key took to have its effect on the screen.
func (term *terminal) answers(tb testing.TB) (took []time.Duration) {
	tb.Helper()
	term.mu.Lock()
	defer term.mu.Unlock()
	screen := emulator.New(columns, rows, 0)
	waiting := term.presses
	for _, o := range term.output {
		screen.Write(o.bytes)
		for len(waiting) > 0 && !o.at.Before(waiting[0].at) && strings.Contains(shown(screen), waiting[0].text) == waiting[0].shows {
			took = append(took, o.at.Sub(waiting[0].at))
			waiting = waiting[1:]
		}
	}
	if len(waiting) > 0 {
		tb.Fatalf("%d keys had no effect; the screen:\n%s", len(waiting), shown(screen))
	}
	return took
}

// shown is the text of a screen, in lines.
func shown(screen *emulator.Screen) string {
	var text strings.Builder
	for _, row := range screen.Cells() {
		for _, c := range row {
			text.WriteString(c.Text)
		}
		text.WriteByte('\n')
	}
	return text.String()
}
