package load

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// Things names what requests are about ("container:3f2a…", "volume:data"), so
// that "web" and the id of the container with that name are the same. Exchanges
// are to be given in the order they were recorded.
type Things struct {
	rec   *Recording
	alias map[string]string // a thing by another name, to the thing
	maker map[string]*Exchange
	given map[string]map[string]string // labels, of the things that were asked for
}

// NewThings makes it.
func NewThings(rec *Recording) *Things {
	return &Things{rec, map[string]string{}, map[string]*Exchange{}, map[string]map[string]string{}}
}

// AllOf a kind is the thing that a prune is about: "container:*".
const AllOf = "*"

// Kind is the kind of a thing: what is before the colon.
func Kind(thing string) string {
	kind, _, _ := strings.Cut(thing, ":")
	return kind
}

// Of names the things that an exchange's request is about, the one it makes or
// changes first; nil if there are none.
func (t *Things) Of(x *Exchange) []string {
	op := x.Call.Op
	if op == nil {
		return nil
	}
	kind := strings.ToLower(op.Tag)
	if strings.HasSuffix(op.ID, "Prune") {
		return []string{kind + ":" + AllOf}
	}
	switch op.ID {
	case "ContainerCreate", "NetworkCreate", "VolumeCreate":
		return t.made(x, kind)
	case "ContainerExec":
		container := t.named("container", x.Call.Param("id"))
		if id := x.Made(); id != "" {
			t.alias["exec:"+id] = container
		}
		return []string{container}
	case "NetworkConnect", "NetworkDisconnect":
		var body struct{ Container string }
		t.body(x, &body)
		return []string{t.named(kind, x.Call.Param("id")), t.named("container", body.Container)}
	case "ImageCreate", "ImageTag", "ImageCommit", "ImageBuild":
		return t.images(x)
	case "ContainerList":
		return t.listed(x)
	case "ImageLoad":
		return orAll(kind, t.imagesMade(x))
	case "ImageGetAll":
		var names []string
		for _, name := range x.Call.Query()["names"] {
			names = append(names, t.named(kind, name))
		}
		return orAll(kind, names)
	case "BuildKitControl":
		return t.imagesMade(x)
	}
	for _, p := range x.Call.Params {
		if p.Name == "id" || p.Name == "name" {
			return []string{t.named(kind, p.Value)}
		}
	}
	return nil
}

// orAll is all of a kind where no names are known.
func orAll(kind string, names []string) []string {
	if len(names) == 0 {
		return []string{kind + ":" + AllOf}
	}
	return names
}

// made names what a request made, and remembers how it may be called.
func (t *Things) made(x *Exchange, kind string) []string {
	name, id := "", x.Made()
	switch {
	case kind == "container":
		name = x.Call.Asks("name")
	case kind != "volume" || id == "": // else the answer names it
		var body struct{ Name string }
		t.body(x, &body)
		name = body.Name
	}
	if x.Status >= 400 { // it made nothing, and the name may be another's
		if name == "" {
			return nil
		}
		return []string{t.named(kind, name)}
	}
	id = cmp.Or(id, name)
	if id == "" {
		return nil
	}
	thing := kind + ":" + id
	if t.maker[kind+":"+name] == nil { // an id that is another's name as well means the thing that has the id
		t.alias[kind+":"+name] = thing
	}
	if len(id) > 12 {
		t.alias[kind+":"+id[:12]] = thing
	}
	delete(t.alias, thing)
	t.maker[thing] = x
	return []string{thing}
}

// images names the images that a request makes or names.
func (t *Things) images(x *Exchange) (out []string) {
	q := x.Call.Query()
	add := func(name, tag string) {
		if name != "" {
			if tag != "" {
				name += ":" + tag
			}
			out = append(out, t.named("image", name))
		}
	}
	add(q.Get("fromImage"), q.Get("tag"))
	add(q.Get("repo"), q.Get("tag"))
	for _, name := range q["t"] {
		add(name, "")
	}
	add(x.Call.Param("name"), "")
	if c := q.Get("container"); c != "" {
		out = append(out, t.named("container", c))
	}
	return out
}

