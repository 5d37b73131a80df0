package engine_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/redact"
)

const planted = "Zq7hunterXk29vLm3w"

// TestPlantedSecrets plants a secret in every field of every operation's bodies,
// in every parameter and header that the table of operations has, and looks for
// it behind the redactor. A new field without a rule fails here.
func TestPlantedSecrets(t *testing.T) {
	count, places, found := 0, 0, 0
	look := func(where, form, after string) {
		count++
		if strings.Contains(after, planted) {
			found++
			t.Errorf("%s with %s is in clear", where, form)
		}
	}
	r := redact.New(redact.Options{}, nil)
	// What r has learned it redacts anywhere, so each is another secret.
	another := func(form string) string {
		return strings.ReplaceAll(form, planted, fmt.Sprintf("%s%05d", planted, count))
	}
	for _, op := range engine.Operations() {
		for in, typ := range engine.BodyTypes()[op.ID] {
			dir := decode.Request
			if in != engine.InRequestBody {
				dir = decode.Response
			}
			for _, f := range fieldsOf(typ) {
				places++
				where := op.ID + " " + string(in) + " " + strings.Join(f.at, "/")
				for _, form := range formsFor(f) {
					body := wrap(f, form)
					// As JSON: each once more redacts what it learned, so ask a new one.
					out, _ := redact.New(redact.Options{}, nil).Body(op, dir, []byte(body))
					look(where, form, string(out))
				}
			}
		}
		for _, q := range op.Query {
			for _, form := range []string{"https://me:" + planted + "@host/x", "DB_PASSWORD=" + planted, "x?sig=https://h/?sig=" + planted, `{"label":{"token=` + planted + `":true}}`} {
				places++
				out, _ := r.Target(op, op.Path+"?"+q+"="+url.QueryEscape(another(form)))
				look(op.ID+" query "+q, form, out)
			}
		}
		for _, h := range append([]string{"Authorization", "Cookie", "X-Api-Key", "Referer", "Location"}, op.Headers...) {
			for _, form := range []string{"https://me:" + planted + "@host/x", "https://h/?X-Amz-Signature=" + planted} {
				places++
				out, _ := r.Fields([]decode.Field{{Name: h, Value: another(form)}})
				look(op.ID+" header "+h, form, out[0].Value)
			}
		}
	}
	t.Logf("%d secrets in %d places, %d found", count, places, found)
	if count < 3000 {
		t.Errorf("only %d were planted", count)
	}
}

// TestBodiesAreKnown: an operation with a JSON body has its type in BodyTypes, or
// nothing in it that people write.
func TestBodiesAreKnown(t *testing.T) {
	types := engine.BodyTypes()
	for _, op := range engine.Operations() {
		_, request := types[op.ID][engine.InRequestBody]
		_, response := types[op.ID][engine.InResponseBody]
		if op.Request == engine.JSON && !request && !slices.Contains(withoutTypes, op.ID) {
			t.Errorf("%s takes JSON, and no type is known", op.ID)
		}
		if op.Result == engine.JSON && !response && !slices.Contains(withoutTypes, op.ID) {
			t.Errorf("%s gives JSON, and no type is known", op.ID)
		}
	}
}

// withoutTypes take or give ids, counts, names and choices of the daemon's.
var withoutTypes = strings.Fields(`ContainerTop ContainerChanges ContainerUpdate ContainerWait ContainerPrune BuildPrune ImageAttestations ImageDelete
	ImageSearch ImagePrune SystemVersion ImageCommit ContainerExec VolumePrune NetworkCreate NetworkPrune GetPluginPrivileges PluginPull PluginUpgrade
	SwarmInit ServiceCreate ServiceUpdate SecretCreate ConfigCreate DistributionInspect CheckpointList CheckpointCreate DebugVars`)

type field struct {
	at  []string
	typ reflect.Type
}

// fieldsOf lists the fields of a type that carry text.
func fieldsOf(typ reflect.Type) (found []field) {
	var walk func(typ reflect.Type, at []string)
	walk = func(typ reflect.Type, at []string) {
		switch {
		case len(at) > 14:
		case isText(typ):
			found = append(found, field{slices.Clone(at), typ})
		case typ.Kind() == reflect.Pointer:
			walk(typ.Elem(), at)
		case typ.Kind() == reflect.Slice:
			walk(typ.Elem(), append(slices.Clip(at), "[]"))
		case typ.Kind() == reflect.Map:
			walk(typ.Elem(), append(slices.Clip(at), "{}"))
		case typ.Kind() == reflect.Struct:
			for i := range typ.NumField() {
				f := typ.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				switch {
				case name == "-" || !f.IsExported():
				case f.Anonymous && name == "":
					walk(f.Type, at)
				case name == "":
					walk(f.Type, append(slices.Clip(at), f.Name))
				default:
					walk(f.Type, append(slices.Clip(at), name))
				}
			}
		}
	}
	walk(typ, nil)
	return found
}

