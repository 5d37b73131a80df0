package redact

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// This file has the shapes of secrets and the flags of programs that take one.
// Which names tell a secret is decode/engine/secretnames.go, and which operation
// carries one in which field is decode/engine/secrets.tsv.

// Kinds: the middle of a placeholder.
const (
	kindArg      = "arg"
	kindURL      = "url"
	kindToken    = "token"
	kindKey      = "private_key"
	kindNamed    = "named"
	kindLiteral  = "value"
	kindUnparsed = "unparsed"
)

// base64Text is a text or a binary message in base64: the whole of it goes when
// something in it looks secret.
const base64Text engine.How = "base64-text"

// morePlaces are places beyond the engine's table, by operation id.
var morePlaces = map[string][]engine.Secret{
	// A moby.buildkit.v1.StatusResponse with names of build steps and their
	// output (moby daemon/internal/builder-next, moby.buildkit.trace).
	"ImageBuild": {{Kind: "build_trace", In: engine.InStream, At: "aux", How: base64Text}},
	// Build info and provenance of the result, which repeat build arguments
	// (buildkit exporter/containerimage/exptypes).
	"BuildKitControl": {{Kind: "build_result", In: engine.InResponseBody, At: "**/ExporterResponse/*", How: base64Text}},
	"SessionExporter": {{Kind: "build_result", In: engine.InRequestBody, At: "exporterResponse/*", How: base64Text}},
}

// textHeaders have URLs with queries, or messages. Names are in lower case.
var textHeaders = map[string]bool{
	"referer": true, "location": true, "content-location": true, "link": true, "origin": true, "refresh": true,
	"warning": true, "www-authenticate": true, "x-docker-error": true, "grpc-message": true,
}

// openHeaders look like secrets by name and are none. Names are in lower case.
var openHeaders = map[string]bool{
	"sec-websocket-key":                   true, // a nonce, RFC 6455 section 4.1
	"sec-websocket-accept":                true,
	"www-authenticate":                    true,
	"proxy-authenticate":                  true,
	"x-docker-expose-session-uuid":        true, // an id, buildkit session/session.go
	"x-docker-expose-session-name":        true,
	"x-docker-expose-session-grpc-method": true,
}

// signatureParams are parameters of signed URLs. Names are in lower case.
var signatureParams = map[string]bool{
	"sig": true, "signature": true, "x-amz-signature": true, "x-amz-security-token": true, "x-amz-credential": true,
	"x-goog-signature": true, "x-goog-credential": true, "token": true, "access_token": true, "code": true,
}

// openParams look like secrets by name and are none.
var openParams = map[string]bool{
	"session": true, // an id, buildkit session/session.go
	"buildid": true,
}

// bareValues say nothing, whatever they are called: rotateWorkerToken=true.
var bareValues = map[string]bool{"": true, "0": true, "1": true, "true": true, "false": true, "True": true, "False": true}

// A shape is a token that is known by how it begins.
type shape struct {
	rule   string
	kind   string
	prefix string
	min    int // shortest rest
	max    int // longest rest, 0: any
}

// ownShapes are those beyond shapes.tsv, which has gitleaks'.
var ownShapes = []shape{
	{"npm-token", kindToken, "npm_", 30, 0},
	{"slack-token", kindToken, "xoxb-", 10, 0},
	{"slack-token", kindToken, "xoxp-", 10, 0},
	{"slack-token", kindToken, "xoxs-", 10, 0},
	{"gitlab-token", kindToken, "glpat-", 16, 0},
	{"pypi-token", kindToken, "pypi-", 16, 0},
	{"docker-token", kindToken, "dckr_pat_", 16, 0},
	{"docker-token", kindToken, "dckr_oat_", 16, 0},
	{"swarm-token", "swarm_token", "SWMTKN-", 10, 0},
}

const (
	jwtPrefix = "eyJ" // base64url of {"
	pemBegin  = "-----BEGIN "
	pemMiddle = "PRIVATE KEY"
	pemEnd    = "-----END "
	maxPEM    = 120 // longest BEGIN line looked at
	minJWT    = 8   // shortest header and payload
)

