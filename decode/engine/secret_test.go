package engine

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSecretTableIsWellFormed(t *testing.T) {
	places := []Place{InTarget, InRequestHeader, InResponseHeader, InQuery, InRequestBody, InResponseBody, InError, InStream}
	hows := []How{Whole, EnvPair, EnvObject, OptionObject, NamedValue, URLUserinfo, AuthHeader, Base64Text, FreeText}
	kind := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for id, secrets := range theSecrets() {
		if id != "" && (Find(id) == nil || Find(id).ID != id) {
			t.Errorf("secrets.tsv names %q, which is no operation", id)
			continue
		}
		for i, s := range secrets {
			if !slices.Contains(places, s.In) || !slices.Contains(hows, s.How) || !kind.MatchString(s.Kind) {
				t.Errorf("%s: %+v", id, s)
			}
			if slices.Contains(secrets[:i], s) {
				t.Errorf("%s: %+v twice", id, s)
			}
			if id != "" {
				checkSecretFits(t, Find(id), s)
			}
		}
	}
}

// A secret in a body needs a body, one in a parameter needs the parameter.
func checkSecretFits(t *testing.T, op *Operation, s Secret) {
	t.Helper()
	ok := true
	switch s.In {
	case InRequestBody:
		ok = op.Request == JSON || op.Request == GRPC
	case InResponseBody:
		ok = op.Result == JSON || op.Result == Text || op.Result == GRPC
	case InStream:
		ok = op.Result == JSONStream
	case InQuery:
		ok = s.At == "*" || slices.Contains(op.Query, s.At)
	}
	if !ok {
		t.Errorf("%s has no room for %+v", op.ID, s)
	}
}

