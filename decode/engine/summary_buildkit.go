package engine

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// buildkitSummaries are of gRPC calls: bodies are rows of messages as JSON.
func buildkitSummaries() map[string]summariser {
	return map[string]summariser{
		"Session":           func(r *reading) (string, string) { return "daemon calls the client's services", "" },
		"BuildKitConnect":   func(r *reading) (string, string) { return "client calls the daemon's BuildKit", "" },
		"BuildKitControl":   buildkitControl,
		"BuildKitFrontend":  buildkitFrontend,
		"ContainerdContent": containerdContent,
		"TraceExport":       func(r *reading) (string, string) { return "traces", "" },
		"SessionFileSync":   sessionFileSync,
		"SessionFileSend":   func(r *reading) (string, string) { return "daemon sends the result", "" },
		"SessionAuth":       sessionAuth,
		"SessionSecrets":    func(r *reading) (string, string) { return spaced("daemon asks for secret", r.req.text("ID")), "" },
		"SessionSSH":        sessionSSH,
		"SessionUpload":     func(r *reading) (string, string) { return "daemon fetches what the client reads from its input", "" },
		"SessionExporter":   sessionExporter,
		"SessionPolicy":     func(r *reading) (string, string) { return "daemon asks whether a source may be used", "" },
		"SessionHealth":     func(r *reading) (string, string) { return sideNoun(r) + " is still there", r.res.text("status") },
	}
}

// sideNoun begins the summary of a health check, which both sides may make.
func sideNoun(r *reading) string {
	if r.ByDaemon {
		return "daemon checks that the client"
	}
	return "client checks that BuildKit"
}

// deadline is how long a gRPC call may take, by its client (gRPC over HTTP/2,
// Timeout): at most eight digits and a unit.
func deadline(r *reading) string {
	text := r.requestHeader("grpc-timeout")
	if len(text) < 2 || len(text) > 9 {
		return ""
	}
	units := map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second, 'm': time.Millisecond, 'u': time.Microsecond, 'n': 1}
	unit := units[text[len(text)-1]]
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 32)
	if err != nil || unit == 0 {
		return ""
	}
	d := time.Duration(n) * unit
	if d > time.Second {
		d = d.Round(100 * time.Millisecond) // what is left of a round number
	}
	return d.String()
}

func remoteCall(r *reading) (string, string) { return r.Call.Param("rpc"), "" }

// containerdContent: in a session, the client offers what it holds of a cache
// or an OCI layout (buildkit session/content).
func containerdContent(r *reading) (string, string) {
	verb := map[string]string{"Info": "looks up", "Read": "reads", "Write": "writes"}[r.Call.Param("rpc")]
	if verb == "" {
		return remoteCall(r)
	}
	of := "client " + verb + " the daemon's"
	if r.ByDaemon {
		of = "daemon " + verb + " the client's"
	}
	return spaced(of, "blob", cmp.Or(shortID(r.req.text("digest")), shortID(r.req.text("expected")))), ""
}

func buildkitControl(r *reading) (string, string) {
	rpc := r.Call.Param("rpc")
	switch rpc {
	case "Solve":
		if IsBuildProbe(r.req) {
			return "Solve: only asks what BuildKit can do", ""
		}
		return spaced("Solve:", solved(r.req, "FrontendAttrs")), shortID(r.res.text("ExporterResponse", "containerimage.digest"))
	case "ListWorkers":
		n, all := r.res.count("record")
		if n == 0 {
			return rpc, ""
		}
		return rpc, counted(n, all, "worker")
	case "Info":
		return rpc, spaced(option("BuildKit", r.res.text("buildkitVersion", "version")))
	case "DiskUsage":
		n, all := r.res.count("record")
		return spaced(rpc, strings.Join(r.req.strings("filter"), " ")), counted(n, all, "cache record")
	case "Session":
		return "daemon calls the client's services", ""
	}
	return rpc, ""
}

