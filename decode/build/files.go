package build

import (
	"github.com/dockwire/dockwire/decode"
)

// message takes a packet of fsutil: STAT lists a file, REQ asks for its
// content by number, DATA brings it. Files that are not asked for have not
// changed since the daemon got them (fsutil send.go, receive.go).
func (t *Transfer) message(e *decode.Message) {
	var p packet
	read(e.JSON, &p)
	switch p.Type {
	case "", "PACKET_STAT":
		if p.Stat != nil {
			t.list(p.Stat.Path, p.Stat.Mode, p.Stat.Size)
		} else {
			t.Bytes += p.Data.n // a tar, in messages that are no packets
		}
	case "PACKET_REQ":
		t.Sent++
		if i, ok := t.files[p.ID]; ok {
			t.Files[i].Sent = true
		}
	case "PACKET_DATA":
		t.Bytes += p.Data.n
		if i, ok := t.files[p.ID]; ok && e.Digest != "" {
			t.Files[i].Digest = e.Digest
		}
	case "PACKET_ERR":
		t.Err = p.Data.text
	}
}

const typeBits = 1<<31 | 1<<27 | 1<<26 | 1<<25 | 1<<24 | 1<<21 | 1<<19 // io/fs.ModeType

func (t *Transfer) list(path string, mode uint32, size int64) {
	id := t.stats
	t.stats++
	if mode&typeBits != 0 || id > maxListed {
		return
	}
	t.Listed++
	if len(t.Files) < maxFiles {
		if t.files == nil {
			t.files = map[uint32]int{}
		}
		t.files[uint32(id)] = len(t.Files)
		t.Files = append(t.Files, File{Path: path, Size: size})
	}
}

func (t *Transfer) finish(c *call) {
	t.Done = true
	t.Unchanged = max(t.Listed-t.Sent, 0)
	if c.status != "" && c.status != "0" {
		t.Err = c.why
	}
}