// Where secrets were found to travel, each with the rule that has to apply.
func TestSecretsOfTheEngineAPI(t *testing.T) {
	auth := strings.Fields("ImageCreate ImagePush ImageSearch DistributionInspect PluginPull PluginUpgrade PluginPush GetPluginPrivileges ServiceCreate ServiceUpdate")
	for _, id := range auth {
		wantSecret(t, id, InRequestHeader, "X-Registry-Auth", AuthHeader)
	}
	wantSecret(t, "ImageBuild", InRequestHeader, "X-Registry-Config", AuthHeader)
	for _, at := range strings.Fields("username password auth identitytoken registrytoken") {
		wantSecret(t, "SystemAuth", InRequestBody, at, Whole)
	}
	for _, w := range []struct {
		id string
		in Place
		at string
		by How
	}{
		{"SystemAuth", InResponseBody, "IdentityToken", Whole},
		{"SwarmInspect", InResponseBody, "JoinTokens/Worker", Whole},
		{"SwarmInspect", InResponseBody, "JoinTokens/Manager", Whole},
		{"SwarmJoin", InRequestBody, "JoinToken", Whole},
		{"SwarmUnlockkey", InResponseBody, "UnlockKey", Whole},
		{"SwarmUnlock", InRequestBody, "UnlockKey", Whole},
		{"SwarmInit", InRequestBody, "Spec/CAConfig/SigningCAKey", Whole},
		{"SwarmInit", InRequestBody, "Spec/CAConfig/SigningCACert", Whole},
		{"SwarmUpdate", InRequestBody, "CAConfig/SigningCAKey", Whole},
		{"SwarmUpdate", InRequestBody, "CAConfig/ExternalCAs/0/Options", OptionObject},
		{"SwarmUpdate", InRequestBody, "TaskDefaults/LogDriver/Options", OptionObject},
		{"SecretCreate", InRequestBody, "Data", Whole},
		{"SecretUpdate", InRequestBody, "Data", Whole},
		{"ConfigCreate", InRequestBody, "Data", Whole},
		{"ConfigUpdate", InRequestBody, "Data", Whole},
		{"ConfigInspect", InResponseBody, "Spec/Data", Whole},
		{"ConfigList", InResponseBody, "3/Spec/Data", Whole},
		{"ContainerCreate", InRequestBody, "Env/0", EnvPair},
		{"ContainerInspect", InResponseBody, "Config/Env/0", EnvPair},
		{"ContainerExec", InRequestBody, "Env/0", EnvPair},
		{"ImageInspect", InResponseBody, "Config/Env/0", EnvPair},
		{"ImageCommit", InRequestBody, "Env/0", EnvPair},
		{"ImageCommit", InQuery, "changes", FreeText},
		{"ServiceCreate", InRequestBody, "TaskTemplate/ContainerSpec/Env/0", EnvPair},
		{"ServiceUpdate", InRequestBody, "TaskTemplate/ContainerSpec/Env/0", EnvPair},
		{"ServiceInspect", InResponseBody, "PreviousSpec/TaskTemplate/ContainerSpec/Env/0", EnvPair},
		{"ServiceList", InResponseBody, "0/Spec/TaskTemplate/ContainerSpec/Env/0", EnvPair},
		{"TaskList", InResponseBody, "0/Spec/ContainerSpec/Env/0", EnvPair},
		{"TaskInspect", InResponseBody, "Spec/ContainerSpec/Env/0", EnvPair},
		{"PluginInspect", InResponseBody, "Settings/Env/0", EnvPair},
		{"PluginInspect", InResponseBody, "Config/Env/0", NamedValue},
		{"PluginList", InResponseBody, "0/Config/Env/0", NamedValue},
		{"PluginSet", InRequestBody, "0", EnvPair},
		{"ContainerCreate", InRequestBody, "Cmd", FreeText},
		{"ContainerCreate", InRequestBody, "Entrypoint", FreeText},
		{"ContainerCreate", InRequestBody, "Healthcheck/Test", FreeText},
		{"ContainerExec", InRequestBody, "Cmd", FreeText},
		{"ExecInspect", InResponseBody, "ProcessConfig/arguments", FreeText},
		{"ContainerTop", InResponseBody, "Processes/0/7", FreeText},
		{"ContainerList", InResponseBody, "0/Command", FreeText},
		{"SystemEvents", InStream, "Action", FreeText},
		{"SystemEvents", InStream, "Actor/Attributes", EnvObject},
		{"ImageBuild", InQuery, "buildargs", EnvObject},
		{"ImageHistory", InResponseBody, "0/CreatedBy", FreeText},
		{"ImageBuild", InStream, "stream", FreeText},
		{"ImageBuild", InQuery, "remote", URLUserinfo},
		{"ImageCreate", InQuery, "fromSrc", URLUserinfo},
		{"SystemInfo", InResponseBody, "HttpsProxy", URLUserinfo},
		{"ContainerCreate", InRequestBody, "HostConfig/LogConfig/Config", OptionObject},
		{"ContainerCreate", InRequestBody, "HostConfig/Mounts/0/VolumeOptions/DriverConfig/Options", OptionObject},
		{"ContainerCreate", InRequestBody, "NetworkingConfig/EndpointsConfig/net/DriverOpts", OptionObject},
		{"VolumeCreate", InRequestBody, "DriverOpts", OptionObject},
		{"VolumeInspect", InResponseBody, "Options", OptionObject},
		{"NetworkCreate", InRequestBody, "Options", OptionObject},
		{"NetworkCreate", InRequestBody, "IPAM/Options", OptionObject},
		{"ServiceCreate", InRequestBody, "TaskTemplate/LogDriver/Options", OptionObject},
		{"ContainerCreate", InRequestBody, "HostConfig/SecurityOpt/0", EnvPair},
		{"VolumeCreate", InRequestBody, "ClusterVolumeSpec/AccessMode/Secrets/0/Secret", Whole},
		{"VolumeInspect", InResponseBody, "ClusterVolume/PublishStatus/0/PublishContext/x", Whole},
		{"Session", InRequestHeader, "X-Docker-Expose-Session-Sharedkey", Whole},
		{"BuildKitControl", InRequestHeader, "x-docker-expose-session-sharedkey", Whole},
		{"BuildKitControl", InRequestBody, "FrontendAttrs", EnvObject},
		{"BuildKitFrontend", InRequestBody, "FrontendOpt", EnvObject},
		{"BuildKitControl", InRequestBody, "Cache/Exports/0/Attrs", OptionObject},
		{"BuildKitControl", InRequestBody, "Cache/Imports/0/Attrs", OptionObject},
		{"BuildKitControl", InRequestBody, "Exporters/0/Attrs", OptionObject},
		{"BuildKitControl", InRequestBody, "Definition/def/3/op/exec/meta/env/0", EnvPair},
		{"BuildKitFrontend", InResponseBody, "result/ref/def/def/3/op/exec/meta/args", FreeText},
		{"BuildKitFrontend", InRequestBody, "FrontendInputs/x/def/0/op/source/attrs", OptionObject},
		{"BuildKitFrontend", InResponseBody, "Config", FreeText},
		{"BuildKitControl", InResponseBody, "logs/0/msg", FreeText},
		{"BuildKitControl", InResponseBody, "data", Whole},
		{"SessionSecrets", InResponseBody, "data", Whole},
		{"SessionAuth", InResponseBody, "Secret", Whole},
		{"SessionAuth", InResponseBody, "Token", Whole},
		{"SessionAuth", InResponseBody, "Signed", Whole},
		{"SessionSSH", InRequestBody, "data", Whole},
		{"SessionSSH", InResponseBody, "data", Whole},
	} {
		wantSecret(t, w.id, w.in, w.at, w.by)
	}
}