// IsBuildProbe recognises a Solve that builds nothing: buildx makes one, with a
// session of its own, to see what BuildKit is able to do.
func IsBuildProbe(solveRequest []byte) bool {
	b := body(solveRequest)
	frontends := b.text("Frontend") != "" || b.at("Definition") != nil
	return b.isTrue("Internal") && !frontends && b.at("Exporters") == nil
}

// solved says what a SolveRequest builds, and for what.
func solved(req body, attrs string) string {
	words := []string{req.text("Frontend"), option("target", req.text(attrs, "target")), option("platform", req.text(attrs, "platform"))}
	if name := req.text(attrs, "filename"); name != "Dockerfile" {
		words = append(words, option("file", name))
	}
	for _, e := range req.items("Exporters") {
		to := spaced(e.text("Type"), e.text("Attrs", "name"))
		if e.isTrue("Attrs", "push") {
			to += " pushed"
		}
		words = append(words, "to", to)
	}
	return spaced(words...)
}

func buildkitFrontend(r *reading) (string, string) {
	rpc := r.Call.Param("rpc")
	switch rpc {
	case "Solve":
		return spaced("frontend solves", solved(r.req, "FrontendOpt")), ""
	case "ResolveImageConfig":
		return spaced("frontend looks up", r.req.text("Ref")), shortID(r.res.text("Digest"))
	case "ResolveSourceMeta":
		return spaced("frontend looks up", r.req.text("Source", "identifier")), shortID(r.res.text("Image", "Digest"))
	case "ReadFile", "ReadFileContainer":
		return spaced("frontend reads", r.req.text("FilePath")), ""
	case "StatFile", "StatFileContainer":
		return spaced("frontend looks at", r.req.text("Path")), ""
	case "ReadDir", "ReadDirContainer":
		return spaced("frontend lists", r.req.text("DirPath")), ""
	case "Return":
		return "frontend is done", r.req.text("error", "message")
	case "Ping":
		return "frontend asks what BuildKit can do", ""
	case "Warn":
		return spaced("frontend warns:", r.req.text("short")), ""
	case "NewContainer", "ReleaseContainer", "ExecProcess":
		return spaced(rpc, r.req.text("ContainerID"), commandLine(r.req.strings("Init", "Meta", "args"))), ""
	}
	return rpc, ""
}

// sessionFileSync: the headers of the call say which folder and which part of
// it (buildkit session/filesync).
func sessionFileSync(r *reading) (string, string) {
	dir := r.requestHeader("dir-name")
	patterns := r.requestHeader("include-patterns") + r.requestHeader("followpaths")
	switch {
	case strings.HasPrefix(patterns, ".dockerignore") || dir == "context" && strings.Contains(patterns, ".dockerignore"):
		return "daemon reads .dockerignore", ""
	case dir == "dockerfile":
		return "daemon reads Dockerfile", ""
	case dir == "context" || dir == "":
		return "daemon reads the build context", ""
	}
	return "daemon reads the folder " + strings.TrimPrefix(dir, "context:"), ""
}

func sessionAuth(r *reading) (string, string) {
	host := r.req.text("Host")
	switch r.Call.Param("rpc") {
	case "Credentials":
		outcome := "given"
		if len(r.res) == 0 || r.res.text("Username") == "" && r.res.text("Secret") == "" {
			outcome = "none"
		}
		return spaced("daemon asks for registry credentials of", host), outcome
	case "FetchToken":
		return spaced("daemon asks for a registry token of", host, strings.Join(r.req.strings("Scopes"), " ")), ""
	case "GetTokenAuthority", "VerifyTokenAuthority":
		return spaced("daemon asks whether the client gets tokens for", host), ""
	}
	return remoteCall(r)
}

func sessionSSH(r *reading) (string, string) {
	if r.Call.Param("rpc") == "CheckAgent" {
		return spaced("daemon asks for ssh agent", r.req.text("ID")), ""
	}
	return "daemon talks to the ssh agent", ""
}

func sessionExporter(r *reading) (string, string) {
	if r.Call.Param("rpc") == "FinalizeExport" {
		return "daemon says that the export is done", ""
	}
	return "daemon asks for exporters of the client", ""
}
