package decode

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dockwire/dockwire/decode/grpc"
)

// message emits a gRPC message.
func (b *body) message(pc piece) {
	s := b.at.s
	e := &s.ev.message
	*e = Message{Origin: b.at.origin(b.ex), First: pc.first, Dir: b.dir, Size: pc.size, Cut: pc.cut}
	e.Bytes = s.pack.unpacked(b, pc, e)
	if !b.typed {
		b.of, b.typed = grpc.TypeOf(b.ex.call.Path, b.dir == Response), true
	}
	t := b.of.For(e.Bytes)
	e.Type = t.Name()
	if e.Type == packetName {
		b.digest(e)
	}
	if e.Cut == "" {
		s.json = s.json[:0]
		if doc, err := grpc.AppendJSON(s.json, t, e.Bytes); err == nil {
			e.JSON, s.json = doc, doc
		}
		if cap(s.json) > maxMessage {
			s.json = nil
		}
	}
	s.emit(e)
}

// digest notes the digest of a file that ends with this packet.
func (b *body) digest(e *Message) {
	if e.Cut != "" {
		b.files.lose()
		return
	}
	e.Digest = b.files.packet(e.Bytes, b.at.s.digest)
}

// unwrap hands the bytes inside a BytesMessage to the layer they are for.
func (b *body) unwrap(pc piece) {
	var e Message
	p := b.at.s.pack.unpacked(b, pc, &e)
	if pc.cut != "" || e.Cut != "" {
		b.broken("a message that carries a connection is not whole: "+pc.cut+e.Cut, nil)
		return
	}
	for len(p) > 0 {
		field, typ, n := protowire.ConsumeTag(p)
		if n < 0 {
			break
		}
		p = p[n:]
		if field == 1 && typ == protowire.BytesType {
			data, n := protowire.ConsumeBytes(p)
			if n < 0 {
				break
			}
			b.ex.inner.feed(b.at.travels(b.dir), data)
			p = p[n:]
			continue
		}
		if n = protowire.ConsumeFieldValue(field, typ, p); n < 0 {
			break
		}
		p = p[n:]
	}
	if len(p) > 0 {
		b.broken("a message that carries a connection is no BytesMessage", nil)
	}
}
