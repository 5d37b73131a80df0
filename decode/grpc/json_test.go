package grpc

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Each document is encoded and must come back as it was.
func TestDocuments(t *testing.T) {
	for _, c := range []struct{ name, doc string }{
		{"moby.buildkit.v1.SolveRequest", `{"Ref":"r1","Frontend":"dockerfile.v0","FrontendAttrs":{"build-arg:A":"1","target":"last"},"Exporters":[{"Type":"moby","Attrs":{"name":"x"}}]}`},
		{"moby.buildkit.v1.StatusResponse", `{"vertexes":[{"digest":"sha256:1","name":"[1/2] FROM <none>","cached":true,"started":"2026-11-25T22:00:00.5Z"}],"logs":[{"vertex":"sha256:1","stream":1,"msg":"a line\nü"}]}`},
		{"moby.buildkit.v1.VertexLog", `{"msg":{"b64":"AP+A"}}`},
		{"moby.buildkit.v1.BuildHistoryEvent", `{"type":"COMPLETE","record":{"Result":{"Results":{"0":{"size":12},"1":{}}}}}`},
		{"moby.buildkit.v1.UsageRecord", `{"Size":9007199254740992,"UsageCount":"9007199254740993"}`},
		{"moby.buildkit.v1.UsageRecord", `{"Size":-1,"CreatedAt":{"seconds":1000000000000}}`},
		{"moby.buildkit.secrets.v1.GetSecretResponse", `{"data":"hunter2"}`},
		{"moby.buildkit.secrets.v1.GetSecretRequest", `{"ID":"mysecret","7":5,"9":["a","b"],"12":{"1":1,"2":{"i32":7}},"13":{"i64":"18446744073709551615"},"14":"9007199254740993","15":{"b64":"OTAwNzE5OTI1NDc0MDk5Mw=="}}`},
		{"pb.Op", `{"exec":{"meta":{"args":["/bin/sh","-c","make"],"env":["PATH=/bin"]},"mounts":[{"mountType":"SECRET","secretOpt":{"ID":"mysecret","mode":256}}]},"platform":{"Architecture":"amd64","OS":"linux"}}`},
		{"opentelemetry.proto.trace.v1.Span", `{"traceId":{"b64":"AP8="},"startTimeUnixNano":"1795644000000000000","attributes":[{"key":"k","value":{"doubleValue":0.5}}]}`},
		{"", `{"1":"text","2":3,"3":{"1":1}}`},
		{"pb.Position", `{}`},
	} {
		ty := TypeNamed(c.name)
		if c.name != "" && ty.Name() == "" {
			t.Errorf("%s is not in the set", c.name)
			continue
		}
		b, err := Encode(ty, []byte(c.doc))
		if err != nil {
			t.Errorf("%s: %v", c.doc, err)
			continue
		}
		got, err := AppendJSON([]byte("x"), ty, b)
		if err != nil {
			t.Errorf("%s: %v", c.doc, err)
		} else if string(got) != "x"+c.doc {
			t.Errorf("%s\n came back as\n%s", c.doc, got[1:])
		}
	}
}

// A step of an LLB definition is a message inside of bytes. Its digest is of
// the bytes that travelled.
func TestDefinition(t *testing.T) {
	op := TypeNamed("pb.Op")
	b, err := Encode(op, []byte(`{"source":{"identifier":"docker-image://docker.io/library/busybox:latest"}}`))
	if err != nil {
		t.Fatal(err)
	}
	def := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), b)
	def = protowire.AppendBytes(protowire.AppendTag(def, 1, protowire.BytesType), []byte{0xff})
	got, err := AppendJSON(nil, TypeNamed("pb.Definition"), def)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"def":[{"digest":"sha256:%x","op":{"source":{"identifier":"docker-image://docker.io/library/busybox:latest"}}},{"b64":"/w=="}]}`, sha256.Sum256(b))
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	back, err := Encode(TypeNamed("pb.Definition"), got)
	if err != nil || !bytes.Equal(back, def) {
		t.Errorf("%x came back as %x, %v", def, back, err)
	}
}

// Files are counted, not said; an error in a packet is.
func TestFiles(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"fsutil.types.Packet", "\x08\x02\x18\x01\x22\x03abc", `{"type":"PACKET_DATA","ID":1,"data":{"n":3}}`},
		{"fsutil.types.Packet", "\x08\x04\x22\x03abc", `{"type":"PACKET_ERR","data":"abc"}`},
		{"moby.filesync.v1.BytesMessage", "\x0a\x03abc", `{"data":{"n":3}}`},
	} {
		ty := TypeNamed(c.name)
		got, err := AppendJSON(nil, ty, []byte(c.bytes))
		if err != nil || string(got) != c.want || !HoldsFile(ty.Name()) {
			t.Errorf("%s: %s, %v", c.name, got, err)
		}
	}
	if _, err := Encode(TypeNamed("fsutil.types.Packet"), []byte(`{"data":{"n":3}}`)); err == nil {
		t.Error("bytes were made up")
	}
	if HoldsFile("moby.buildkit.v1.SolveRequest") {
		t.Error("a SolveRequest is no file")
	}
}

func TestNoMessage(t *testing.T) {
	for _, name := range []string{"", "moby.buildkit.v1.SolveRequest"} {
		for _, b := range []string{"\x0a\x05abc", "\x00", "\xff"} {
			if got, err := AppendJSON([]byte("x"), TypeNamed(name), []byte(b)); err == nil || string(got) != "x" {
				t.Errorf("%q as %q: %s, %v", b, name, got, err)
			}
		}
	}
	for _, doc := range []string{``, `[]`, `{"Ref":1}`, `{"nothing":1}`, `{"Exporters":{}}`, `{"0":1}`, `{"FrontendAttrs":[]}`} {
		if b, err := Encode(TypeNamed("moby.buildkit.v1.SolveRequest"), []byte(doc)); err == nil {
			t.Errorf("%s: %x", doc, b)
		}
	}
}

// Whatever is a message says the same when it is written again.
func FuzzRoundTrip(f *testing.F) {
	types := []string{
		"moby.buildkit.v1.SolveRequest", "moby.buildkit.v1.StatusResponse", "pb.Definition", "pb.Op", "fsutil.types.Packet",
		"moby.buildkit.v1.frontend.ExecMessage", "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest", "",
	}
	for i := range types {
		f.Add(byte(i), []byte("\x0a\x03abc\x12\x04\x0a\x02\x08\x01"))
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		ty := TypeNamed(types[int(which)%len(types)])
		doc, err := AppendJSON(nil, ty, b)
		if err != nil {
			return
		}
		if !json.Valid(doc) {
			t.Fatalf("no JSON: %s", doc)
		}
		back, err := Encode(ty, doc)
		if errors.Is(err, ErrFile) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		if ty.d == nil {
			again, err := AppendJSON(nil, ty, back)
			if err != nil || len(again) != len(doc) {
				t.Fatalf("%s\nand then %s, %v", doc, again, err)
			}
			return
		}
		x, y := dynamicpb.NewMessage(ty.d), dynamicpb.NewMessage(ty.d)
		if proto.Unmarshal(b, x) != nil || proto.Unmarshal(back, y) != nil {
			t.Fatalf("%x, %x", b, back)
		}
		if doc2, err := AppendJSON(nil, ty, back); err != nil || len(doc2) != len(doc) {
			t.Fatalf("%s\nand then %s, %v", doc, doc2, err)
		}
	})
}