func TestSecretsOfEveryRequest(t *testing.T) {
	calls := []Call{Lookup("GET", "/info"), Lookup("GET", "/nothing"), Lookup("POST", "/libpod/containers/create"), {Op: &Operation{ID: "Other"}}}
	for _, c := range calls {
		for _, h := range strings.Fields("authorization Proxy-Authorization Cookie X-Registry-Auth X-Registry-Config X-Meta-Anything X-My-Header") {
			if _, ok := covered(c.Op.Secrets(), InRequestHeader, h); !ok {
				t.Errorf("%s: header %s is not covered", c.Path, h)
			}
		}
		if how, _ := covered(c.Op.Secrets(), InResponseHeader, "Set-Cookie"); how != Whole {
			t.Errorf("%s: Set-Cookie by %q", c.Path, how)
		}
	}
	for _, at := range []string{"Env/0", "env", "Config/Env/0", "a/password"} {
		if _, ok := covered((*Operation)(nil).Secrets(), InRequestBody, at); !ok {
			t.Errorf("%s of an unknown request is not covered", at)
		}
	}
}

func wantSecret(t *testing.T, id string, in Place, at string, by How) {
	t.Helper()
	if how, ok := covered(Find(id).Secrets(), in, at); !ok || how != by {
		t.Errorf("%s: %s %s is covered by %q, want %q", id, in, at, how, by)
	}
}

// covered says which rule applies first to a concrete header, parameter or
// way through a body.
func covered(secrets []Secret, in Place, at string) (How, bool) {
	for _, s := range secrets {
		if s.In != in {
			continue
		}
		if in == InRequestHeader || in == InResponseHeader || in == InQuery {
			if matchWildcard(strings.ToLower(s.At), strings.ToLower(at)) {
				return s.How, true
			}
		} else if matchSegments(strings.Split(s.At, "/"), strings.Split(at, "/")) {
			return s.How, true
		}
	}
	return "", false
}

func matchSegments(pattern, at []string) bool {
	if len(pattern) == 0 {
		return len(at) == 0
	}
	if pattern[0] == "**" {
		return matchSegments(pattern[1:], at) || len(at) > 0 && matchSegments(pattern, at[1:])
	}
	return len(at) > 0 && (pattern[0] == "*" || strings.EqualFold(pattern[0], at[0])) && matchSegments(pattern[1:], at[1:])
}
