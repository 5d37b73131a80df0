package verify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// lost are recorded ids and names whose things were not made now: calls that
// need them are not made, as whatever has the name now is not what they mean.
// The zero lost is empty.
type lost struct{ by map[string]*call }

func (l *lost) add(values []string, c *call) {
	for _, v := range values {
		if l.by == nil {
			l.by = map[string]*call{}
		}
		l.by[v] = c
	}
}

// found takes back what is there after all.
func (l *lost) found(values []string) {
	for _, v := range values {
		delete(l.by, v)
	}
}

// madeNames are the recorded ids and names of what a call made when it was
// recorded, nil when it made nothing.
func (r *run) madeNames(c *call) []string {
	x := c.x
	if x.GRPC() && strings.HasSuffix(x.Target, ".Control/Solve") {
		return r.built(x)
	}
	if x.Call.Op == nil || x.Status/100 != 2 || !makes[x.Call.Op.ID] {
		return nil
	}
	was, err := r.recorded(c)
	if err != nil || was == nil {
		return nil
	}
	return withAnswerID(was, r.gives(c))
}

// built are names and ids of the image that BuildKit built.
func (r *run) built(x *load.Exchange) (names []string) {
	lines := make([]load.Line, 0, len(x.Asked))
	for _, a := range x.Asked {
		lines = append(lines, a.Line)
	}
	for _, s := range x.Steps() {
		lines = append(lines, s.Line)
	}
	for _, l := range lines {
		_ = r.rec.Events(l, func(e decode.Event) error { // it was read before
			m, ok := e.(*decode.Message)
			var solve struct {
				Exporters        []struct{ Attrs map[string]string }
				ExporterResponse map[string]string
			}
			if !ok || json.Unmarshal(m.JSON, &solve) != nil {
				return nil
			}
			for _, e := range solve.Exporters {
				for _, name := range strings.Split(e.Attrs["name"], ",") {
					if name != "" {
						names = append(names, tagged(name, ""))
					}
				}
			}
			for _, key := range []string{"containerimage.digest", "containerimage.config.digest"} {
				if id := solve.ExporterResponse[key]; id != "" {
					names = append(names, strings.TrimPrefix(id, "sha256:"))
				}
			}
			return nil
		})
	}
	return names
}

// gives are the names that a request gives to what it makes.
func (r *run) gives(c *call) []string {
	x := c.x
	q := x.Call.Query()
	var out []string
	add := func(v string) {
		if v != "" {
			out = append(out, strings.TrimPrefix(v, "/"))
		}
	}
	if x.Call.Op == nil {
		return nil
	}
	switch x.Call.Op.ID {
	case "ContainerCreate":
		add(q.Get("name"))
	case "ImageBuild":
		for _, t := range q["t"] {
			add(tagged(t, ""))
		}
	case "ImageTag", "ImageCommit", "ImageCreate":
		if q.Get("repo") != "" {
			add(tagged(q.Get("repo"), q.Get("tag")))
		}
	case "NetworkCreate", "VolumeCreate", "SecretCreate", "ConfigCreate", "ServiceCreate":
		var body struct{ Name string }
		if b, err := r.rec.RequestBody(x); err == nil {
			_ = json.Unmarshal(b, &body) // without a name there is none
		}
		add(body.Name)
	}
	return out
}

// makes are operations after which there is something that was not there.
var makes = map[string]bool{
	"ContainerCreate": true, "ContainerExec": true, "NetworkCreate": true, "VolumeCreate": true,
	"ImageBuild": true, "ImageTag": true, "ImageCommit": true, "ImageCreate": true, "ImageLoad": true,
	"SecretCreate": true, "ConfigCreate": true, "ServiceCreate": true,
}

// withAnswerID adds the id in the answer.
func withAnswerID(a *answer, names []string) []string {
	var body struct{ ID, Name string }
	if !a.values {
		_ = json.Unmarshal(a.body, &body) // without an id there is none
	}
	out := slices.Clone(names)
	for _, v := range []string{body.ID, body.Name} {
		if v = strings.TrimPrefix(v, "sha256:"); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// tagged is a reference as the daemon has it.
func tagged(ref, tag string) string {
	ref = strings.TrimPrefix(strings.TrimPrefix(ref, "docker.io/"), "library/")
	if tag != "" {
		return ref + ":" + tag
	}
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref
	}
	return ref + ":latest"
}

// needs says which thing a call needs that was not made, "" if none.
func (r *run) needs(c *call) string {
	r.mu.Lock()
	none := len(r.lost.by) == 0
	r.mu.Unlock()
	if none || c.x.Call.Op != nil && (c.x.Call.Op.ID == "ImageBuild" || c.x.Call.Op.ID == "ImageCreate") {
		return ""
	}
	uses := r.uses(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range uses {
		if maker := r.lost.of(v); maker != nil && maker != c {
			return fmt.Sprintf("it needs %s of #%d (%s), which was not made", show(v), maker.x.ID, maker.x.Call.Name(maker.x.Method))
		}
	}
	return ""
}

func show(v string) string {
	if isID.MatchString(v) {
		return v[:shortID]
	}
	return v
}

// of is the call that should have made the thing of that name, id or beginning of an id.
func (l *lost) of(v string) *call {
	v = strings.TrimPrefix(v, "sha256:")
	if c := l.by[v]; c != nil {
		return c
	}
	if len(v) >= 4 && len(v) < 64 && strings.Trim(v, "0123456789abcdef") == "" {
		for id, c := range l.by {
			if isID.MatchString(id) && strings.HasPrefix(id, v) {
				return c
			}
		}
	}
	return nil
}

// uses are the values by which a request may mean a thing that exists.
func (r *run) uses(c *call) []string {
	x := c.x
	var out []string
	for _, p := range x.Call.Params {
		out = append(out, strings.TrimPrefix(p.Value, "/"))
		if p.Name == "name" { // of an image, where it is one
			out = append(out, tagged(p.Value, ""))
		}
	}
	if v := x.Call.Asks("container"); v != "" {
		out = append(out, v)
	}
	if x.Request.Content != decode.ContentJSON {
		return out
	}
	body, err := r.rec.RequestBody(x)
	if err != nil {
		return out
	}
	leaves, _ := match.JSONLeaves("body", body, asIs)
	for _, l := range leaves {
		var v string
		_ = json.Unmarshal([]byte(l.Value), &v) // what is no string is no name
		out = append(out, usedAt(l.Place, v)...)
	}
	return out
}

// usedAt are the names in a value of a body.
func usedAt(place, v string) []string {
	first, rest, _ := strings.Cut(v, ":")
	switch {
	case place == "body.Image":
		return []string{tagged(v, ""), v}
	case place == "body.Container":
		return []string{v}
	case place == "body.HostConfig.NetworkMode":
		return []string{v, rest}
	case strings.HasPrefix(place, "body.HostConfig.Binds."), strings.HasPrefix(place, "body.HostConfig.Links."), strings.HasPrefix(place, "body.HostConfig.VolumesFrom."):
		return []string{first}
	case strings.HasPrefix(place, "body.HostConfig.Mounts.") && strings.HasSuffix(place, ".Source"):
		return []string{v}
	}
	if name, ok := strings.CutPrefix(place, "body.NetworkingConfig.EndpointsConfig."); ok {
		name, _, _ = strings.Cut(name, ".")
		return []string{name}
	}
	return nil
}
