package grpc

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// methods is what the set must know: a new version of BuildKit may add to it,
// and nothing may go unnoticed.
const methods = `
/containerd.services.content.v1.Content/Abort
/containerd.services.content.v1.Content/Delete
/containerd.services.content.v1.Content/Info
/containerd.services.content.v1.Content/List
/containerd.services.content.v1.Content/ListStatuses
/containerd.services.content.v1.Content/Read
/containerd.services.content.v1.Content/Status
/containerd.services.content.v1.Content/Update
/containerd.services.content.v1.Content/Write
/grpc.health.v1.Health/Check
/grpc.health.v1.Health/List
/grpc.health.v1.Health/Watch
/moby.buildkit.secrets.v1.Secrets/GetSecret
/moby.buildkit.v1.Control/DiskUsage
/moby.buildkit.v1.Control/Info
/moby.buildkit.v1.Control/ListWorkers
/moby.buildkit.v1.Control/ListenBuildHistory
/moby.buildkit.v1.Control/Prune
/moby.buildkit.v1.Control/Session
/moby.buildkit.v1.Control/Solve
/moby.buildkit.v1.Control/Status
/moby.buildkit.v1.Control/UpdateBuildHistory
/moby.buildkit.v1.frontend.LLBBridge/Evaluate
/moby.buildkit.v1.frontend.LLBBridge/ExecProcess
/moby.buildkit.v1.frontend.LLBBridge/Inputs
/moby.buildkit.v1.frontend.LLBBridge/NewContainer
/moby.buildkit.v1.frontend.LLBBridge/Ping
/moby.buildkit.v1.frontend.LLBBridge/ReadDir
/moby.buildkit.v1.frontend.LLBBridge/ReadDirContainer
/moby.buildkit.v1.frontend.LLBBridge/ReadFile
/moby.buildkit.v1.frontend.LLBBridge/ReadFileContainer
/moby.buildkit.v1.frontend.LLBBridge/ReleaseContainer
/moby.buildkit.v1.frontend.LLBBridge/ResolveImageConfig
/moby.buildkit.v1.frontend.LLBBridge/ResolveSourceMeta
/moby.buildkit.v1.frontend.LLBBridge/Return
/moby.buildkit.v1.frontend.LLBBridge/Solve
/moby.buildkit.v1.frontend.LLBBridge/StatFile
/moby.buildkit.v1.frontend.LLBBridge/StatFileContainer
/moby.buildkit.v1.frontend.LLBBridge/Warn
/moby.buildkit.v1.sourcepolicy.policysession.PolicyVerifier/CheckPolicy
/moby.exporter.v1.Exporter/FinalizeExport
/moby.exporter.v1.Exporter/FindExporters
/moby.filesync.v1.Auth/Credentials
/moby.filesync.v1.Auth/FetchToken
/moby.filesync.v1.Auth/GetTokenAuthority
/moby.filesync.v1.Auth/VerifyTokenAuthority
/moby.filesync.v1.FileSend/DiffCopy
/moby.filesync.v1.FileSync/DiffCopy
/moby.filesync.v1.FileSync/TarStream
/moby.sshforward.v1.SSH/CheckAgent
/moby.sshforward.v1.SSH/ForwardAgent
/moby.upload.v1.Upload/Pull
/opentelemetry.proto.collector.trace.v1.TraceService/Export
`

func TestMethods(t *testing.T) {
	var got []string
	files().RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			for j := range s.Methods().Len() {
				got = append(got, "/"+string(s.FullName())+"/"+string(s.Methods().Get(j).Name()))
			}
		}
		return true
	})
	slices.Sort(got)
	if got, want := "\n"+strings.Join(got, "\n")+"\n", methods; got != want {
		t.Errorf("methods of the set:%swant:%s", got, want)
	}
}

// One method carries a tar in BytesMessages, or a folder in packets.
func TestTypeFor(t *testing.T) {
	send := TypeOf("/moby.filesync.v1.FileSend/DiffCopy", false)
	for b, want := range map[string]string{
		"\n\x02ab":         "moby.filesync.v1.BytesMessage",
		"":                 "moby.filesync.v1.BytesMessage",
		"\x12\x03\n\x01a":  "fsutil.types.Packet",
		"\x08\x02\x18\x01": "fsutil.types.Packet",
	} {
		if got := send.For([]byte(b)).Name(); got != want {
			t.Errorf("%q is a %s, want %s", b, got, want)
		}
	}
}

func TestTypeOf(t *testing.T) {
	for _, c := range []struct {
		method string
		answer bool
		want   string
	}{
		{"/moby.buildkit.v1.Control/Solve", false, "moby.buildkit.v1.SolveRequest"},
		{"/moby.buildkit.v1.Control/Status", true, "moby.buildkit.v1.StatusResponse"},
		{"/moby.filesync.v1.FileSync/DiffCopy", true, "fsutil.types.Packet"},
		{"/moby.filesync.v1.FileSend/DiffCopy", false, "moby.filesync.v1.BytesMessage"},
		{"/opentelemetry.proto.collector.trace.v1.TraceService/Export", false, "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest"},
		{"/moby.buildkit.v1.Control/Sing", false, ""},
		{"/moby.buildkit.v1.SolveRequest/Solve", false, ""},
		{"/", true, ""},
		{"", true, ""},
	} {
		if got := TypeOf(c.method, c.answer).Name(); got != c.want {
			t.Errorf("TypeOf(%q, %v) = %q, want %q", c.method, c.answer, got, c.want)
		}
	}
}