// listed is the container that a list by its id or its whole name is about.
func (t *Things) listed(x *Exchange) []string {
	filters := Filters(x.Call.Query())
	if ids := filters["id"]; len(ids) == 1 {
		return []string{t.named("container", ids[0])}
	}
	names := filters["name"]
	if len(names) != 1 || !strings.HasPrefix(names[0], "^") || !strings.HasSuffix(names[0], "$") {
		return nil
	}
	return []string{t.named("container", strings.NewReplacer("^", "", "$", "", `\`, "").Replace(names[0]))}
}

// Hides reports whether the filters of events hide a thing, as far as that is known.
func (t *Things) Hides(filters map[string][]string, thing string) bool {
	if types := filters["type"]; len(types) > 0 && !slices.Contains(types, Kind(thing)) {
		return true
	}
	wanted := filters["label"]
	if len(wanted) == 0 || t.maker[thing] == nil {
		return false
	}
	labels, ok := t.given[thing]
	if !ok {
		var body struct{ Labels map[string]string }
		t.body(t.maker[thing], &body)
		labels = body.Labels
		t.given[thing] = labels
	}
	return slices.ContainsFunc(wanted, func(want string) bool {
		key, value, whole := strings.Cut(want, "=")
		has, ok := labels[key]
		return !ok || whole && has != value
	})
}

// Filters are those of a list, by what they look at, in either of the API's two forms.
func Filters(query url.Values) map[string][]string {
	var filters map[string]any
	_ = json.Unmarshal([]byte(query.Get("filters")), &filters) // unreadable: none
	out := make(map[string][]string, len(filters))
	for at, list := range filters {
		switch list := list.(type) {
		case []any:
			for _, v := range list {
				s, _ := v.(string)
				out[at] = append(out[at], s)
			}
		case map[string]any:
			out[at] = slices.Sorted(maps.Keys(list))
		}
	}
	return out
}

// named is a thing by one of its names.
func (t *Things) named(kind, name string) string {
	if kind == "image" {
		name = imageName(name, "")
	}
	thing := kind + ":" + strings.TrimPrefix(name, "/")
	if of, ok := t.alias[thing]; ok {
		return of
	}
	return thing
}

func (t *Things) body(x *Exchange, v any) {
	if x.Request.Size > 0 && x.Request.Size < 1<<20 {
		if b, err := t.rec.RequestBody(x); err == nil {
			_ = json.Unmarshal(b, v) // unreadable: no name
		}
	}
}

// maxAnswer bounds how much of an answer is looked at for what it names.
const maxAnswer = 1 << 20

// Pruned names what a prune has removed.
func (t *Things) Pruned(x *Exchange) []string {
	var answer struct{ ContainersDeleted, NetworksDeleted, VolumesDeleted []string }
	_ = json.Unmarshal([]byte(t.answer(x)), &answer) // unreadable: nothing
	return slices.Concat(answer.ContainersDeleted, answer.NetworksDeleted, answer.VolumesDeleted)
}

// imagesMade names the images that a load or a build by BuildKit has made.
func (t *Things) imagesMade(x *Exchange) (things []string) {
	made, _ := t.Images(x)
	for _, name := range made {
		if !strings.HasPrefix(name, "sha256:") {
			things = append(things, t.named("image", name))
		}
	}
	return things
}

// answer is the beginning of an answer's body.
func (t *Things) answer(x *Exchange) string {
	var text []byte
	for _, s := range x.Steps() {
		_ = t.rec.Events(s.Line, func(e decode.Event) error { // unreadable: nothing
			if len(text) > maxAnswer {
				return nil
			}
			switch e := e.(type) {
			case *decode.Data:
				if e.Dir == decode.Response {
					text = append(text, e.Bytes...)
				}
			case *decode.Message:
				if e.Dir == decode.Response {
					text = append(text, e.JSON...)
				}
			}
			return nil
		})
	}
	return string(text)
}

// How answers say which images are there, and which no longer.
var (
	imageMade    = regexp.MustCompile(`"I[dD]": ?"(sha256:[0-9a-f]+)"|Loaded image(?: ID)?: ([^\\"]+)`)
	imageSolved  = regexp.MustCompile(`"(?:containerimage\.(?:config\.)?digest|image\.name)": ?"([^"]+)"`)
	imageRemoved = regexp.MustCompile(`"(?:Untagged|Deleted)": ?"([^"]+)"`)
)

// Images names the images, by ids and by names, that are there after a request and
// those that no longer are.
func (t *Things) Images(x *Exchange) (made, removed []string) {
	if x.Call.Op == nil || x.Status >= 300 {
		return nil, nil
	}
	q := x.Call.Query()
	switch x.Call.Op.ID {
	case "ImageDelete", "ImagePrune":
		for _, m := range imageRemoved.FindAllStringSubmatch(t.answer(x), -1) {
			removed = append(removed, imageName(m[1], ""))
		}
		return nil, removed
	case "ImageBuild", "ImageCommit", "ImageLoad":
		for _, m := range imageMade.FindAllStringSubmatch(t.answer(x), -1) {
			made = append(made, imageName(m[1]+m[2], ""))
		}
		for _, name := range q["t"] {
			made = append(made, imageName(name, ""))
		}
	case "BuildKitControl":
		if x.Call.Param("rpc") != "Solve" {
			return nil, nil
		}
		for _, m := range imageSolved.FindAllStringSubmatch(t.answer(x), -1) {
			for name := range strings.SplitSeq(m[1], ",") {
				made = append(made, imageName(name, ""))
			}
		}
		return made, nil
	case "ImageCreate":
		made = append(made, imageName(q.Get("fromImage"), q.Get("tag")))
	case "ImageTag":
	default:
		return nil, nil
	}
	if repo := q.Get("repo"); repo != "" {
		made = append(made, imageName(repo, q.Get("tag")))
	}
	return made, nil
}

// imageName is the name of an image as answers have it.
func imageName(name, tag string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
	switch {
	case tag != "":
		name += ":" + tag
	case !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":"):
		name += ":latest"
	}
	return name
}

// appendMade appends what an answer calls what was made: its id, of a volume its name.
func appendMade(to, answer []byte) []byte {
	m := rawjson.Object(answer)
	var name []byte
	for m.Next() {
		switch {
		case m.Value[0] != '"':
		case strings.EqualFold(string(m.Key), "Id"):
			return appendUnquoted(to, m.Value)
		case string(m.Key) == "Name":
			name = m.Value
		}
	}
	if name == nil || m.Bad() {
		return to
	}
	return appendUnquoted(to, name)
}

func appendUnquoted(to, s []byte) []byte {
	out, err := jsontext.AppendUnquote(to, s)
	if err != nil {
		return to
	}
	return out
}
