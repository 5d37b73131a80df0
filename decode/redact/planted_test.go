package redact

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
)

// plantedCommands are commands that give a program a secret, %s, each argument
// by itself.
var plantedCommands = []string{
	"curl¦-su¦me:%s¦http://h", "curl¦-sSu¦me:%s", "curl¦-sume:%s¦h", "curl¦--user=me:%s", "curl¦-b¦session=%s", "curl¦--proxy-user¦a:%s", "curl¦https://h/?a=b&sig=%s", "curl¦http://d/build?t=a&buildargs=%7B%22API_TOKEN%22:%22%s%22%7D&q=1",
	"curl¦https://h/x?X-Amz-Signature=%s&x=1", "curl¦-H¦Authorization: Bearer %s", "curl¦-d¦password=%s&user=x",
	"mariadb-admin¦-p%s¦ping", "mysqldump¦-uroot¦-p%s", "valkey-cli¦-a¦%s", "redis-cli¦-h¦db¦-a¦%s", "redis-server¦--requirepass¦%s", "valkey-server¦--requirepass¦%s",
	"mongosh¦-u¦root¦-p¦%s", "sshpass¦-p%s¦ssh", "htpasswd¦-bn¦me¦%s", "htpasswd¦-b¦f¦me¦%s", "rabbitmqctl¦add_user¦me¦%s", "ngrok¦config¦add-authtoken¦%s",
	"etcdctl¦--user¦root:%s", "useradd¦-p¦%s¦x", "aws¦configure¦set¦aws_secret_access_key¦%s", "tool¦--secret¦%s",
	"db¦-p%s", "-h¦db¦-p%s", // the program is in Entrypoint
	"sh¦-c¦echo 'root:%s' | chpasswd", "sh¦-c¦echo %s | docker login --password-stdin", "sh¦-c¦mysql -p'%s' db", "sh¦-c¦curl -sSu \"me:%s\" h",
	"x¦Server=h;Database=d;Uid=u;Pwd=%s;", "x¦server=h;pwd=%s", "x¦pwd=%s;server=h", "x¦AccountName=a;AccountKey=%s;X=1",
	"x¦https://hooks.slack.com/services/T0AB/B0EF/%s", "x¦https://discord.com/api/webhooks/1234/%s", "x¦https://api.telegram.org/bot1234:%s/send",
	"docker¦login¦-ume¦-p%s", "docker¦login¦-u¦me¦-p=%s", "twine¦upload¦-u¦x¦-p¦%s", "mosquitto_sub¦-p¦1883¦-P¦%s", "gitlab-runner¦register¦-r¦%s", "mc¦alias¦set¦m¦http://h¦x¦%s",
	"redis-cli¦-h¦db¦AUTH¦%s", "redis-cli¦CONFIG¦SET¦requirepass¦%s", "nmcli¦d¦wifi¦connect¦x¦password¦%s", "sh¦-c¦echo %s | sudo -S ls", "app¦me:%s@tcp(db:3306)/x",
	"psql¦-c¦ALTER USER x WITH PASSWORD '%s'", "sh¦-c¦psql -c \"CREATE ROLE x LOGIN PASSWORD '%s';\"", "sqlcmd¦-Q¦CREATE LOGIN x WITH PASSWORD = '%s'",
	"mysql¦-e¦create user x identified by '%s'", "mysql¦-e¦ALTER USER x IDENTIFIED WITH mysql_native_password BY '%s'", "mysql¦-e¦SET PASSWORD FOR x = PASSWORD('%s')",
	"mongosh¦--eval¦db.createUser({user:\"x\",pwd:\"%s\"})", "sh¦-c¦echo 'machine h login me password %s' >.netrc",
	"xfreerdp¦/v:h¦/u:me¦/p:%s", "sh¦-c¦xfreerdp /v:h /u:me /p:%s", "app¦/user:me¦/password:%s", "app¦/P:%s", "sqlpackage¦/a:Publish¦/SourcePassword:%s",
	"x¦jdbc:oracle:thin:me/%s@//db:1521/x", "sh¦-c¦java -Durl=jdbc:oracle:oci8:me/%s@db app",
	"kubectl¦create¦secret¦generic¦mysql¦--from-literal=foo=%s", "kubectl¦create¦secret¦generic¦x¦--from-literal¦foo=%s¦--dry-run", "sh¦-c¦kubectl create secret generic x --from-literal=a=b --from-literal='foo=%s'",
	"sh¦-c¦kubectl create secret generic x --from-literal=foo='two words %s'", "kubectl¦create¦configmap¦x¦--from-literal=foo=%s",
	"etcdctl¦user¦add¦root:%s", "etcdctl¦--endpoints¦h:1¦user¦add¦root:%s", "etcdctl¦get¦x¦--user¦root:%s", "sh¦-c¦etcdctl user add root:%s",
	"mongosh¦--eval¦db.auth(\"me\", \"%s\")", "sh¦-c¦mongosh --eval \"db.auth('me','%s')\"", "mongosh¦--eval¦db.changeUserPassword(\"me\",\"%s\")",
	"redis-cli¦ACL¦SETUSER¦me¦on¦>%s¦~*¦+@all", "sh¦-c¦redis-cli ACL SETUSER me on '>%s' allkeys", "redis-cli¦acl¦setuser¦me¦<%s",
	"sh¦-c¦echo %s | wg pubkey", "sh¦-c¦printf '[Interface]\nPrivateKey = %s\n' >wg0.conf", "x¦password = %s", "x¦token  =  \"%s\"",
	"x¦https://contoso.webhook.office.com/webhookb2/%s@x/y", "x¦mount -o username=me,password=%s,vers=3",
}

