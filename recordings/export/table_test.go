package export_test

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/export"
)

// proofs are what each format must have of a recording, so that one which
// writes nothing does not pass for discreet. A format that is new in the table
// fails until it has one.
var proofs = map[string]string{
	"html": "busybox", "markdown": "busybox", "mermaid": "ContainerCreate", "har": "busybox", "pcapng": "busybox",
	"sh": "/containers/", "asciicast": "terminal output", "svg": "ContainerCreate",
}

// secrets is a recording with a secret wherever the API has one.
func secrets() (s *exchangetest.Script, planted []string) {
	const password, token, registry, key, argument, secret = "hunter2-Passw0rd", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "ZQ-registry 18", "env-Key-4711-xyz", "arg-Pass-815", "swarm-data-99-abc"
	auth := base64.URLEncoding.EncodeToString([]byte(`{"username":"hunter-user","password":"` + registry + `"}`))
	s = exchangetest.New()
	c := s.Connect(7, "docker", "run", "-e", "API_KEY="+key, "--password", argument, "busybox")
	c.Call("POST", "/v1.47/auth", `{"username":"hunter-user","password":"`+password+`"}`, "Content-Type: application/json").Reply(200, `{"Status":"Login Succeeded","IdentityToken":"`+token+`"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/images/create?fromImage=x", "", "X-Registry-Auth: "+auth).Reply(500, `{"message":"denied for `+registry+`"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/build?buildargs=%7B%22TOKEN%22%3A%22"+token+"%22%7D", "").Reply(400, `{"message":"bad"}`, "Content-Type: application/json")
	id := strings.Repeat("0f", 32)
	c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox","Env":["API_KEY=`+key+`"]}`, "Content-Type: application/json").Reply(201, `{"Id":"`+id+`"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/secrets/create", `{"Name":"a","Data":"`+base64.StdEncoding.EncodeToString([]byte(secret))+`"}`, "Content-Type: application/json").Reply(201, `{"ID":"abcdef"}`, "Content-Type: application/json")
	c.Call("GET", "/v1.47/containers/"+id+"/json", "").Reply(200, `{"Id":"`+id+`","Config":{"Env":["API_KEY=`+key+`"]}}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/containers/"+id+"/attach", "").Answer(101, decode.ContentRaw).Data(decode.Response, "terminal output\r\n").
		EndOf(decode.Response).End(decode.Server, decode.EndEOF)
	return s, []string{password, token, registry, key, argument, secret, auth}
}

// No secret is in any format, plain or encoded.
func TestSecretsAreInNoFormat(t *testing.T) {
	for _, f := range export.Formats {
		if f.Fixed != "" {
			continue // has nothing of any recording
		}
		t.Run(f.Name, func(t *testing.T) {
			s, planted := secrets()
			var out strings.Builder
			x := f.New(&out, &export.Options{Name: "test"})
			s.Play(redact.New(redact.Options{}, x.Event).Event)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			if proof := proofs[f.Name]; proof == "" || !strings.Contains(out.String(), proof) {
				t.Fatalf("what proves that the recording is in it? %q is not:\n%s", proof, out.String())
			}
			for _, secret := range planted {
				for _, form := range encodings(secret) {
					if strings.Contains(out.String(), form) {
						t.Errorf("%s is in it, as %s", secret, form)
					}
				}
			}
		})
	}
}

// encodings are a secret as an exporter could write it; of base64, what does
// not depend on what stands around it.
func encodings(secret string) []string {
	list := []string{secret, hex.EncodeToString([]byte(secret)), strings.ReplaceAll(secret, "-", `\-`), strings.ReplaceAll(secret, "_", `\_`)}
	for before := range 3 {
		b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret))
		list = append(list, b[(before*8+5)/6:len(b)-4])
	}
	return list
}

// damaged is a recording with changed lines.
func damaged(t *testing.T, change func(lines []string) []string) string {
	t.Helper()
	in, err := os.ReadFile("../testdata/sessions/ok-run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := change(strings.SplitAfter(string(in), "\n"))
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every format exports what a recording has by now, or what is left of it, and
// those that are for people say what is missing.
func TestGrowingAndDamagedRecordings(t *testing.T) {
	for _, f := range export.Formats {
		if f.Fixed != "" || f.Name == "asciicast" { // there is no terminal in it
			continue
		}
		for _, tt := range []struct {
			name    string
			damaged bool
			note    string
			change  func([]string) []string
		}{
			{"grows", false, "", func(l []string) []string { return l[:len(l)/2] }},
			{"torn line", false, "the last line is torn", func(l []string) []string { n := len(l) / 2; l[n] = l[n][:len(l[n])/2]; return l[:n+1] }},
			{"bad line", true, "1 line of the recording could not be read", func(l []string) []string { l[4] = "\x00{\"e\":\n"; return l }},
			{"lost beginning", false, "", func(l []string) []string { return append(l[:1], l[len(l)/2:]...) }},
		} {
			t.Run(f.Name+"/"+tt.name, func(t *testing.T) {
				path := damaged(t, tt.change)
				again := func() (*recordings.Reader, error) { return recordings.Open(path) }
				in, err := again()
				if err != nil {
					t.Fatal(err)
				}
				defer in.Close()
				var out strings.Builder
				bad := 0
				err = export.Write(&f, &out, export.Options{Name: "test"}, in, again, func(error) { bad++ })
				if (err != nil) != tt.damaged || (bad > 0) != (tt.note != "") {
					t.Errorf("%v, %d lines", err, bad)
				}
				if !strings.Contains(out.String(), "containers/") && !strings.Contains(out.String(), "Container") {
					t.Errorf("nothing is in it:\n%s", out.String())
				}
				if tells := f.Name == "html" || f.Name == "markdown"; tells && !strings.Contains(out.String(), tt.note) {
					t.Errorf("it does not say %q", tt.note)
				}
				if f.Name == "pcapng" && tt.damaged {
					_ = tshark(t, out.String(), "-q")
				}
			})
		}
	}
}
