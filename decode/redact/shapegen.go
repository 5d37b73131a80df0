//go:build ignore

// Command shapegen makes shapes.tsv from the rules of gitleaks (MIT licence):
// those that are known by a fixed beginning. Run it with go generate.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

const version = "v8.28.0"

func main() {
	var mod struct{ Dir string }
	out, err := exec.Command("go", "mod", "download", "-json", "github.com/zricethezav/gitleaks/v8@"+version).Output()
	if err == nil {
		err = json.Unmarshal(out, &mod)
	}
	var toml []byte
	if err == nil {
		toml, err = os.ReadFile(filepath.Join(mod.Dir, "config", "gitleaks.toml"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shortest := map[string]int{} // by rule and prefix
	rule := regexp.MustCompile(`(?s)id = "([^"]+)".*?regex = '''(.*?)'''`)
	for _, block := range strings.Split(string(toml), "[[rules]]") {
		if m := rule.FindStringSubmatch(block); m != nil {
			shapes(shortest, m[1], m[2])
		}
	}
	var lines []string
	for line, n := range shortest {
		lines = append(lines, fmt.Sprintf("%s\t%d", line, n))
	}
	slices.Sort(lines)
	head := "# Made by shapegen.go from gitleaks " + version + ", Copyright (c) 2019 Zachary Rice, MIT licence. Do not edit.\n#rule\tprefix\tshortest rest\n"
	if err := os.WriteFile("shapes.tsv", []byte(head+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// shapes adds the beginnings that the expression of a rule can have. Where
// they are long, a token that was cut counts as well.
func shapes(shortest map[string]int, id, expr string) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return
	}
	for _, s := range walk(re) {
		prefix := s.prefix
		end := prefix[max(0, len(prefix)-1):]
		switch {
		case len(prefix) < 3 || len(prefix) > 24, strings.ContainsAny(prefix, " \t\"':/=<"), s.min < 10:
		case strings.ContainsAny(end, "_-.") || prefix == "AIza" || strings.HasPrefix(prefix, "AKIA") || strings.HasPrefix(prefix, "ASIA"):
			line := id + "\t" + prefix
			n := s.min
			if len(prefix) > 3 {
				n = min(n, 20)
			}
			if was, ok := shortest[line]; !ok || n < was {
				shortest[line] = n
			}
		}
	}
}

// part is a literal beginning and how much follows it.
type part struct {
	prefix   string
	min, max int // of the rest; max 0: any
	closed   bool
}

// walk lists the beginnings of what an expression matches.
func walk(re *syntax.Regexp) []part {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return []part{{closed: true, min: len(re.Rune), max: len(re.Rune)}}
		}
		return []part{{prefix: string(re.Rune)}}
	case syntax.OpCapture:
		return walk(re.Sub[0])
	case syntax.OpAlternate:
		var all []part
		for _, sub := range re.Sub {
			all = append(all, walk(sub)...)
		}
		return all
	case syntax.OpConcat:
		all := []part{{}}
		for _, sub := range re.Sub {
			all = join(all, sub)
		}
		return all
	case syntax.OpCharClass:
		n := 0
		for i := 0; i < len(re.Rune); i += 2 {
			n += int(re.Rune[i+1]-re.Rune[i]) + 1
		}
		if n > 8 {
			return []part{{closed: true, min: 1, max: 1}}
		}
		var all []part
		for i := 0; i < len(re.Rune); i += 2 {
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				all = append(all, part{prefix: string(c)})
			}
		}
		return all
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginLine, syntax.OpEndLine:
		return []part{{}}
	case syntax.OpQuest:
		return append([]part{{}}, walk(re.Sub[0])...)
	case syntax.OpRepeat:
		return []part{{closed: true, min: re.Min, max: max(re.Max, 0)}}
	case syntax.OpPlus:
		return []part{{closed: true, min: 1}}
	}
	return []part{{closed: true}}
}

func join(all []part, next *syntax.Regexp) (out []part) {
	for _, a := range all {
		for _, b := range walk(next) {
			j := a
			if !a.closed {
				j.prefix, j.min, j.max, j.closed = a.prefix+b.prefix, b.min, b.max, b.closed
			} else if n := len(b.prefix) + b.min; n > 0 {
				j.min, j.max = a.min+n, 0
			}
			out = append(out, j)
		}
	}
	if len(out) > 256 {
		out = out[:256]
	}
	return out
}
