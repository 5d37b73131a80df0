package grpc

import (
	_ "embed"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/runtime/protoimpl"
)

//go:embed buildkit.binpb
var embedded []byte

// The set is read when the first message asks for it: most observations have
// no build in them. It is a FileDescriptorSet, read as generated code reads its own
// descriptors: package protodesc would have each process begin with the types and
// defaults of descriptor.proto.
var files = sync.OnceValue(func() *protoregistry.Files {
	set := new(protoregistry.Files)
	for b := embedded; len(b) > 0; {
		_, _, tag := protowire.ConsumeTag(b)
		file, n := protowire.ConsumeBytes(b[tag:])
		protoimpl.DescBuilder{RawDescriptor: file, FileRegistry: set}.Build() // panics if it cannot be read; every test reads it
		b = b[tag+n:]
	}
	return set
})

// Type is the type of a message. The zero Type is not known: its fields have
// numbers and no names.
type Type struct {
	d protoreflect.MessageDescriptor
}

// Name is the full name of the type, "" when it is not known.
func (t Type) Name() string {
	if t.d == nil {
		return ""
	}
	return string(t.d.FullName())
}

// HoldsFile says that messages of the type of that name carry files: their bytes
// are not in the JSON.
func HoldsFile(name string) bool { return fileFields[protoreflect.FullName(name+".data")] }

// TypeOf returns the type of the messages of a method, which is given as the
// path of its call: "/moby.buildkit.v1.Control/Solve".
func TypeOf(method string, answer bool) Type {
	m := methodOf(method)
	switch {
	case m == nil:
		return Type{}
	case answer:
		return Type{m.Output()}
	}
	return Type{m.Input()}
}

// For returns the type of the message b, whose method names the type t. By
// FileSend/DiffCopy go fsutil's packets, too, where the result is a folder; they
// have no bytes in their first field (buildkit session/filesync).
func (t Type) For(b []byte) Type {
	const bytesInFirst = 1<<3 | 2
	if t.d == nil || t.d.FullName() != "moby.filesync.v1.BytesMessage" || len(b) == 0 || b[0] == bytesInFirst {
		return t
	}
	return TypeNamed("fsutil.types.Packet")
}

func methodOf(path string) protoreflect.MethodDescriptor {
	service, method, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok {
		return nil
	}
	d, err := files().FindDescriptorByName(protoreflect.FullName(service))
	s, ok := d.(protoreflect.ServiceDescriptor)
	if err != nil || !ok {
		return nil
	}
	return s.Methods().ByName(protoreflect.Name(method))
}

// TypeNamed returns the type of that full name; it may be unknown.
func TypeNamed(name string) Type {
	d, err := files().FindDescriptorByName(protoreflect.FullName(name))
	m, ok := d.(protoreflect.MessageDescriptor)
	if err != nil || !ok {
		return Type{}
	}
	return Type{m}
}
