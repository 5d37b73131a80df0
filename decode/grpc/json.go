package grpc

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// maxDepth bounds how deep messages may be in one another.
const maxDepth = 100

var errDepth = errors.New("messages stand too deep in one another")

// AppendJSON appends the message b of type t as JSON. An error says that b is
// no such message; dst comes back as it was.
func AppendJSON(dst []byte, t Type, b []byte) ([]byte, error) {
	if t.d == nil {
		if out, ok := appendUnknown(dst, b, 0); ok {
			return out, nil
		}
		return dst, errors.New("not a protobuf message")
	}
	if t.d.FullName() == packetType {
		if out, ok := appendDataPacket(dst, b); ok {
			return out, nil
		}
	}
	m := dynamicpb.NewMessage(t.d)
	if err := unmarshal.Unmarshal(b, m); err != nil {
		return dst, fmt.Errorf("not a %s", t.d.FullName())
	}
	w := writer{out: dst}
	if err := w.message(m, 0); err != nil {
		return dst[:len(dst):len(dst)], err
	}
	return w.out, nil
}

// An unknown extension is an unknown field.
var unmarshal = proto.UnmarshalOptions{RecursionLimit: maxDepth}

type writer struct{ out []byte }

func (w *writer) add(s string) { w.out = append(w.out, s...) }

// comma separates from what is before in the same object or array.
func (w *writer) comma(first bool) {
	if !first {
		w.out = append(w.out, ',')
	}
}

func (w *writer) message(m protoreflect.Message, depth int) error {
	if depth > maxDepth {
		return errDepth
	}
	if m.Descriptor().FullName() == timestampName && len(m.GetUnknown()) == 0 {
		if s, ok := timeText(m); ok {
			w.string(s)
			return nil
		}
	}
	w.add("{")
	first := true
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !m.Has(fd) {
			continue
		}
		w.comma(first)
		first = false
		w.string(fd.JSONName())
		w.add(":")
		if isFile(fd, m) {
			w.add(`{"n":` + strconv.Itoa(len(m.Get(fd).Bytes())) + `}`)
			continue
		}
		if err := w.field(fd, m.Get(fd), depth); err != nil {
			return err
		}
	}
	var ok bool
	if w.out, ok = appendUnknownFields(w.out, m.GetUnknown(), first, depth); !ok {
		return errors.New("unknown fields that are no protobuf")
	}
	w.add("}")
	return nil
}

func (w *writer) field(fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) (err error) {
	switch {
	case fd.IsMap():
		return w.mapField(fd, v.Map(), depth)
	case fd.IsList():
		w.add("[")
		l := v.List()
		for i := 0; i < l.Len() && err == nil; i++ {
			w.comma(i == 0)
			err = w.value(fd, l.Get(i), depth)
		}
		w.add("]")
		return err
	}
	return w.value(fd, v, depth)
}

// mapField writes the keys in their order: on the wire they have none.
func (w *writer) mapField(fd protoreflect.FieldDescriptor, m protoreflect.Map, depth int) error {
	keys := make([]string, 0, m.Len())
	values := make(map[string]protoreflect.Value, m.Len())
	m.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		keys = append(keys, k.String())
		values[k.String()] = v
		return true
	})
	slices.Sort(keys)
	w.add("{")
	for i, k := range keys {
		w.comma(i == 0)
		w.string(k)
		w.add(":")
		if err := w.value(fd.MapValue(), values[k], depth); err != nil {
			return err
		}
	}
	w.add("}")
	return nil
}

func (w *writer) value(fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	switch fd.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(v.Message(), depth+1)
	case protoreflect.BoolKind:
		w.out = strconv.AppendBool(w.out, v.Bool())
	case protoreflect.EnumKind:
		if e := fd.Enum().Values().ByNumber(v.Enum()); e != nil {
			w.string(string(e.Name()))
		} else {
			w.out = strconv.AppendInt(w.out, int64(v.Enum()), 10)
		}
	case protoreflect.StringKind:
		w.string(v.String())
	case protoreflect.BytesKind:
		if name, ok := messageIn[fd.FullName()]; ok && w.inner(name, v.Bytes(), depth) {
			return nil
		}
		w.bytes(v.Bytes())
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		w.float(v.Float())
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.out = appendUint(w.out, v.Uint())
	default:
		w.out = appendInt(w.out, v.Int())
	}
	return nil
}

