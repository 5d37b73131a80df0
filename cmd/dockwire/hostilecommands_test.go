package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

// hostileName is a name of a file that changes a terminal.
const hostileName = "no\x1b]0;title\x07\u202e\u009b.jsonl"

// hostileLines are, for each command, command lines that make it say what came
// from elsewhere: HOST is a hostile daemon, REC and OTHER recordings of it, COPY
// one with a hostile name that is not whole, NAME a file that is not there, DIR a
// folder of files that are no recordings and no certificates, NEW a new file. A
// command that has none fails the test.
var hostileLines = map[string][]string{
	"":                  {"-H unix://NAME"},
	"run":               {"-H HOST -- quietly api GET /v1.41/version", "--headers --body -H HOST -- quietly api GET /v1.41/info", "-H HOST -- NAME", "-H unix://NAME -- true"},
	"tap":               {"-H unix://NAME --listen unix://NAME", "-H HOST --listen tcp://NAME:1", "-o REC -H HOST --listen unix://NEW/t"},
	"view":              {"REC", "-f NAME REC"},
	"print":             {"REC", "--headers --body REC", "--format json --body --headers REC", "-f NAME REC"},
	"check":             {"REC", "DIR"},
	"scrub":             {"REC -o NEW/scrubbed.jsonl", "COPY -o NEW/s2.jsonl", "COPY -o COPY", "REC -o NAME/x", "DIR -o NEW/s"},
	"export":            {"html REC", "markdown REC", "markdown --summary REC", "mermaid REC", "har REC", "sh REC", "markdown REC -o NAME/x"},
	"fmt":               {"REC", "COPY", "NAME"},
	"replay":            {"REC -- quietly api GET /v1.41/nothing", `OTHER -- quietly api POST /v1.41/containers/create?name=b {"Image":"NAME"}`, "REC -- NAME", "--rules NAME REC -- true"},
	"verify":            {"-H HOST REC", "--format json -H HOST REC", "-H unix://NAME REC"},
	"diff":              {"REC REC", "REC OTHER", "OTHER REC", "COPY OTHER", "--format json REC OTHER", "-f NAME REC REC"},
	"volatile":          {"REC REC", "REC OTHER"},
	"learn":             {"REC REC", "REC OTHER", "--draft REC", "--draft OTHER", "REC", "DIR", "--draft REC -o NAME/x", "--export NAME"},
	"doctor":            {"-H HOST", "--picture -H HOST", "--picture=mermaid -H HOST", "--picture=svg -H HOST", "--picture=NAME", "-H unix://NAME", "-c NAME"},
	"certs":             {"NAME"},
	"context":           {"NAME"},
	"plugin":            {"NAME"},
	"lab":               {"NAME"},
	"certs make":        {"NAME", "DIR/x --host NAME"},
	"certs show":        {"NAME", "DIR"},
	"certs check":       {"-H tcp://NAME:1", "-H tcp://127.0.0.1:1 --cert-path DIR"},
	"certs daemon-json": {"NAME", "DIR"},
	"context create":    {"NAME --host unix://NAME", "a --host NAME"},
	"context rm":        {"NAME"},
	"env":               {"--listen unix://NAME", "--shell NAME"},
	"plugin install":    {"NAME"},
	"plugin uninstall":  {"NAME"},
	"restore":           {"NAME", "unix://NAME"},
	"demo":              {"-f NAME", "NAME"}, // what it shows is its own
	"lab tls":           {"--break NAME", "-H unix://NAME --break NAME"},
	"explain":           {"REC", "OTHER", "--live -H HOST -- quietly api GET /v1.41/info", "NAME", "GET NAME", "docker NAME", "-- docker NAME"},
	"version":           {"NAME"},
}

// commandsOf are the command lines of all commands that do something.
func commandsOf(c *cobra.Command, path string) (all []string) {
	if c.Runnable() {
		all = append(all, path)
	}
	for _, sub := range c.Commands() {
		all = append(all, commandsOf(sub, strings.TrimSpace(path+" "+sub.Name()))...)
	}
	return all
}

// everyCommand runs every command on what is hostile, and wants that none shows
// it as it is.
func everyCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: everycommand SOCKET RECORDING OTHER")
	}
	rec := ts.ReadFile(args[1])
	ts.Check(os.WriteFile(ts.MkAbs("copy-"+hostileName), []byte(rec[:len(rec)-20]+"\n{\"e\":\""+hostile+"\n"), 0o600))
	ts.Check(os.Mkdir(ts.MkAbs("dir-"+hostileName), 0o700))
	for _, name := range []string{"ca.pem", hostileName, hostileName + ".pem"} {
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs("dir-"+hostileName), name), []byte("-----BEGIN "+hostile+"-----\n"), 0o600))
	}
	place := strings.NewReplacer("HOST", "unix://"+args[0], "REC", args[1], "OTHER", args[2],
		"NAME", hostileName, "DIR", "dir-"+hostileName, "COPY", "copy-"+hostileName, "NEW", filepath.Dir(args[0]))
	failed := false
	inSuite := map[string]bool{}
	for _, command := range commandsOf(rootCommand(), "") {
		inSuite[command] = true
		lines := hostileLines[command]
		if len(lines) == 0 {
			ts.Fatalf("hostileLines has nothing for dockwire %s: say there how it comes to show what others wrote", command)
		}
		lines = append(lines, "--host NAME NAME", "--NAME", "DIR/NAME")
		if command != "replay" { // it would serve them
			lines = append(lines, "DIR", "COPY")
		}
		for _, line := range lines {
			words := strings.Fields(command)
			for _, word := range strings.Fields(line) {
				words = append(words, place.Replace(word))
			}
			_ = ts.Exec("dockwire", words...)
			for _, stream := range []string{"stdout", "stderr"} {
				if text := ts.ReadFile(stream); !isSafeText(text) {
					ts.Logf("dockwire %s %s: %s is not safe to show: %q", command, line, stream, text)
					failed = true
				}
			}
		}
	}
	if failed {
		ts.Fatalf("a terminal would act on what commands show")
	}
	for command := range hostileLines {
		if !inSuite[command] {
			ts.Fatalf("hostileLines: there is no command dockwire %s", command)
		}
	}
}