func TestPlantedCommands(t *testing.T) {
	for _, c := range plantedCommands {
		c = strings.ReplaceAll(c, "%s", secretValue)
		args := `["` + strings.Join(strings.Split(strings.ReplaceAll(c, `"`, `\"`), "¦"), `","`) + `"]`
		tape := play(t, Options{}, call{method: "POST", target: "/containers/create", request: `{"Cmd":` + args + `,"Healthcheck":{"Test":` + args + `}}`, requestIs: decode.ContentJSON})
		tape.mustNotHold(secretValue)
		argv, _ := New(Options{}, nil).Command(strings.Split(c, "¦"))
		if got := strings.Join(argv, " "); strings.Contains(got, secretValue) {
			t.Errorf("the command became %s", got)
		}
	}
}

// What follows flags of the same letters and is no secret.
func TestOpenCommands(t *testing.T) {
	for _, c := range []string{
		"curl¦-sS¦-o¦x¦http://h", "nginx¦-p8080:80", "run¦-port=8080¦-path=/x", "-pidfile=/run/x.pid¦-p80", "docker¦run¦-p¦80:80¦img", "ssh¦-p¦2222¦h", "docker¦build¦--secret¦id=tok3nX9,src=/run/x¦.",
		"docker¦service¦create¦--secret¦db-login¦--with-registry-auth¦img4Xz9", "curl¦-b¦cookies.txt¦h", "docker¦attach¦--detach-keys¦ctrl-p,ctrl-q¦x", "make¦-pj4", "sh¦-c¦cd /srv; PWD=/srv; export PWD",
		"docker¦login¦-u¦me¦-path=/x4Y9zQ", "psql¦-c¦ALTER USER x WITH PASSWORD NULL", "app¦-x¦password¦authentication¦failed-7xQ4", "cat¦/etc/passwd¦x9Y8z7w6v5", "x¦SELECT a FROM identified ORDER BY 'x9Y8z7'",
		"mosquitto_sub¦-p¦1883", "sh¦-c¦cd /srv; echo pwd:/srv", "redis-cli¦AUTH¦required",
		"docker¦run¦-v¦/secrets:/run/secrets¦-v¦/token:/x¦img", "msbuild¦/p:Configuration=Release¦/t:Build", "app¦/port:8080", "docker¦run¦--name¦x¦/p:latest", "kubectl¦create¦configmap¦x¦--from-literal=colour=blue",
		"etcdctl¦put¦a:b¦c:d9X8y7", "etcdctl¦user¦add¦root", "app¦a = b9X8y7w6", "sh¦-c¦redis-cli acl list > /tmp/x9Y8z7w6", "app¦db.auth(token9X8)",
		"mariadb-admin¦ping", "rabbitmqctl¦add_user¦me",
	} {
		argv, reds := New(Options{}, nil).Command(strings.Split(c, "¦"))
		if got := strings.Join(argv, "¦"); got != c {
			t.Errorf("%s became %s (%v)", c, got, reds)
		}
	}
}

