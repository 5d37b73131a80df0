package exchange

import (
	"cmp"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// kindsOfPaths are the kinds of things that calls name in their paths.
var kindsOfPaths = [...]struct{ prefix, param, kind string }{
	{"/containers/{", "id", "container"}, {"/exec/{", "id", "exec"}, {"/images/{", "name", "image"},
	{"/networks/{", "id", "network"}, {"/volumes/{", "name", "volume"},
}

// About is the thing that the call is about: that of its path, or the one it
// made. It is nil where there is none, none is known, or the folder does not
// group.
func (x *Exchange) About() *Thing {
	if x.things == nil || x.Call.Op == nil {
		return nil
	}
	for _, k := range kindsOfPaths {
		if strings.HasPrefix(x.Call.Op.Path, k.prefix) {
			return x.things.find(k.kind, x.Call.Param(k.param))
		}
	}
	switch x.Call.Op.ID {
	case "ContainerCreate", "NetworkCreate", "VolumeCreate":
		for _, n := range x.news() {
			return x.things.find(n.Kind, n.ID)
		}
	case "ImageCreate":
		q := x.Call.Query()
		return x.things.imageNamed(imageName(q.Get("fromImage"), q.Get("tag")))
	}
	return nil
}

// Container is the container that the call is about, also by one of its execs;
// nil as of About.
func (x *Exchange) Container() *Thing {
	t := x.About()
	if t != nil && t.Kind == "exec" {
		t = x.things.find("container", t.Of)
	}
	if t == nil || t.Kind != "container" {
		return nil
	}
	return t
}

// imageNamed finds an image by a name in whatever form a client gave it.
func (ts *Things) imageNamed(name string) *Thing {
	if t := ts.find("image", name); t != nil {
		return t
	}
	want := subject(name)
	for _, t := range ts.order {
		if t.Kind == "image" && t.Name != "" && subject(t.Name) == want {
			return t
		}
	}
	return nil
}

// Label is the thing as people call it: by its name, or the digits of its id
// that docker shows.
func (t *Thing) Label() string { return cmp.Or(t.Name, engine.ShortIDs(t.ID)) }