// triggerBytes are the bytes at which a shape or a URL's userinfo is looked for:
// the last ones of the beginnings of shapes, or a rare one within.
const triggerBytes = "_-.KIzJ@"

// programs take a secret with a flag whose name does not say so.
var programs = func() map[string]*programFlags {
	all := map[string]*programFlags{}
	for _, p := range []struct {
		names string
		flags programFlags
	}{
		{"login", programFlags{after: []string{"-p"}}}, // docker login, helm registry login
		{"mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlbinlog mariadb mariadb-admin mariadb-dump mariadb-check mariadb-import mariadb-show mycli",
			programFlags{attached: []string{"-p"}}},
		{"sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport cqlsh nodetool rabbitmqadmin clickhouse-client zip unzip 7z",
			programFlags{after: []string{"-p", "-P"}, attached: []string{"-p", "-P"}}},
		{"redis-cli valkey-cli keydb-cli", programFlags{after: []string{"-a", "--pass"}}},
		{"redis-server valkey-server keydb-server", programFlags{after: []string{"--requirepass", "--masterauth"}}},
		{"curl", programFlags{after: []string{"-u", "--user", "-U", "--proxy-user"}, attached: []string{"-u", "-U", "--user="}, cluster: "uU"}},
		{"http https httpie", programFlags{after: []string{"-a", "--auth"}, attached: []string{"--auth="}}},
		{"sqlcmd bcp osql", programFlags{after: []string{"-P"}, attached: []string{"-P"}}},
		{"ldapsearch ldapwhoami ldapadd ldapmodify ldappasswd ldapdelete ldapcompare", programFlags{after: []string{"-w", "-s", "-a"}, attached: []string{"-w"}}},
		{"openssl", programFlags{after: []string{"-k", "-K", "-pass", "-passin", "-passout"}}},
		{"htpasswd", programFlags{after: []string{"-b"}}},
		{"snmpget snmpwalk", programFlags{after: []string{"-A", "-X", "-c"}}},
		{"ipmitool", programFlags{after: []string{"-P"}}},
		{"smbclient", programFlags{after: []string{"-U"}}},
		{"keytool", programFlags{after: []string{"-storepass", "-keypass"}}},
	} {
		for _, name := range strings.Fields(p.names) {
			all[name] = &p.flags
		}
	}
	return all
}()

// namelessFlags are those of arguments that begin with a flag: the program is
// in Entrypoint or in the image. They hide only what can be a secret.
var namelessFlags = programFlags{after: []string{"-p", "-a", "-u", "-P", "-w"}, attached: []string{"-p"}}

type programFlags struct {
	after    []string // the secret is the next argument
	attached []string // the secret is attached to the flag
	cluster  string   // letters that end a cluster of short flags, and the secret is the next argument: -su
}

// joined tells a cluster of short flags whose last one takes a secret.
func (p *programFlags) joined(v []byte) bool {
	if len(v) < 3 || v[0] != '-' || v[1] == '-' || strings.IndexByte(p.cluster, v[len(v)-1]) < 0 {
		return false
	}
	return letters.run(v[1:]) == len(v)-1 && strings.IndexByte(p.cluster, v[1]) < 0
}

var letters = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

// openFlags look like secrets by name, and the next argument is none.
var openFlags = map[string]bool{
	"password-stdin":     true,
	"secret":             true, // docker build/service --secret id=…: a reference
	"with-registry-auth": true,
	"detach-keys":        true,
}

type charset [256]bool

var (
	word      = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	base64url = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
	nameChars = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
)

func chars(s string) (c charset) {
	for i := range len(s) {
		c[s[i]] = true
	}
	return c
}

// run counts the bytes of s that are in c, from the start.
func (c *charset) run(s []byte) int {
	for i, b := range s {
		if !c[b] {
			return i
		}
	}
	return len(s)
}
