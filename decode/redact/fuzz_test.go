package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// feedCut gives the body of op to a redactor in pieces of the sizes in cuts,
// over and over, and returns what came out.
func feedCut(op *engine.Operation, body string, cuts []byte) (string, int) {
	var out strings.Builder
	reds := 0
	r := New(Options{}, func(e decode.Event) {
		if d, ok := e.(*decode.Data); ok {
			out.Write(d.Bytes)
			reds += len(d.Redacted)
		}
	})
	o := decode.Origin{Conn: 1, Exchange: 1}
	r.Event(&decode.RequestHead{Origin: o, Method: "POST", Call: engine.Call{Op: op}, Content: decode.ContentJSON})
	for i := 0; len(body) > 0; i++ {
		n := len(body)
		if len(cuts) > 0 {
			n = min(n, 1+int(cuts[i%len(cuts)]))
		}
		r.Event(&decode.Data{Origin: o, Fd: decode.NoFd, Bytes: []byte(body[:n])})
		body = body[n:]
	}
	r.Event(&decode.DirectionEnd{Origin: o})
	r.Event(&decode.ExchangeEnd{Origin: o})
	return out.String(), reds
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func randomSecret(rnd *rand.Rand) string {
	b := make([]byte, 8+rnd.IntN(40))
	for i := range b {
		b[i] = alphabet[rnd.IntN(len(alphabet))]
	}
	return string(b)
}

// windowOf reports an eight-byte piece of secret that is in out.
func windowOf(out, secret string) (string, bool) {
	for i := 0; i+8 <= len(secret); i++ {
		if strings.Contains(out, secret[i:i+8]) {
			return secret[i : i+8], true
		}
	}
	return "", false
}

// plantedTexts have a secret, %s, that more than one rule finds, or finds a
// part of.
var plantedTexts = []string{
	"SENTRY_DSN=https://%s@host/1",
	"DB_DSN=postgres://u:%s@h/d",
	"--token=https://u:%s@host/1?token=%s",
	"--password=%s --password=%s",
	"API_TOKEN=ghp_%s00000000000000000000",
	"DB_PASSWORD={\"password\":\"%s\"}",
	"Authorization: Bearer TOKEN=%s",
	"a:TOKEN=%s@b://x:%s@c",
	"PASSWORD='https://a:%s@b' SECRET=\"x=%s\"",
}

// FuzzCommand plants secrets in command lines of which several rules take
// parts that overlap.
func FuzzCommand(f *testing.F) {
	for i := range len(plantedTexts) {
		f.Add(uint64(i), "docker", "run", " x=", i)
	}
	f.Fuzz(func(t *testing.T, seed uint64, a, b, between string, n int) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		secret := randomSecret(rnd)
		text := strings.ReplaceAll(plantedTexts[uint(n)%uint(len(plantedTexts))], "%s", secret)
		r := New(Options{Literals: []string{b, between}}, func(decode.Event) {})
		if b != "-p" && strings.Trim(b, "-") != "" {
			argv, reds := r.Command([]string{a, b, "x", text})
			if w, found := windowOf(strings.Join(argv, "\x00"), secret); found || len(reds) == 0 {
				t.Errorf("%q of %q is in %q", w, secret, argv)
			}
		}
		r.Command([]string{a + between + text + between + b, b, text + text})
		r.Target(nil, "/"+a+"?"+b+"="+text+"&"+text+"="+a)
		r.Body(engine.Find("ContainerCreate"), decode.Request, fmt.Appendf(nil, `{"Env":[%q],"Cmd":[%q,%q,%q]}`, text+b, a, between, text+text))
		r.Fields([]decode.Field{{Name: a, Value: text}, {Name: "X", Value: text + between}})
	})
}

// FuzzPlanted plants a random secret in a JSON text of any shape, escaped in
// any way, cut anywhere.
func FuzzPlanted(f *testing.F) {
	for i := range 40 {
		f.Add(uint64(i), []byte{byte(i), 3, byte(i * 7)})
	}
	f.Add(uint64(7), []byte{0})
	f.Fuzz(func(t *testing.T, seed uint64, cuts []byte) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		secret := randomSecret(rnd)
		op, body := plantedBody(rnd, secret)
		out, reds := feedCut(engine.Find(op), body, cuts)
		if w, found := windowOf(out, secret); found {
			t.Errorf("%q of %q is in %q, made of %q", w, secret, out, body)
		}
		if reds == 0 {
			t.Errorf("nothing reported for %q", body)
		}
	})
}