// isText tells strings, bytes, and lists and maps of strings.
func isText(typ reflect.Type) bool {
	switch typ.Kind() {
	case reflect.String:
		return true
	case reflect.Slice:
		return typ.Elem().Kind() == reflect.String || typ.Elem().Kind() == reflect.Uint8
	case reflect.Map:
		return typ.Elem().Kind() == reflect.String
	}
	return false
}

// formsFor are JSON values with the secret that fit a type. In a field that
// people cannot write as they like only what is a secret anywhere is planted.
func formsFor(f field) (forms []string) {
	typ := f.typ
	anywhere := []string{"https://me:" + planted + "@host/x", "see https://h/x?a=b&X-Amz-Signature=" + planted, "ghp_" + planted + planted, "https://hooks.slack.com/services/T0/B0/" + planted}
	written := []string{"DB_PASSWORD=" + planted}
	for _, v := range anywhere {
		forms = append(forms, as(typ, v))
	}
	if isListed(f.at) {
		return forms
	}
	if typ.Kind() == reflect.Map && !isSecret(f.at) {
		return append(forms, `{"DB_PASSWORD":"`+planted+`"}`, `{"api-token":"`+planted+`"}`)
	}
	if isSecret(f.at) {
		written = append(written, planted)
	}
	for _, v := range written {
		forms = append(forms, as(typ, v))
	}
	return forms
}

// isSecret tells a field that is a secret by its name.
func isSecret(at []string) bool {
	last := at[max(0, len(at)-1):]
	return engine.Names{}.Strength(strings.Join(last, "")) >= engine.Weak || slices.Contains(at, "JoinTokens") || slices.Contains(at, "PublishContext") ||
		slices.Equal(last, []string{"Data"})
}

func as(typ reflect.Type, v string) string {
	b, _ := json.Marshal(v)
	switch {
	case typ.Kind() == reflect.Map:
		return `{"other":` + string(b) + `}`
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.String:
		return `["other",` + string(b) + `]`
	}
	return string(b)
}

func wrap(f field, value string) string {
	for _, key := range slices.Backward(f.at) {
		switch key {
		case "[]":
			value = "[" + value + "]"
		case "{}":
			value = `{"some":` + value + "}"
		default:
			value = `{"` + key + `":` + value + "}"
		}
	}
	return value
}

// plainFields are fields that hold no NAME=value: names, ids, numbers, states,
// addresses, paths, and words that the daemon has chosen. A field that is not
// listed needs a rule.
//
//go:embed testdata/plain_fields.txt
var plainFields string

var isPlain = sync.OnceValue(func() map[string]bool {
	plain := map[string]bool{}
	for line := range strings.Lines(plainFields) {
		if line[0] != '#' {
			for _, name := range strings.Fields(line) {
				plain[name] = true
			}
		}
	}
	return plain
})

// isListed reports whether a field is listed, by its name or by its end of two.
func isListed(at []string) bool {
	last := slices.DeleteFunc(slices.Clone(at), func(s string) bool { return s == "[]" || s == "{}" })
	n := len(last)
	for i := range last {
		last[i] = strings.TrimSpace(last[i]) // one tag of moby's begins with a space
	}
	return n > 0 && isPlain()[last[n-1]] || n > 1 && isPlain()[last[n-2]+"/"+last[n-1]]
}

//go:embed testdata/harmless.txt
var harmless string

// TestHarmlessNames: names that sound like secrets, with values that are not, stay
// as they are: as variables, labels, build arguments, flags, and in texts.
func TestHarmlessNames(t *testing.T) {
	r := redact.New(redact.Options{}, nil)
	create, build := engine.Find("ContainerCreate"), engine.Find("ImageBuild")
	count := 0
	for line := range strings.Lines(harmless) {
		line = strings.TrimSuffix(line, "\n")
		name, value, ok := strings.Cut(line, "=")
		if line[0] == '#' || !ok {
			continue
		}
		count++
		body, _ := json.Marshal(map[string]any{"Env": []string{line}, "Labels": map[string]string{name: value}, "Cmd": []string{"tool", "--env", line, "-e=" + line}})
		if out, reds := r.Body(create, decode.Request, body); len(reds) > 0 {
			t.Errorf("%s is hidden: %s", line, out)
		}
		args, _ := json.Marshal(map[string]string{name: value})
		if out, reds := r.Target(build, "/build?buildargs="+url.QueryEscape(string(args))); len(reds) > 0 {
			t.Errorf("%s is hidden: %s", line, out)
		}
		if out, reds := r.Command([]string{"docker", "run", "-e", line, "--build-arg", line, "img"}); len(reds) > 0 {
			t.Errorf("%s is hidden: %s", line, out)
		}
	}
	t.Logf("%d harmless names", count)
	if count < 200 {
		t.Errorf("only %d names", count)
	}
}
