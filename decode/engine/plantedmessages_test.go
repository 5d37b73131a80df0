package engine_test

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/redact"
)

// TestPlantedMessages is TestPlantedSecrets for the messages of gRPC: every field
// that carries text, of every method that is known. A new field without a rule
// fails here.
func TestPlantedMessages(t *testing.T) {
	last := ""
	r := redact.New(redact.Options{}, func(e decode.Event) {
		if m, ok := e.(*decode.Message); ok {
			last = string(m.JSON)
		}
	})
	count, places := 0, 0
	for path, kinds := range methodsOf(t) {
		call := engine.Lookup("POST", path)
		if call.Op == nil {
			t.Errorf("%s is no operation", path)
			continue
		}
		o := decode.Origin{Conn: 1, Exchange: 1}
		r.Event(&decode.RequestHead{Origin: o, Method: "POST", Target: path, Stream: 1, Call: call, Content: decode.ContentGRPC})
		for dir, kind := range kinds {
			for _, f := range messageFields(kind) {
				places++
				for _, form := range messageForms(f) {
					count++
					// What r has learned it redacts anywhere, so each is another secret.
					doc := wrap(field{at: f.at}, strings.ReplaceAll(form, planted, fmt.Sprintf("%s%05d", planted, count)))
					r.Event(&decode.Message{Origin: o, Dir: decode.Direction(dir), Type: string(kind.FullName()), JSON: []byte(doc)})
					if strings.Contains(last, planted) {
						t.Errorf("%s %s %s with %s is in clear", path, decode.Direction(dir), strings.Join(f.at, "/"), form)
					}
				}
			}
		}
		r.Event(&decode.ExchangeEnd{Origin: o})
	}
	t.Logf("%d secrets in %d places", count, places)
	if count < 3000 {
		t.Errorf("only %d were planted", count)
	}
}

// methodsOf are the request and the response of each method.
func methodsOf(t *testing.T) map[string][2]protoreflect.MessageDescriptor {
	b, err := os.ReadFile("../grpc/buildkit.binpb")
	if err != nil {
		t.Fatal(err)
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	files, err := protodesc.NewFiles(&set)
	if err != nil {
		t.Fatal(err)
	}
	op, err := files.FindDescriptorByName("pb.Op")
	if err != nil {
		t.Fatal(err)
	}
	buildStep = op.(protoreflect.MessageDescriptor)
	methods := map[string][2]protoreflect.MessageDescriptor{}
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			for k := range s.Methods().Len() {
				m := s.Methods().Get(k)
				methods["/"+string(s.FullName())+"/"+string(m.Name())] = [2]protoreflect.MessageDescriptor{m.Input(), m.Output()}
			}
		}
		return true
	})
	return methods
}

// buildStep is what pb.Definition has in its bytes.
var buildStep protoreflect.MessageDescriptor

type messageField struct {
	at    []string
	isMap bool
}

// messageFields lists the fields that carry text.
func messageFields(d protoreflect.MessageDescriptor) (found []messageField) {
	var walk func(d protoreflect.MessageDescriptor, at []string, above []protoreflect.FullName)
	walk = func(d protoreflect.MessageDescriptor, at []string, above []protoreflect.FullName) {
		if d.FullName() == "google.protobuf.Timestamp" || slices.Contains(above, d.FullName()) {
			return
		}
		above = append(slices.Clip(above), d.FullName())
		for i := range d.Fields().Len() {
			f := d.Fields().Get(i)
			here := append(slices.Clip(at), f.JSONName())
			value := f
			switch {
			case f.IsMap():
				value = f.MapValue()
				if value.Kind() == protoreflect.MessageKind {
					here = append(here, "{}")
				}
			case f.IsList():
				here = append(here, "[]")
			}
			switch {
			case slices.Contains(ofFiles, f.FullName()):
			case f.FullName() == "pb.Definition.def":
				walk(buildStep, append(here, "op"), above)
			case value.Kind() == protoreflect.MessageKind:
				walk(value.Message(), here, above)
			case value.Kind() == protoreflect.StringKind, value.Kind() == protoreflect.BytesKind:
				found = append(found, messageField{here, f.IsMap()})
			}
		}
	}
	walk(d, nil, nil)
	return found
}

// ofFiles are bytes of files, of which a message's JSON has the number.
var ofFiles = []protoreflect.FullName{
	"fsutil.types.Packet.data", "moby.filesync.v1.BytesMessage.data", "moby.upload.v1.BytesMessage.data",
	"containerd.services.content.v1.ReadContentResponse.data", "containerd.services.content.v1.WriteContentRequest.data",
}

// ofTexts are maps in which nobody but BuildKit chooses the names.
var ofTexts = []string{"ExporterResponse", "exporterResponse", "description", "metadata"}

// messageForms are JSON values with the secret, as formsFor has them.
func messageForms(f messageField) (forms []string) {
	values := []string{"https://me:" + planted + "@host/x", "see https://h/x?a=b&X-Amz-Signature=" + planted, "ghp_" + planted + planted}
	if !isPlainInMessages(f.at) {
		values = append(values, "DB_PASSWORD="+planted)
		if f.isMap && !slices.Contains(ofTexts, f.at[len(f.at)-1]) {
			forms = append(forms, `{"DB_PASSWORD":"`+planted+`"}`)
		}
	}
	for _, v := range values {
		if f.isMap {
			forms = append(forms, `{"other":"`+v+`"}`)
		} else {
			forms = append(forms, `"`+v+`"`)
		}
	}
	return forms
}

// plainInMessages is plainFields for messages.
//
//go:embed testdata/plain_messages.txt
var plainInMessages string

// isPlainInMessages reports whether a field is listed, by its name or by its end
// of two.
func isPlainInMessages(at []string) bool {
	names := slices.DeleteFunc(slices.Clone(at), func(s string) bool { return s == "[]" || s == "{}" })
	last := names[len(names)-1]
	before := names[max(0, len(names)-2)] + "/" + last
	for line := range strings.Lines(plainInMessages) {
		if fields := strings.Fields(line); line[0] != '#' && (slices.Contains(fields, last) || slices.Contains(fields, before)) {
			return true
		}
	}
	return false
}