// Values with spaces in the output of builds, in history and in changes.
func TestPlantedInstructions(t *testing.T) {
	for _, line := range []string{
		"ENV DB_PASSWORD=four words of %s", "/bin/sh -c #(nop)  ENV DB_PASSWORD=some words %s", "ARG TOKEN=some words %s", "LABEL api.token=two words %s",
		"RUN |1 DB_PASSWORD=several words %s /bin/sh -c make all", "ENV A=1 DB_PASSWORD=x %s B=2", `ENV DB_PASSWORD="a b %s" B=2`, `ENV DB_PASSWORD=a\ b\ %s`, "ENV DB_PASSWORD a b %s",
		"FROM x\nARG DB_PASSWORD\nENV API_TOKEN=\"two words %s\"\nRUN make", "ENV DB_PASSWORD \\\n  %s\nRUN make",
		`["mongosh","-p","%s"] make`, `["docker", "login", "-p", "%s"] make`,
	} {
		line = strings.ReplaceAll(line, "%s", secretValue)
		got := string(redactText(line))
		if strings.Contains(got, secretValue) || strings.Contains(line, "make") != strings.Contains(got, "make") {
			t.Errorf("%s\nbecame %s", line, got)
		}
	}
	for _, line := range []string{"ENV A=some words B=c", "SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG \"TOKEN\") (line 3)", "RUN |1 A=b /bin/sh -c make all", "ARG DB_PASSWORD\nRUN echo hello\nARG TOKEN\n\nCMD make all"} {
		if got := string(redactText(line)); got != line {
			t.Errorf("%s\nbecame %s", line, got)
		}
	}
}

// Errors say again what the daemon was given.
func TestPlantedErrors(t *testing.T) {
	for _, text := range []string{
		"bad variable DB_PASSWORD=%s", "sh -c login --password %s: not found", "sent Authorization: Bearer %s", "mount -t cifs //h/x: username=me,password=%s,vers=3: refused",
		"Get https://me:%s@h/x: 403", "Get https://h/x?sig=%s&a=b: 403", "Get https://h/x?a=b&X-Amz-Signature=%s: 403", "Get https://h/?token=%s: 403",
	} {
		text = strings.ReplaceAll(text, "%s", secretValue)
		for _, cut := range []int{0, 7} {
			play(t, Options{}, call{method: "POST", target: "/containers/x/start", status: 500, response: `{"message":"` + text + `"}`, responseIs: decode.ContentJSON, cut: cut}).mustNotHold(secretValue)
			play(t, Options{}, call{method: "POST", target: "/containers/x/start", status: 500, response: text, responseIs: decode.ContentText, cut: cut}).mustNotHold(secretValue)
		}
	}
}

func redactText(line string) []byte {
	r := New(Options{}, nil)
	v := []byte(line)
	return r.replace(nil, v, r.tidy(r.findText(nil, v, false), v), "x")
}