// plantedBody writes a request of some operation with the secret in it, among
// other members.
func plantedBody(rnd *rand.Rand, secret string) (op, body string) {
	places := []struct{ op, at, value string }{
		{"SecretCreate", "Data", `"%s"`}, {"ConfigCreate", "Data", `"%s"`}, {"SystemAuth", "password", `"%s"`},
		{"SwarmJoin", "JoinToken", `"%s"`}, {"ContainerCreate", "Env", `["A=b","MY_PASSWORD=%s"]`},
		{"ContainerCreate", "Cmd", `["x","--password","%s"]`}, {"ContainerExec", "Cmd", `["sh","-c","PASSWORD=%s x"]`},
		{"ServiceCreate", "TaskTemplate/ContainerSpec/Env", `["A_TOKEN=%s"]`}, {"VolumeCreate", "DriverOpts", `{"o":"a=b,password=%s"}`},
		{"PluginSet", "", `["API_KEY=%s"]`}, {"SwarmInit", "Spec/CAConfig/SigningCAKey", `"-----BEGIN EC PRIVATE KEY-----\n%s"`},
	}
	p := places[rnd.IntN(len(places))]
	if rnd.IntN(8) == 0 {
		secret += strings.Repeat("x", 60000+rnd.IntN(20000)) // about maxHeld
	}
	value := fmt.Sprintf(p.value, escapeSome(rnd, secret))
	segs := strings.Split(p.at, "/")
	for i := len(segs) - 1; i >= 0 && p.at != ""; i-- {
		var b strings.Builder
		b.WriteString("{")
		for range rnd.IntN(3) {
			fmt.Fprintf(&b, "%q:%s,%s", randomKey(rnd), noise(rnd, 3), space(rnd))
		}
		fmt.Fprintf(&b, "\"%s\"%s:%s%s", escapeSome(rnd, segs[i]), space(rnd), space(rnd), value)
		for range rnd.IntN(3) {
			fmt.Fprintf(&b, ",%s%q:%s", space(rnd), randomKey(rnd), noise(rnd, 3))
		}
		value = b.String() + "}"
	}
	return p.op, space(rnd) + value + space(rnd)
}

func randomKey(rnd *rand.Rand) string { return fmt.Sprintf("k%d\"\\", rnd.IntN(1000)) }

func space(rnd *rand.Rand) string { return "\r\n\t  "[:rnd.IntN(6)] }

// escapeSome writes some bytes as \u00xx.
func escapeSome(rnd *rand.Rand, s string) string {
	odds := rnd.IntN(5)
	var b strings.Builder
	for i := range len(s) {
		if rnd.IntN(5) < odds {
			fmt.Fprintf(&b, `\u%04x`, s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// noise is a random JSON value without secrets.
func noise(rnd *rand.Rand, depth int) string {
	switch n := rnd.IntN(7); {
	case n < 2 && depth > 0:
		return "[" + noise(rnd, depth-1) + "," + space(rnd) + noise(rnd, depth-1) + "]"
	case n < 4 && depth > 0:
		return fmt.Sprintf("{%q:%s}", randomKey(rnd), noise(rnd, depth-1))
	case n == 4:
		return "-1.5e9"
	case n == 5:
		return "null"
	}
	return fmt.Sprintf("%q", "v\\\""+strings.Repeat("z", rnd.IntN(20)))
}

// FuzzBroken puts a secret behind anything at all: either it is found, or
// nothing after the first error comes out.
func FuzzBroken(f *testing.F) {
	for _, pre := range []string{`{`, `{"a":`, `{"a":"`, `[`, `{"a":1,`, `{"a":"\`, `x`, "{\x00", `{"b":[[{`, `"`, "", `{"password":{`} {
		f.Add([]byte(pre), []byte(`}`), []byte{2, 5})
	}
	f.Fuzz(func(t *testing.T, pre, post, cuts []byte) {
		const secret = "q8WvZ0tYp3LxN7sK"
		for _, plant := range []string{`"password":"` + secret + `"`, `"Env":["MY_PASSWORD=` + secret + `"]`, `"password":[{"x":"` + secret + `"`} {
			body := string(pre) + plant + string(post)
			if strings.Count(body, secret[:8]) > 1 || strings.Contains(string(pre), `\`) {
				return // "\"password" is another key
			}
			out, _ := feedCut(nil, body, cuts)
			if w, found := windowOf(out, secret); found {
				t.Errorf("%q is in %q, made of %q", w, out, body)
			}
		}
	})
}

// FuzzPass: what has no secret comes through as it was, JSON or not.
func FuzzPass(f *testing.F) {
	for _, s := range []string{`{"a":[1,true,"x\"y"]}`, `{"a`, "\x00\xff", `{"a":"eyJ"}`, `["-----BEGIN x", "AKIA", "a@b"]` + "\r\n{}"} {
		f.Add([]byte(s), []byte{1, 4})
	}
	op := engine.Find("ContainerUpdate")
	f.Fuzz(func(t *testing.T, body, cuts []byte) {
		out, reds := feedCut(op, string(body), cuts)
		if reds == 0 && out != string(body) {
			t.Errorf("%q became %q", body, out)
		}
		whole, _ := feedCut(op, string(body), nil)
		if len(body) < maxHeld && whole != out {
			t.Errorf("cut: %q, whole: %q", out, whole)
		}
	})
}

// FuzzHead: any target, header and argument is taken.
func FuzzHead(f *testing.F) {
	f.Add("/build?buildargs=%7B%22A%22:%22\\u%22}&remote=a://b@c", "Authorization", "x", "--password")
	f.Fuzz(func(t *testing.T, target, name, value, arg string) {
		r := New(Options{Literals: []string{"literal"}}, func(decode.Event) {})
		for _, op := range []string{"ImageBuild", "ImageCreate", "ContainerList"} {
			out, reds := r.Target(engine.Find(op), target)
			if len(reds) == 0 && out != target {
				t.Errorf("%q became %q", target, out)
			}
		}
		r.Fields([]decode.Field{{Name: name, Value: value}})
		r.Command([]string{arg, value, target})
		r.Event(&decode.Anomaly{Bytes: []byte(value)})
	})
}
