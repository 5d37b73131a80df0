package engine

import (
	"path"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var sentenceEnd = regexp.MustCompile(`[.?!](\s|$)`)

func TestEveryOperationIsExplained(t *testing.T) {
	for _, op := range Operations() {
		e := Explain(op)
		if n := len(sentenceEnd.FindAllString(e.Text, -1)); n < 2 || n > 5 {
			t.Errorf("%s: %d sentences, want 2 to 5: %q", op.ID, n, e.Text)
		}
		if len(e.Text) > 700 || strings.ContainsAny(e.Text, "\n\t") || strings.Contains(e.Text, "  ") {
			t.Errorf("%s: the text has to be one paragraph of at most 700 bytes, not %d: %q", op.ID, len(e.Text), e.Text)
		}
		if last := e.Text[max(len(e.Text)-1, 0):]; last != "." {
			t.Errorf("%s: ends with %q", op.ID, last)
		}
		for _, c := range e.Commands {
			if !strings.HasPrefix(c, "docker") {
				t.Errorf("%s: %q is no docker command", op.ID, c)
			}
		}
	}
}

func TestExplanationsAreOfOperations(t *testing.T) {
	for id := range theExplanations().operations {
		if op := Find(id); op == nil || op.ID != id {
			t.Errorf("%q is explained and is no operation", id)
		}
	}
}

// Each file explains the operations of one tag, so that one knows where to
// look.
func TestExplanationsAreInTheFileOfTheirTag(t *testing.T) {
	entries, err := explainFiles.ReadDir("explain")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		tag, isText := strings.CutSuffix(entry.Name(), ".md")
		if !isText {
			continue
		}
		data, err := explainFiles.ReadFile(path.Join("explain", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		e := &explanations{operations: map[string]Explanation{}}
		if err := e.readOperations(string(data)); err != nil {
			t.Fatal(err)
		}
		for id := range e.operations {
			if op := Find(id); op != nil && !strings.EqualFold(op.Tag, tag) {
				t.Errorf("%s of %s is in %s", id, op.Tag, entry.Name())
			}
		}
	}
}

// Code words in an explanation are what the API knows: a parameter, or
// something that is no identifier at all.
func TestExplanationsNameParametersThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, op := range Operations() {
		for _, q := range op.Query {
			known[q] = true
		}
	}
	others := map[string]bool{ // values, fields, programs
		"null": true, "drain": true, "self": true, "errorDetail": true, "ps": true, "Tty": true, "Detach": true, "Force": true,
		"Exit": true, "Data": true, "dangling": true, "buildid": true, "-": true,
	}
	word := regexp.MustCompile("`([A-Za-z-]+)`")
	for _, op := range Operations() {
		for _, m := range word.FindAllStringSubmatch(Explain(op).Text, -1) {
			if !known[m[1]] && !others[m[1]] {
				t.Errorf("%s speaks of %s, which is nothing we know", op.ID, m[1])
			}
		}
	}
}

func TestEveryParameterIsExplained(t *testing.T) {
	used := map[string]bool{}
	for _, op := range Operations() {
		names := append([]string(nil), op.Query...)
		for _, p := range Lookup(op.Method, op.Path).Params {
			names = append(names, p.Name)
		}
		for _, name := range names {
			used[name] = true
			doc := ParamDoc(op.ID, name)
			if doc == "" {
				t.Errorf("%s: %s is not explained", op.ID, name)
			} else if strings.HasSuffix(doc, ".") || len(doc) > 120 || unicode.IsUpper(rune(doc[0])) && !strings.HasPrefix(doc, "Dockerfile") {
				t.Errorf("%s: %s: no phrase: %q", op.ID, name, doc)
			}
		}
	}
	for key := range theExplanations().params {
		if !used[key[1]] {
			t.Errorf("%s is explained and no operation has it", key[1])
		}
		if key[0] != "*" && Find(key[0]) == nil && !isTag(key[0]) {
			t.Errorf("%s of %s: neither an operation nor a tag", key[1], key[0])
		}
	}
}

func isTag(s string) bool {
	for _, op := range Operations() {
		if op.Tag == s {
			return true
		}
	}
	return false
}

func TestParamDocPrefersTheOperation(t *testing.T) {
	for _, tt := range []struct{ op, name, want string }{
		{"ContainerStop", "t", "seconds until"},
		{"imagebuild", "t", "name and tag"},
		{"NetworkInspect", "id", "the network"},
		{"ContainerExec", "id", "the container"},
		{"ContainerStop", "nothing", ""},
		{"Nothing", "t", ""},
	} {
		if got := ParamDoc(tt.op, tt.name); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s %s: %q", tt.op, tt.name, got)
		}
	}
}

