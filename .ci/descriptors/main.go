// Descriptors writes the descriptors of BuildKit's messages to the file named.
//
// It compiles the .proto files of the BuildKit version below, as they stand in
// its Go module. It is a module of its own: neither the compiler nor what it
// needs becomes a dependency of dockwire. Run it by go generate in decode/grpc. It is not tested by go test: a test there pins what the set knows.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	// These files are known by their generated code.
	_ "github.com/planetscale/vtprotobuf/vtproto"
	_ "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	_ "google.golang.org/grpc/health/grpc_health_v1"
)

// The versions that the set is made from.
const (
	buildkit = "github.com/moby/buildkit@v0.34.2"
	fsutil   = "github.com/tonistiigi/fsutil@v0.0.0-20261103091533-a72de9dcf763"
	// A client's session serves its cache and its OCI layouts by this one.
	containerd = "github.com/containerd/containerd/api@v1.12.0"
)

// roots are the files whose services and messages travel; what they import
// comes along.
var roots = []string{
	"github.com/containerd/containerd/api/services/content/v1/content.proto",
	"github.com/moby/buildkit/api/services/control/control.proto",
	"github.com/moby/buildkit/frontend/gateway/pb/gateway.proto",
	"github.com/moby/buildkit/session/auth/auth.proto",
	"github.com/moby/buildkit/session/exporter/exporter.proto",
	"github.com/moby/buildkit/session/filesync/filesync.proto",
	"github.com/moby/buildkit/session/secrets/secrets.proto",
	"github.com/moby/buildkit/session/sshforward/ssh.proto",
	"github.com/moby/buildkit/session/upload/upload.proto",
	"github.com/moby/buildkit/sourcepolicy/policysession/policysession.proto",
	"github.com/moby/buildkit/solver/errdefs/errdefs.proto",
	"grpc/health/v1/health.proto",
	"google/rpc/error_details.proto",
	"opentelemetry/proto/collector/trace/v1/trace_service.proto",
}

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1]); err != nil {
		log.Fatal("descriptors: ", err)
	}
}

func run(to string) error {
	dirs := map[string]string{}
	for _, m := range []string{buildkit, fsutil, containerd} {
		dir, err := module(m)
		if err != nil {
			return err
		}
		path, _, _ := strings.Cut(m, "@")
		dirs[path+"/"] = dir
	}
	c := protocompile.Compiler{Resolver: protocompile.WithStandardImports(protocompile.ResolverFunc(
		func(path string) (protocompile.SearchResult, error) { return find(path, dirs) }))}
	files, err := c.Compile(context.Background(), roots...)
	if err != nil {
		return err
	}
	set, seen := &descriptorpb.FileDescriptorSet{}, map[string]bool{}
	for _, f := range files {
		add(set, seen, f)
	}
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(set)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}

// noMeaning are imported for options of generated Go code alone.
var noMeaning = map[string]bool{
	"github.com/planetscale/vtprotobuf/vtproto/ext.proto": true,
	"google/protobuf/descriptor.proto":                    true,
}

// add puts f behind what it imports.
func add(set *descriptorpb.FileDescriptorSet, seen map[string]bool, f protoreflect.FileDescriptor) {
	if seen[f.Path()] || noMeaning[f.Path()] {
		return
	}
	seen[f.Path()] = true
	for i := range f.Imports().Len() {
		add(set, seen, f.Imports().Get(i))
	}
	d := protodesc.ToFileDescriptorProto(f)
	d.SourceCodeInfo, d.Options = nil, nil
	d.Dependency = slices.DeleteFunc(d.Dependency, func(path string) bool { return noMeaning[path] })
	plain(d.MessageType)
	for _, s := range d.Service {
		for _, m := range s.Method {
			m.Options = nil
		}
	}
	set.File = append(set.File, d)
}

// plain leaves of the options only what the wire needs.
func plain(messages []*descriptorpb.DescriptorProto) {
	for _, m := range messages {
		if m.Options.GetMapEntry() {
			m.Options = &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)}
		} else {
			m.Options = nil
		}
		for _, f := range m.Field {
			if o := f.Options; o != nil && o.Packed != nil {
				f.Options = &descriptorpb.FieldOptions{Packed: o.Packed}
			} else {
				f.Options = nil
			}
		}
		plain(m.NestedType)
	}
}

// find gives a .proto file by its import path.
func find(path string, dirs map[string]string) (protocompile.SearchResult, error) {
	for prefix, dir := range dirs {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			f, err := os.Open(filepath.Join(dir, rest))
			if !errors.Is(err, fs.ErrNotExist) {
				return protocompile.SearchResult{Source: f}, err
			}
		}
	}
	d, err := protoregistry.GlobalFiles.FindFileByPath(path)
	return protocompile.SearchResult{Desc: d}, err
}

// module fetches a Go module and tells where its files are.
func module(version string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", version).Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w\n%s", version, err, out)
	}
	var m struct{ Dir string }
	return m.Dir, json.Unmarshal(out, &m)
}
