package grpc

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/dynamicpb"
)

// slowly is AppendJSON without the short way for packets.
func slowly(b []byte) (string, bool) {
	m := dynamicpb.NewMessage(TypeNamed(string(packetType)).d)
	if unmarshal.Unmarshal(b, m) != nil {
		return "", false
	}
	var w writer
	err := w.message(m, 0)
	return string(w.out), err == nil
}

// FuzzDataPacket: the short way says what the long one says.
func FuzzDataPacket(f *testing.F) {
	for _, s := range []string{
		"", "\x08\x02", "\x08\x02\x18\x05", "\x08\x02\x22\x03abc", "\x08\x02\x18\x05\x22\x03abc", "\x08\x02\x18\x05\x22\x03abc\x28\x01",
		"\x08\x02\x18\x00\x22\x01a", "\x08\x04\x22\x03bad", "\x08\x02\x18\xff\xff\xff\xff\x0f\x22\x01a", "\x08\x02\x22\x00", "\x08\x02\x22\x05abc",
		"\x08\x02\x18\x05\x22\x80\x02" + strings.Repeat("x", 256),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := appendDataPacket([]byte("before"), b)
		if !ok {
			return
		}
		if want, ok := slowly(b); !ok || string(got) != "before"+want {
			t.Errorf("%q: %s, want %s, %v", b, got, want, ok)
		}
	})
}
