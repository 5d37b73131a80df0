package dockerargs

import (
	"slices"
	"strings"
)

// Part is a flag as it was given, or a word that is no flag.
type Part struct {
	Flag *Flag  // nil: a word
	Text string // as a person would write it: "-p 80:80", "--name web", "nginx"

	at     int    // index of its first argument
	length int    // how many arguments it has
	letter string // not "": one of several letters behind one dash
}

// Split divides the arguments behind a command into flags and words. An
// argument that does not fit the help is a word.
func (h Help) Split(args []string) []Part {
	var parts []Part
	for i := 0; i < len(args); {
		arg := args[i]
		switch {
		case arg == "--":
			return words(parts, args, i+1)
		case strings.HasPrefix(arg, "--"):
			parts = append(parts, h.splitLong(args, i))
		case len(arg) > 1 && arg[0] == '-':
			parts = append(parts, h.splitShort(args, i)...)
		case h.Stops:
			return words(parts, args, i)
		default:
			parts = append(parts, Part{Text: arg, at: i, length: 1})
		}
		last := parts[len(parts)-1]
		i = last.at + last.length
	}
	return parts
}

func words(parts []Part, args []string, from int) []Part {
	for i := from; i < len(args); i++ {
		parts = append(parts, Part{Text: args[i], at: i, length: 1})
	}
	return parts
}

func (h Help) splitLong(args []string, i int) Part {
	name, _, joined := strings.Cut(args[i][2:], "=")
	p := Part{Flag: h.long(name), Text: args[i], at: i, length: 1}
	if p.Flag != nil && p.Flag.Value != "" && !joined && i+1 < len(args) {
		p.Text, p.length = args[i]+" "+args[i+1], 2
	}
	return p
}

// splitShort divides one-letter flags: -it, -p 80:80, -p80:80, -itp 80:80.
func (h Help) splitShort(args []string, i int) []Part {
	letters := args[i][1:]
	var parts []Part
	for j := range letters {
		letter := letters[j : j+1]
		p := Part{Flag: h.short(letter), Text: "-" + letter, at: i, length: 1, letter: letter}
		if p.Flag == nil {
			return []Part{{Text: args[i], at: i, length: 1}}
		}
		if p.Flag.Value == "" {
			parts = append(parts, p)
			continue
		}
		if rest := letters[j+1:]; rest != "" {
			p.Text += rest
		} else if i+1 < len(args) {
			p.Text, p.length = p.Text+" "+args[i+1], 2
		}
		parts = append(parts, p)
		break
	}
	if len(parts) == 1 {
		parts[0].letter = ""
	}
	return parts
}

// Without returns the arguments without one part.
func Without(args []string, p Part) []string {
	out := slices.Clone(args)
	if p.letter == "" {
		return slices.Delete(out, p.at, p.at+p.length)
	}
	before, _, _ := strings.Cut(out[p.at][1:], p.letter)
	after := out[p.at][1+len(before)+1:]
	if p.Flag.Value != "" { // the last letter, with all that follows it
		out = slices.Delete(out, p.at+1, p.at+p.length)
		after = ""
	}
	out[p.at] = "-" + before + after
	return out
}
