package grpc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields that no descriptor names are an object from number to value: a number
// for a varint, {"i32":n} and {"i64":n} for fixed ones, a string or {"b64":…}
// for bytes, and such an object again for bytes that read like a message. A
// field that came more than once is an array.
//
// What could not be written again, except for the order of fields, is refused and
// stays bytes.

// appendUnknown writes the message b by its numbers.
func appendUnknown(dst, b []byte, depth int) ([]byte, bool) {
	out, ok := appendUnknownFields(append(dst, '{'), b, true, depth)
	if !ok {
		return dst, false
	}
	return append(out, '}'), true
}

// appendUnknownFields writes the members alone; first says that none stands
// before them.
func appendUnknownFields(dst, b []byte, first bool, depth int) ([]byte, bool) {
	if len(b) == 0 {
		return dst, true
	}
	if depth > maxDepth {
		return dst, false
	}
	order, values, ok := split(b)
	if !ok {
		return dst, false
	}
	out := dst
	for _, num := range order {
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(strconv.AppendInt(append(out, '"'), int64(num), 10), `":`...)
		vs := values[num]
		if len(vs) > 1 {
			out = append(out, '[')
		}
		for i, v := range vs {
			if i > 0 {
				out = append(out, ',')
			}
			out = v.append(out, depth)
		}
		if len(vs) > 1 {
			out = append(out, ']')
		}
	}
	return out, true
}

// wire is the value of one field on the wire.
type wire struct {
	kind  protowire.Type
	n     uint64
	bytes []byte
}

// split takes a message apart into fields, in the order of their first coming.
// Groups, numbers in more bytes than needed and fields that come in turns are
// refused: written again they would be other bytes.
func split(b []byte) (order []protowire.Number, values map[protowire.Number][]wire, ok bool) {
	values = map[protowire.Number][]wire{}
	var again []byte
	for rest := b; len(rest) > 0; {
		num, kind, n := protowire.ConsumeTag(rest)
		if n < 0 || num > protowire.MaxValidNumber {
			return nil, nil, false
		}
		v := wire{kind: kind}
		size := 0
		switch kind {
		case protowire.VarintType:
			v.n, size = protowire.ConsumeVarint(rest[n:])
		case protowire.Fixed32Type:
			var n32 uint32
			n32, size = protowire.ConsumeFixed32(rest[n:])
			v.n = uint64(n32)
		case protowire.Fixed64Type:
			v.n, size = protowire.ConsumeFixed64(rest[n:])
		case protowire.BytesType:
			v.bytes, size = protowire.ConsumeBytes(rest[n:])
		default:
			return nil, nil, false
		}
		if size < 0 {
			return nil, nil, false
		}
		rest = rest[n+size:]
		if _, known := values[num]; !known {
			order = append(order, num)
		}
		values[num] = append(values[num], v)
	}
	for _, num := range order {
		for _, v := range values[num] {
			again = v.encode(again, num)
		}
	}
	return order, values, bytes.Equal(b, again)
}

func (v wire) encode(dst []byte, num protowire.Number) []byte {
	dst = protowire.AppendTag(dst, num, v.kind)
	switch v.kind {
	case protowire.VarintType:
		return protowire.AppendVarint(dst, v.n)
	case protowire.Fixed32Type:
		return protowire.AppendFixed32(dst, uint32(v.n))
	case protowire.Fixed64Type:
		return protowire.AppendFixed64(dst, v.n)
	}
	return protowire.AppendBytes(dst, v.bytes)
}

func (v wire) append(dst []byte, depth int) []byte {
	switch v.kind {
	case protowire.VarintType:
		return appendUint(dst, v.n)
	case protowire.Fixed32Type:
		return append(appendUint(append(dst, `{"i32":`...), v.n), '}')
	case protowire.Fixed64Type:
		return append(appendUint(append(dst, `{"i64":`...), v.n), '}')
	}
	if len(v.bytes) > 0 && !printable(v.bytes) {
		if out, ok := appendUnknown(dst, v.bytes, depth+1); ok {
			return out
		}
	}
	if _, large := largeNumber(string(v.bytes)); large {
		return appendBase64(dst, v.bytes)
	}
	return appendBytes(dst, v.bytes)
}

// printable tells text from what only happens to be UTF-8.
func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return utf8.Valid(b)
}

// largeNumber reads a number that is written as a string; text that reads like
// one is written in base64.
func largeNumber(s string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n > maxExact
}

var errNumbers = errors.New("not a field by number")

// encodeByNumber is the way back, for one member.
func encodeByNumber(dst []byte, key string, v any) ([]byte, error) {
	num, err := strconv.ParseInt(key, 10, 32)
	if err != nil || num < 1 || num > int64(protowire.MaxValidNumber) {
		return nil, errNumbers
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, one := range list {
		w, err := wireOf(one)
		if err != nil {
			return nil, err
		}
		dst = w.encode(dst, protowire.Number(num))
	}
	return dst, nil
}

func wireOf(v any) (wire, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseUint(v.String(), 10, 64)
		return wire{kind: protowire.VarintType, n: n}, err
	case string:
		if n, large := largeNumber(v); large {
			return wire{kind: protowire.VarintType, n: n}, nil
		}
		return wire{kind: protowire.BytesType, bytes: []byte(v)}, nil
	case map[string]any:
		if b, ok, err := base64Of(v); ok {
			return wire{kind: protowire.BytesType, bytes: b}, err
		}
		for _, f := range [...]struct {
			key  string
			kind protowire.Type
			max  uint64
		}{{"i32", protowire.Fixed32Type, math.MaxUint32}, {"i64", protowire.Fixed64Type, math.MaxUint64}} {
			if x, ok := v[f.key]; ok && len(v) == 1 {
				n, err := unsigned(x)
				if n > f.max {
					err = errNumbers
				}
				return wire{kind: f.kind, n: n}, err
			}
		}
		b, err := encodeNumbers(v)
		return wire{kind: protowire.BytesType, bytes: b}, err
	}
	return wire{}, errNumbers
}

// encodeNumbers writes a message whose fields are numbers, in their order.
func encodeNumbers(v map[string]any) (b []byte, err error) {
	for _, k := range sorted(v) {
		if b, err = encodeByNumber(b, k, v[k]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// sorted gives the names of members, those that are numbers by their size.
func sorted(members map[string]any) []string {
	return slices.SortedFunc(maps.Keys(members), func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
}
