package intercept

import (
	"slices"
	"testing"
)

func TestParseProcargs(t *testing.T) {
	const argc3, argc0 = "\x03\x00\x00\x00", "\x00\x00\x00\x00"
	for _, c := range []struct {
		in   string
		want []string
	}{
		{argc3 + "/usr/bin/docker\x00\x00\x00\x00docker\x00run\x00a b\x00HOME=/root\x00", []string{"docker", "run", "a b"}},
		{argc3 + "/bin/x\x00x\x00\x00\x00E=1\x00", []string{"x", "", ""}},
		{argc0 + "/bin/x\x00", nil},
		{argc3 + "/bin/x\x00x\x00cut", nil},
		{argc3 + "/bin/x", nil},
		{"\x03", nil},
		{"\xff\xff\xff\xff/bin/x\x00x\x00", nil},
	} {
		if got := parseProcargs([]byte(c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q; want %q", c.in, got, c.want)
		}
	}
}
