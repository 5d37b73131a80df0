package digest_test

import (
	"testing"

	"github.com/dockwire/dockwire/decode/digest"
)

// The digests of "abc" are those of the algorithms' specifications.
func TestOf(t *testing.T) {
	for kind, want := range map[digest.Kind]digest.Digest{
		"":            "xxh3:06b05ab6733a618578af5f94892f3950",
		digest.XXH3:   "xxh3:06b05ab6733a618578af5f94892f3950",
		digest.SHA256: "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	} {
		got := kind.Of([]byte("abc"))
		if got != want {
			t.Errorf("%q: %s, want %s", kind, got, want)
		}
		if again := got.Kind().Digest(got.Hex()); again != got {
			t.Errorf("%s taken apart and put together is %s", got, again)
		}
	}
	if d := digest.SHA256.Digest(""); d != "" || d.Kind() != "" || d.Hex() != "" {
		t.Errorf("no digits make the digest %q", d)
	}
}

func TestUncompared(t *testing.T) {
	fast, proof := string(digest.XXH3.Of(nil)), string(digest.SHA256.Of(nil))
	for _, c := range []struct {
		a, b string
		says bool
	}{
		{fast, proof, true},
		{"7 bytes " + proof, "7 bytes " + fast, true},
		{"7 bytes " + proof, "8 bytes " + fast, false}, // they differ
		{fast, fast, false},
		{proof, string(digest.SHA256.Of([]byte("a"))), false},
		{"sha256:of me", fast, false},
		{"", "", false},
	} {
		if got := digest.Uncompared(c.a, c.b) != ""; got != c.says {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
