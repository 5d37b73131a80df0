package decode

import (
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dockwire/dockwire/decode/digest"
)

func packet(kind uint64, id uint32, data string) []byte {
	b := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), kind)
	if id != 0 {
		b = protowire.AppendVarint(protowire.AppendTag(b, 3, protowire.VarintType), uint64(id))
	}
	if data != "" {
		b = protowire.AppendString(protowire.AppendTag(b, 4, protowire.BytesType), data)
	}
	return b
}

// Files come in turns; the digest is of each one's content, and told where the
// file ends.
func TestFileSums(t *testing.T) {
	var f fileSums
	for i, c := range []struct {
		packet []byte
		want   digest.Digest
	}{
		{packet(0, 0, ""), ""},
		{packet(1, 1, ""), ""},
		{packet(2, 1, "one, "), ""},
		{packet(2, 0, "zero"), ""},
		{packet(2, 1, "again"), ""},
		{packet(2, 1, ""), digest.SHA256.Of([]byte("one, again"))},
		{packet(2, 0, ""), digest.SHA256.Of([]byte("zero"))},
		{packet(2, 2, ""), digest.SHA256.Of([]byte(""))},
		{packet(2, 3, "after"), ""},
		{packet(3, 0, ""), ""},
		{[]byte("\xff"), ""},
		{packet(2, 3, ""), digest.SHA256.Of([]byte("after"))},
	} {
		if got := f.packet(c.packet, digest.SHA256); got != c.want {
			t.Errorf("packet %d: %q, want %q", i, got, c.want)
		}
	}
}

// Nothing is guessed once bytes are missing, or when more files are under way
// than are followed.
func TestFileSumsLost(t *testing.T) {
	var f fileSums
	f.packet(packet(2, 1, "begin"), digest.SHA256)
	f.lose()
	if got := f.packet(packet(2, 1, ""), digest.SHA256); got != "" {
		t.Errorf("a file whose middle is missing: %q", got)
	}
	f = fileSums{}
	for id := range uint32(maxFileSums + 1) {
		f.packet(packet(2, id, "x"), digest.SHA256)
	}
	if len(f.open) > maxFileSums {
		t.Errorf("%d files are followed", len(f.open))
	}
	if got := f.packet(packet(2, maxFileSums, ""), digest.SHA256); got != "" {
		t.Errorf("a file too many: %q", got)
	}
}
