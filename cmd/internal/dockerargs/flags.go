package dockerargs

import (
	"regexp"
	"strings"
)

// Flag is one flag of a command, as its help describes it.
type Flag struct {
	Long  string // without dashes
	Short string // one letter, or ""
	Value string // the kind of its value, as help names it; "" for a switch
	Usage string // the client's own description
}

// Help is what the --help of a command says.
type Help struct {
	Flags []Flag
	// Group says that a subcommand has to follow.
	Group bool
	// Stops says that flags end at the first word that is not a flag. The words
	// behind it belong to another program.
	Stops bool
}

// flagLine is a line of help that describes a flag: two or more spaces end its
// names.
var flagLine = regexp.MustCompile(`^\s+(?:-(\w), )?--([\w-]+)(?: (\S+))?(?:\s{2,}(.*))?$`)

// wrapped is how a line begins that goes on with a flag's description.
const wrapped = "                    "

// ParseHelp reads the output of a command's --help.
func ParseHelp(text string) Help {
	var h Help
	for _, line := range strings.Split(text, "\n") {
		if usage, ok := strings.CutPrefix(strings.TrimSpace(line), "Usage:"); ok {
			h.Group = strings.HasSuffix(strings.TrimSpace(usage), " COMMAND")
			h.Stops = strings.Contains(usage, "[ARG...]") || strings.Contains(usage, "[ARGS...]")
			continue
		}
		m := flagLine.FindStringSubmatch(line)
		if m == nil {
			if n := len(h.Flags); n > 0 && strings.HasPrefix(line, wrapped) {
				h.Flags[n-1].Usage += " " + strings.TrimSpace(line)
			}
			continue
		}
		h.Flags = append(h.Flags, Flag{Long: m[2], Short: m[1], Value: m[3], Usage: m[4]})
	}
	return h
}

func (h Help) long(name string) *Flag {
	for i := range h.Flags {
		if h.Flags[i].Long == name {
			return &h.Flags[i]
		}
	}
	return nil
}

func (h Help) short(letter string) *Flag {
	for i := range h.Flags {
		if h.Flags[i].Short == letter {
			return &h.Flags[i]
		}
	}
	return nil
}