func TestExplainTakesNil(t *testing.T) {
	if e := Explain(nil); e.Text != "" || e.Commands != nil {
		t.Errorf("%+v", e)
	}
}

func TestExplanationFilesAreChecked(t *testing.T) {
	for _, text := range []string{"# A\n", "# A\ntext\nmore", "# A\ncommands:\nx.\n# A\ncommands:\ny."} {
		e := &explanations{operations: map[string]Explanation{}}
		if err := e.readOperations(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	seen := map[[2]string]string{}
	add := func(a, b, doc string) bool { return put(seen, [2]string{a, b}, doc) }
	if readTable("a\t*\tx\na\t*\ty", add) == nil {
		t.Error("a bad table was taken")
	}
}

// What is said of answers and statuses is about operations that are there, in
// phrases.
func TestAnswersAndStatusesAreOfTheAPI(t *testing.T) {
	e := theExplanations()
	phrase := func(op, what, doc string) {
		if found := Find(op); found == nil || found.ID != op || doc == "" || strings.HasSuffix(doc, ".") || unicode.IsUpper(rune(doc[0])) && !strings.HasPrefix(doc, "SIG") {
			t.Errorf("%s %s: %q", op, what, doc)
		}
	}
	for op, fields := range e.answers {
		for _, f := range fields {
			phrase(op, f.Place, f.Doc)
		}
	}
	n := 0
	for op, all := range e.statuses {
		n++
		for _, s := range all {
			phrase(op, s.Code, s.Doc)
			if len(s.Code) != 3 {
				t.Errorf("%s: status %q", op, s.Code)
			}
		}
	}
	if n < 108 {
		t.Errorf("%d operations have their statuses", n)
	}
}

func TestSetFields(t *testing.T) {
	body := `{"Image":"busybox","Tty":false,"Env":[],"HostConfig":{"Binds":["/a:/b"],"Memory":0,"PortBindings":{"80/tcp":[]}}}`
	got := ""
	for _, f := range SetFields(RequestFields("ContainerCreate"), []byte(body)) {
		if f.Doc == "" {
			t.Errorf("%s has no meaning", f.Place)
		}
		got += f.Place + "=" + f.Value + " "
	}
	if want := `Image="busybox" HostConfig.PortBindings={"80/tcp":[]} HostConfig.Binds=["/a:/b"] `; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := SetFields(AnswerFields("ContainerList"), []byte(`[{"Id":"1"},{"Id":"2"}]`)); len(got) != 1 || got[0].Value != `"1"` {
		t.Errorf("of a list: %v", got)
	}
	for _, bad := range []string{"", "{", "[]", "null", "3"} {
		if got := SetFields(AnswerFields("ContainerList"), []byte(bad)); got != nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func TestFieldsAreOfTheAPI(t *testing.T) {
	for key, doc := range theExplanations().fields {
		op := Find(key[0])
		if op == nil || op.ID != key[0] || op.Request != JSON {
			t.Errorf("%v: no operation with a JSON body", key)
		}
		former := key == [2]string{"ContainerExec", "Detach"} // docker still sends it
		if typ := bodyTypes()[key[0]][InRequestBody]; typ != nil && !former && !hasField(typ, strings.Split(key[1], ".")) {
			t.Errorf("%v: %v has no such field", key, typ)
		}
		if strings.HasSuffix(doc, ".") || unicode.IsUpper(rune(doc[0])) {
			t.Errorf("%v: a phrase without capital and full stop, not %q", key, doc)
		}
	}
	want := theExplanations().fields[[2]string{"ContainerCreate", "HostConfig.PortBindings"}]
	if got := FieldDoc("ContainerCreate", `HostConfig.PortBindings["80/tcp"][0].HostPort`); got == "" || got != want {
		t.Errorf("below a field: %q, want %q", got, want)
	}
	if got := FieldDoc("ContainerCreate", "NoSuchField"); got != "" {
		t.Errorf("no field: %q", got)
	}
}

// hasField reports whether a value of a type has a field at a place, by the names
// that it has in JSON.
func hasField(t reflect.Type, place []string) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(place) == 0 || t.Kind() == reflect.Map || t.Kind() == reflect.Slice {
		return true
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && hasField(f.Type, place) {
			return true
		}
		if name == "" {
			name = f.Name
		}
		if name == place[0] && hasField(f.Type, place[1:]) {
			return true
		}
	}
	return false
}

// Every flag is of a place that is explained.
func TestFlags(t *testing.T) {
	for at := range theExplanations().flags {
		name, query := strings.CutPrefix(at[1], "query ")
		if query && ParamDoc(at[0], name) == "" || !query && FieldDoc(at[0], name) == "" {
			t.Errorf("explain/flags.tsv: nothing explains %s %s", at[0], at[1])
		}
	}
}