// TestManifest has the YAML of libpod's kube play, whose secrets stand where no
// rule for texts finds them.
func TestManifest(t *testing.T) {
	doc := `apiVersion: v1
kind: Secret
metadata:
  name: shop
stringData:
  user: %s
  note: |
    some text
    %s
data:
  x: %s
---
apiVersion: v1
data:
  colour: green
  password: %s
kind: ConfigMap
---
kind: Pod
spec:
  containers:
  - name: a
    image: busybox:latest
    env:
    - name: DB_PASSWORD
      value: three words %s # and a comment
    - name: API_TOKEN
      value: "%s"
    - {name: DB_PASS, value: %s}
    - value: %s
      name: DB_PASSWORD
    - name: COLOUR
      value: blue
    command: ["mysql", "-p%s"]
    args:
    - --password
    - %s
    - --colour
    - red
`
	argv, _ := New(Options{}, nil).Command([]string{"curl", "--data-binary", strings.ReplaceAll(doc, "%s", secretValue)})
	if strings.Contains(argv[2], secretValue) {
		t.Errorf("as an argument it became %s", argv[2])
	}
	answer := play(t, Options{}, call{method: "GET", target: "/v4.3.1/libpod/generate/kube?names=shop", response: strings.ReplaceAll(doc, "%s", secretValue), responseIs: decode.ContentTar})
	answer.mustNotHold(secretValue)
	for _, is := range []decode.Content{decode.ContentUnknown, decode.ContentText, decode.ContentTar} {
		for _, cut := range []int{0, 7} {
			tape := play(t, Options{}, call{method: "POST", target: "/v4.0.0/libpod/play/kube", request: strings.ReplaceAll(doc, "%s", secretValue), requestIs: is, cut: cut})
			tape.mustNotHold(secretValue)
			got := tape.bodies[0].String()
			for _, keeps := range []string{"name: shop", "colour: green", "image: busybox:latest", "name: DB_PASSWORD", "value: blue", "- --colour\n    - red\n", "# and a comment"} {
				if !strings.Contains(got, keeps) {
					t.Errorf("%q is gone: %s", keeps, got)
				}
			}
			if n := strings.Count(got, "{{redacted."); n != strings.Count(doc, "%s")+1 { // and some text
				t.Errorf("%d placeholders for %d secrets:\n%s", n, strings.Count(doc, "%s"), got)
			}
		}
	}
}

// TestForm has bodies of operations that are not known and are no JSON.
func TestForm(t *testing.T) {
	for _, form := range []string{"user=x&password=%s&a=b", "token=%s", "a=b&url=" + url.QueryEscape("https://me:%s@h/x"), "password=two+words+%s"} {
		tape := play(t, Options{}, call{method: "POST", target: "/v1.44/unknown", request: strings.ReplaceAll(strings.ReplaceAll(form, "%25s", "%s"), "%s", secretValue), requestIs: decode.ContentUnknown})
		tape.mustNotHold(secretValue)
	}
	plain := "user=x&colour=blue"
	if got := play(t, Options{}, call{method: "POST", target: "/v1.44/unknown", request: plain, requestIs: decode.ContentUnknown}).bodies[0].String(); got != plain {
		t.Errorf("a form became %s", got)
	}
	form := "token=" + secretValue
	if got, _ := New(Options{}, nil).Body(nil, decode.Request, []byte(form)); string(got) != "token={{redacted.arg.1}}" {
		t.Errorf("a form became %s", got)
	}
	tar := "name\x00\x00password=" + secretValue
	if got := play(t, Options{}, call{method: "POST", target: "/v1.44/unknown", request: tar, requestIs: decode.ContentUnknown}).bodies[0].String(); got != tar {
		t.Errorf("bytes became %q", got)
	}
	masked := play(t, Options{Literals: []string{secretValue}}, call{method: "POST", target: "/v1.44/unknown", request: tar, requestIs: decode.ContentTar}).bodies[0].String()
	if masked != "name\x00\x00password="+strings.Repeat("*", len(secretValue)) {
		t.Errorf("a tar became %q", masked)
	}
}

// FuzzBody: whatever a text is, redacted or not, spans are within it.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		"apiVersion: v1\nkind: Secret\ndata:\n  a: |\n    b\n  c: 'd\n- - x: {name: A_KEY, value: \"q\n", "password=a&b=%7B", "x|pwd=;a=b;PASSWORD=\"", "ENV A_TOKEN  \n\"ENV PASSWORD",
		"|1 A=b DB_PASSWORD=x /bin/sh", "http://h?a=%22PASSWORD=x&sig=&//a:b@c", "echo root: | chpasswd", "hooks.slack.com/services/aaaaaaaaaa0",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, v []byte) {
		r := New(Options{}, nil)
		once := append([]byte(nil), r.replace(nil, v, r.tidy(r.findBody(nil, v), v), "x")...)
		r.replace(nil, once, r.tidy(r.findBody(nil, once), once), "x")
	})
}
