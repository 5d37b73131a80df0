package grpc

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const packetType protoreflect.FullName = "fsutil.types.Packet"

// appendDataPacket writes a packet that carries a run of a file, as a build
// sends by the ten thousand, without a copy of what it carries. ok is false for
// any other packet, and for one with fields in another order than theirs.
func appendDataPacket(dst, b []byte) (out []byte, ok bool) {
	const kindData = "\x08\x02" // type: PACKET_DATA
	if len(b) < len(kindData) || string(b[:len(kindData)]) != kindData {
		return dst, false
	}
	b = b[len(kindData):]
	out = append(dst, `{"type":"PACKET_DATA"`...)
	if len(b) > 0 && b[0] == 3<<3 {
		id, n := protowire.ConsumeVarint(b[1:])
		if n < 0 || id == 0 || id > 1<<32-1 {
			return dst, false
		}
		out = strconv.AppendUint(append(out, `,"ID":`...), id, 10)
		b = b[1+n:]
	}
	if len(b) == 0 || b[0] != 4<<3|2 {
		return dst, false
	}
	size, n := protowire.ConsumeVarint(b[1:])
	if n < 0 || size == 0 || size != uint64(len(b)-1-n) {
		return dst, false
	}
	out = strconv.AppendUint(append(out, `,"data":{"n":`...), size, 10)
	return append(out, "}}"...), true
}
