package redact

import "strings"

// This file has the shapes of secrets and the flags of programs that take one.
// Names of secrets, and names that only look so, are in decode/engine/secretnames.go, and
// which operation carries one in which field is in decode/engine/secrets.tsv.

// Kinds: the middle of a placeholder.
const (
	kindArg      = "arg"
	kindURL      = "url"
	kindToken    = "token"
	kindKey      = "private_key"
	kindNamed    = "named"
	kindLiteral  = "value"
	kindUnparsed = "unparsed"
	kindEncoded  = "encoded"
)

// A shape is a token that is known by how it begins.
type shape struct {
	rule   string
	kind   string
	prefix string
	min    int  // shortest rest
	max    int  // longest rest, 0: any
	url    bool // of a URL whose beginning stays
}

// ownShapes are those beyond shapes.tsv, which has gitleaks'.
var ownShapes = []shape{
	{"npm-token", kindToken, "npm_", 30, 0, false},
	{"slack-token", kindToken, "xoxb-", 10, 0, false},
	{"slack-token", kindToken, "xoxp-", 10, 0, false},
	{"slack-token", kindToken, "xoxs-", 10, 0, false},
	{"gitlab-token", kindToken, "glpat-", 16, 0, false},
	{"pypi-token", kindToken, "pypi-", 16, 0, false},
	{"docker-token", kindToken, "dckr_pat_", 16, 0, false},
	{"docker-token", kindToken, "dckr_oat_", 16, 0, false},
	{"swarm-token", "swarm_token", "SWMTKN-", 10, 0, false},
}

// webhooks are URLs that let in whoever has them. What comes behind is the
// secret.
var webhooks = []string{
	"hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
	"webhook.office.com/webhookb2/", "outlook.office.com/webhook/", "hooks.zapier.com/hooks/", "api.telegram.org/bot",
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
		{"login", programFlags{after: []string{"-p"}, attached: []string{"-p=", "-p"}, oneDash: true}}, // docker login, helm registry login
		{"mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlbinlog mariadb mariadb-admin mariadb-dump mariadb-check mariadb-import mariadb-show mycli",
			programFlags{attached: []string{"-p"}}},
		{"sshpass twine mongo mongosh mongodump mongorestore mongoexport mongoimport cqlsh nodetool rabbitmqadmin clickhouse-client zip unzip 7z",
			programFlags{after: []string{"-p", "-P"}, attached: []string{"-p", "-P"}}},
		{"redis-cli valkey-cli keydb-cli", programFlags{after: []string{"-a", "--pass"}}},
		{"redis-server valkey-server keydb-server", programFlags{after: []string{"--requirepass", "--masterauth"}}},
		{"curl", programFlags{
			after: []string{"-u", "--user", "-U", "--proxy-user"}, attached: []string{"-u", "-U", "--user="},
			cluster: "uU", switches: "0123456#BafGgIiJjkLlMNnOpqRSsvZ", maybe: []string{"-b", "--cookie"},
		}},
		{"http https httpie", programFlags{after: []string{"-a", "--auth"}, attached: []string{"--auth="}}},
		{"sqlcmd bcp osql", programFlags{after: []string{"-P"}, attached: []string{"-P"}}},
		{"ldapsearch ldapwhoami ldapadd ldapmodify ldappasswd ldapdelete ldapcompare", programFlags{after: []string{"-w", "-s", "-a"}, attached: []string{"-w"}}},
		{"openssl", programFlags{after: []string{"-k", "-K", "-pass", "-passin", "-passout"}}},
		{"htpasswd", programFlags{nth: 3}},
		{"useradd usermod adduser", programFlags{after: []string{"-p"}}},
		{"etcdctl", programFlags{after: []string{"--user"}, attached: []string{"--user="}, first: "user", nth: 3}}, // user add NAME:SECRET
		{"SETUSER setuser", programFlags{attached: []string{">", "<"}}},                                            // of redis-cli ACL
		{"xfreerdp xfreerdp3 wlfreerdp wlfreerdp3 sdl-freerdp sdl-freerdp3", programFlags{attached: []string{"/p:", "/gp:"}}},
		{"add_user change_password authenticate_user", programFlags{nth: 2}}, // of rabbitmqctl
		{"add-authtoken", programFlags{nth: 1}},                              // of ngrok config
		{"snmpget snmpwalk", programFlags{after: []string{"-A", "-X", "-c"}}},
		{"ipmitool tsql mosquitto_pub mosquitto_sub mosquitto_rr", programFlags{after: []string{"-P"}}},
		{"mosquitto_passwd", programFlags{nth: 3}},
		{"gitlab-runner", programFlags{after: []string{"-r"}}},
		{"lftp", programFlags{after: []string{"-u"}}},
		{"caddy", programFlags{after: []string{"--plaintext"}}},
		{"mc", programFlags{nth: 6}},         // alias set NAME URL KEY SECRET
		{"samba-tool", programFlags{nth: 4}}, // user create NAME SECRET
		{"wpa_passphrase radtest", programFlags{nth: 2}},
		{"sqlplus reset-admin-password requirepass masterauth", programFlags{nth: 1}},
		{"password AUTH passwd", programFlags{nth: 1, keyword: true}}, // of nmcli, redis-cli, openssl
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

// namelessAttached are those of arguments behind a word that is no known
// program: it may be one's argument itself.
var namelessAttached = programFlags{attached: []string{"-p"}}

type programFlags struct {
	after    []string // the secret is the next argument
	attached []string // the secret is attached to the flag
	cluster  string   // letters that end a cluster of short flags, and the secret follows: -su
	switches string   // short flags without a value, which may be before those of cluster
	maybe    []string // the next argument is a secret if it can be one
	oneDash  bool     // its long flags may have one dash: -path=x is no -p
	keyword  bool     // a word before the secret, which prose has too
	nth      int      // the argument without a dash that is the secret; those behind the first are if they can be
	first    string   // nth counts only where this is the first of them; the secret is behind its colon
}

// joined is how long a cluster of short flags is, -su, whose last one takes a
// secret; what follows in the same argument is attached. 0: it is no such cluster.
func (p *programFlags) joined(v []byte) int {
	if len(v) < 3 || v[0] != '-' || v[1] == '-' {
		return 0
	}
	for i := 1; i < len(v); i++ {
		switch {
		case i > 1 && strings.IndexByte(p.cluster, v[i]) >= 0:
			return i + 1
		case strings.IndexByte(p.switches, v[i]) < 0:
			return 0
		}
	}
	return 0
}

type charset [256]bool

var (
	word        = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	pathChars   = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/:@.%~")
	formChars   = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.%+[]*")
	flagChars   = chars("abcdefghijklmnopqrstuvwxyz-")
	base64Chars = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/=")
	base64url   = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
	nameChars   = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
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
