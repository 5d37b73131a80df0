package grpc

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Encode is the way back from AppendJSON: the message that the JSON says.
func Encode(t Type, doc []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if t.d == nil {
		return encodeNumbers(v)
	}
	m := dynamicpb.NewMessage(t.d)
	if err := set(m, v); err != nil {
		return nil, fmt.Errorf("%s: %w", t.d.FullName(), err)
	}
	return marshal.Marshal(m)
}

var marshal = proto.MarshalOptions{Deterministic: true}

// ErrFile says that a message cannot be written again: JSON does not have the
// bytes of files.
var ErrFile = errors.New("the bytes of a file are not in it")

var errValue = errors.New("not a value of the field's type")

// set fills m. Members are taken in the order of their names, so that equal
// documents give equal bytes.
func set(m protoreflect.Message, v any) error {
	if s, ok := v.(string); ok && m.Descriptor().FullName() == timestampName {
		return setTime(m, s)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return errValue
	}
	for _, name := range sorted(members) {
		fd := m.Descriptor().Fields().ByJSONName(name)
		var err error
		if fd == nil {
			var unknown []byte
			unknown, err = encodeByNumber(m.GetUnknown(), name, members[name])
			m.SetUnknown(unknown)
		} else {
			err = setField(m, fd, members[name])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func setField(m protoreflect.Message, fd protoreflect.FieldDescriptor, v any) error {
	switch {
	case fd.IsMap():
		members, ok := v.(map[string]any)
		if !ok {
			return errValue
		}
		to := m.Mutable(fd).Map()
		for k, v := range members {
			key, err := mapKey(fd.MapKey(), k)
			if err != nil {
				return err
			}
			one, err := value(fd.MapValue(), v, to.NewValue)
			if err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
			to.Set(key, one)
		}
		return nil
	case fd.IsList():
		elements, ok := v.([]any)
		if !ok {
			return errValue
		}
		to := m.Mutable(fd).List()
		for _, v := range elements {
			one, err := value(fd, v, to.NewElement)
			if err != nil {
				return err
			}
			to.Append(one)
		}
		return nil
	}
	one, err := value(fd, v, func() protoreflect.Value { return m.NewField(fd) })
	if err == nil {
		m.Set(fd, one)
	}
	return err
}

func mapKey(fd protoreflect.FieldDescriptor, k string) (protoreflect.MapKey, error) {
	if fd.Kind() == protoreflect.StringKind {
		return protoreflect.ValueOfString(k).MapKey(), nil
	}
	var v any = json.Number(k)
	if fd.Kind() == protoreflect.BoolKind {
		v = k == "true"
	}
	one, err := value(fd, v, nil)
	if err != nil {
		return protoreflect.MapKey{}, err
	}
	return one.MapKey(), nil
}

func value(fd protoreflect.FieldDescriptor, v any, message func() protoreflect.Value) (protoreflect.Value, error) {
	none := protoreflect.Value{}
	switch fd.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		m := message()
		return m, set(m.Message(), v)
	case protoreflect.BytesKind:
		b, err := bytesOf(fd, v)
		return protoreflect.ValueOfBytes(b), err
	case protoreflect.StringKind:
		if s, ok := v.(string); ok {
			return protoreflect.ValueOfString(s), nil
		}
	case protoreflect.BoolKind:
		if b, ok := v.(bool); ok {
			return protoreflect.ValueOfBool(b), nil
		}
	case protoreflect.EnumKind:
		if name, ok := v.(string); ok {
			if e := fd.Enum().Values().ByName(protoreflect.Name(name)); e != nil {
				return protoreflect.ValueOfEnum(e.Number()), nil
			}
			return none, errValue
		}
		n, err := signed(v, 32)
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(n)), err
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		f, err := strconv.ParseFloat(text(v), 64)
		if fd.Kind() == protoreflect.FloatKind {
			return protoreflect.ValueOfFloat32(float32(f)), err
		}
		return protoreflect.ValueOfFloat64(f), err
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, err := unsigned(v)
		if n > math.MaxUint32 {
			err = errValue
		}
		return protoreflect.ValueOfUint32(uint32(n)), err
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, err := unsigned(v)
		return protoreflect.ValueOfUint64(n), err
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, err := signed(v, 32)
		return protoreflect.ValueOfInt32(int32(n)), err
	default:
		n, err := signed(v, 64)
		return protoreflect.ValueOfInt64(n), err
	}
	return none, errValue
}

// text is a number's, which may be in quotes.
func text(v any) string {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	}
	return ""
}

func signed(v any, bits int) (int64, error) { return strconv.ParseInt(text(v), 10, bits) }

func unsigned(v any) (uint64, error) { return strconv.ParseUint(text(v), 10, 64) }

func bytesOf(fd protoreflect.FieldDescriptor, v any) ([]byte, error) {
	if s, ok := v.(string); ok {
		return []byte(s), nil
	}
	if b, ok, err := base64Of(v); ok {
		return b, err
	}
	members, _ := v.(map[string]any)
	if members["n"] != nil && fileFields[fd.FullName()] {
		return nil, ErrFile
	}
	name, known := messageIn[fd.FullName()]
	if members["op"] == nil || !known {
		return nil, errValue
	}
	m := dynamicpb.NewMessage(TypeNamed(name).d)
	if err := set(m, members["op"]); err != nil {
		return nil, err
	}
	return marshal.Marshal(m)
}

// base64Of reads {"b64":"…"}. A placeholder in it stands for the bytes, as it
// does for a string.
func base64Of(v any) (b []byte, ok bool, err error) {
	members, _ := v.(map[string]any)
	s, ok := members["b64"].(string)
	if !ok || len(members) != 1 {
		return nil, false, nil
	}
	if strings.Contains(s, "{{redacted.") {
		return []byte(s), true, nil
	}
	b, err = base64.StdEncoding.DecodeString(s)
	return b, true, err
}

func setTime(m protoreflect.Message, s string) error {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return errValue
	}
	f := m.Descriptor().Fields()
	if sec := t.Unix(); sec != 0 {
		m.Set(f.ByNumber(1), protoreflect.ValueOfInt64(sec))
	}
	if nano := t.Nanosecond(); nano != 0 {
		m.Set(f.ByNumber(2), protoreflect.ValueOfInt32(int32(nano)))
	}
	return nil
}
