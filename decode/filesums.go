package decode

import (
	"hash"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dockwire/dockwire/decode/digest"
)

// fileSums digests the files that a row of fsutil's packets carries: DATA
// packets bring the content of a file by its number, in turns with those of
// other files, and an empty one ends it (fsutil send.go).
type fileSums struct {
	open  map[uint32]hash.Hash
	spare []hash.Hash
	lost  bool // bytes are missing, of which file is not known
}

// maxFileSums bounds the files that are under way at a time; fsutil sends four.
const maxFileSums = 64

// packetName is the type of fsutil's packets.
const packetName = "fsutil.types.Packet"

// packet takes a packet. If it ends a file it returns the file's digest of that
// kind, "" if that cannot be told.
func (f *fileSums) packet(b []byte, digests digest.Kind) digest.Digest {
	kind, id, data := splitPacket(b)
	if kind != packetData || f.lost {
		return ""
	}
	h := f.open[id]
	switch {
	case len(data) > 0 && h == nil:
		if h = f.begin(id, digests); h == nil {
			return ""
		}
		fallthrough
	case len(data) > 0:
		h.Write(data)
		return ""
	case h == nil:
		return digests.Of(nil)
	}
	delete(f.open, id)
	f.spare = append(f.spare, h)
	return digests.Sum(h)
}

// begin starts a file. When too many are under way, none can be followed: the
// next packet of this one would look like its first.
func (f *fileSums) begin(id uint32, digests digest.Kind) (h hash.Hash) {
	if len(f.open) >= maxFileSums {
		f.lose()
		return nil
	}
	if n := len(f.spare); n > 0 {
		h, f.spare = f.spare[n-1], f.spare[:n-1]
		h.Reset()
	} else {
		h = digests.New()
	}
	if f.open == nil {
		f.open = map[uint32]hash.Hash{}
	}
	f.open[id] = h
	return h
}

// lose says that bytes are missing.
func (f *fileSums) lose() { *f = fileSums{lost: true} }

const packetData = 2

// splitPacket reads the fields of a packet that matter here. Of one that cannot
// be read the kind is 0.
func splitPacket(b []byte) (kind uint64, id uint32, data []byte) {
	for len(b) > 0 {
		field, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return 0, 0, nil
		}
		b = b[n:]
		switch {
		case field == 1 && typ == protowire.VarintType:
			kind, n = protowire.ConsumeVarint(b)
		case field == 3 && typ == protowire.VarintType:
			var v uint64
			v, n = protowire.ConsumeVarint(b)
			id = uint32(v)
		case field == 4 && typ == protowire.BytesType:
			data, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(field, typ, b)
		}
		if n < 0 {
			return 0, 0, nil
		}
		b = b[n:]
	}
	return kind, id, data
}
