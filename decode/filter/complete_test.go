package filter_test

import (
	"slices"
	"testing"

	"github.com/dockwire/dockwire/decode/filter"
)

func TestComplete(t *testing.T) {
	seen := func(field string) []filter.ValueDoc {
		if field != "cmd" {
			return nil
		}
		return []filter.ValueDoc{{Value: `"docker ps"`}, {Value: `"docker compose up -d"`}}
	}
	for _, c := range []struct {
		in       string // | is the cursor
		want     []string
		wantNot  []string
		from, to int // of the first of want
	}{
		{"|", []string{"method:", "took>", "is:", "body~", "not "}, []string{"and ", "or "}, 0, 0},
		{"met|", []string{"method:"}, []string{"op:", "not "}, 0, 3},
		{"MET|", []string{"method:"}, nil, 0, 3},
		{"he|", []string{"header.", "header:"}, nil, 0, 2},
		{"method:|", []string{"GET", "POST"}, []string{"method:"}, 7, 7},
		{"method:po|", []string{"POST"}, []string{"GET", "PUT"}, 7, 9},
		{"op:containerc|", []string{"ContainerCreate"}, []string{"ContainerList"}, 3, 13},
		{"is:re|", []string{"redacted"}, []string{"error"}, 3, 5},
		{"method:GET |", []string{"and ", "or ", "status:"}, nil, 11, 11},
		{"method:GET st|", []string{"status:"}, []string{"and "}, 11, 13},
		{"method:GET a|", []string{"and "}, nil, 11, 12},
		{"(is:error or is:|)", []string{"open"}, nil, 16, 16},
		{"!is:|", []string{"error"}, nil, 4, 4},
		{"!|", []string{"is:"}, nil, 1, 1},
		{"(|", []string{"is:"}, []string{"and "}, 1, 1},
		{"\"met|", nil, []string{"method:"}, 0, 0},
		{"met|hod:GET", []string{"method:"}, nil, 0, 3},
		{"tag:N|", []string{"Network", "Node"}, []string{"Image", "Container"}, 4, 5},
		{"op:create|", []string{"ContainerCreate", "NetworkCreate"}, []string{"ContainerStart"}, 3, 9},
		{"cmd:up|", []string{`"docker compose up -d"`}, []string{`"docker ps"`}, 4, 6},
		{`cmd:"docker c|`, []string{`"docker compose up -d"`}, []string{`"docker ps"`}, 4, 13},
	} {
		cursor := 0
		for c.in[cursor] != '|' {
			cursor++
		}
		s := c.in[:cursor] + c.in[cursor+1:]
		var got []string
		for _, o := range filter.Complete(s, cursor, seen) {
			if len(c.want) > 0 && o.Text == c.want[0] && (o.From != c.from || o.To != c.to) {
				t.Errorf("%s: %+v, want %d to %d", c.in, o, c.from, c.to)
			}
			got = append(got, o.Text)
		}
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no %q in %q", c.in, w, got)
			}
		}
		for _, w := range c.wantNot {
			if slices.Contains(got, w) {
				t.Errorf("%s: %q in %q", c.in, w, got)
			}
		}
	}
}