// messageIn names the bytes fields that hold a message.
var messageIn = map[protoreflect.FullName]string{
	"pb.Definition.def": "pb.Op",
}

// isFile says that a field is a run of a file's bytes. JSON has only how many
// they are: a build sends thousands of such messages, and they are people's
// files. A packet of fsutil may have the text of an error in their place.
func isFile(fd protoreflect.FieldDescriptor, m protoreflect.Message) bool {
	if !fileFields[fd.FullName()] {
		return false
	}
	kind := m.Descriptor().Fields().ByName("type")
	return kind == nil || m.Get(kind).Enum() != packetErr
}

const packetErr = 4

var fileFields = map[protoreflect.FullName]bool{
	"fsutil.types.Packet.data":                                true,
	"moby.filesync.v1.BytesMessage.data":                      true,
	"moby.upload.v1.BytesMessage.data":                        true,
	"containerd.services.content.v1.ReadContentResponse.data": true,
	"containerd.services.content.v1.WriteContentRequest.data": true,
}

// inner writes a message that is in a bytes field, with the digest of its
// bytes: a step of a build goes by it.
func (w *writer) inner(name string, b []byte, depth int) bool {
	if depth > maxDepth {
		return false
	}
	m := dynamicpb.NewMessage(TypeNamed(name).d)
	if unmarshal.Unmarshal(b, m) != nil {
		return false
	}
	start := len(w.out)
	sum := sha256.Sum256(b)
	w.add(`{"digest":"sha256:` + hex.EncodeToString(sum[:]) + `","op":`)
	if w.message(m, depth+1) != nil {
		w.out = w.out[:start]
		return false
	}
	w.add("}")
	return true
}

// maxExact is up to where a number is the same in programs that have only
// floating point.
const maxExact = 1 << 53

func appendInt(dst []byte, n int64) []byte {
	if n > maxExact || n < -maxExact {
		return append(strconv.AppendInt(append(dst, '"'), n, 10), '"')
	}
	return strconv.AppendInt(dst, n, 10)
}

func appendUint(dst []byte, n uint64) []byte {
	if n > maxExact {
		return append(strconv.AppendUint(append(dst, '"'), n, 10), '"')
	}
	return strconv.AppendUint(dst, n, 10)
}

func (w *writer) float(f float64) {
	switch {
	case math.IsNaN(f):
		w.string("NaN")
	case math.IsInf(f, 0):
		w.string(map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0])
	default:
		w.out = strconv.AppendFloat(w.out, f, 'g', -1, 64)
	}
}

func (w *writer) string(s string) { w.out = appendString(w.out, s) }

func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // its error says that s was no UTF-8, and unmarshal has looked
	return dst
}

func (w *writer) bytes(b []byte) { w.out = appendBytes(w.out, b) }

func appendBytes(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return appendString(dst, string(b))
	}
	return appendBase64(dst, b)
}

func appendBase64(dst, b []byte) []byte {
	dst = append(dst, `{"b64":"`...)
	return append(base64.StdEncoding.AppendEncode(dst, b), `"}`...)
}

const timestampName protoreflect.FullName = "google.protobuf.Timestamp"

// timeText is a Timestamp in RFC 3339; ok is false for one beyond its years.
func timeText(m protoreflect.Message) (s string, ok bool) {
	f := m.Descriptor().Fields()
	sec, nano := m.Get(f.ByNumber(1)).Int(), m.Get(f.ByNumber(2)).Int()
	if sec < -62135596800 || sec > 253402300799 || nano < 0 || nano >= 1e9 {
		return "", false
	}
	return time.Unix(sec, nano).UTC().Format(time.RFC3339Nano), true
}
