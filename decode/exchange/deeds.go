package exchange

import (
	"fmt"
	"strings"
)

// deeds is what a command did that went well.
type deeds struct {
	list   []deed
	beside bool   // last is of a call beside the work
	of     string // what the latest call that counts was about
	last   string // what came of it, in its own words
}

type deed struct {
	verb, noun string // "started", "container"
	name       string // of the latest
	count      int
}

const maxDeeds = 8

const leftBehind = "client left before the end of"

// add notes what a call has done.
func (d *deeds) add(cs *Commands, x *Exchange) {
	if x.Call.Op == nil || x.Aside() || x.Build != nil && x.Build.Probe {
		return
	}
	if plumbing(x.Call.Op.ID) {
		if d.of == "" && d.last == "" || d.beside {
			d.of, d.last, d.beside = x.Name(), x.Summary(), true
		}
		return
	}
	d.beside = false
	if s := x.Summary(); s != "" {
		switch i := strings.LastIndex(s, " → "); {
		case i < 0:
			d.of, d.last = x.Name(), s
		case x.Call.Op.ID == "ContainerInspect":
			d.of, d.last = s[:i], s[i+len(" → "):] // how it is says little without its name
		default:
			d.of, d.last = "", s[i+len(" → "):]
		}
	}
	label := func(kind, param string) (string, *Thing) {
		t := cs.Things.find(kind, x.Call.Param(param))
		if t == nil {
			return x.Call.Param(param), nil
		}
		return t.label(), t
	}
	switch x.Call.Op.ID {
	case "ContainerCreate":
		d.note("created", "container", x.Call.Asks("name"))
	case "ContainerStart":
		n, _ := label("container", "id")
		d.take("created", "container")
		d.note("started", "container", n)
	case "ContainerAttach":
		if n, _ := label("container", "id"); x.Left() {
			d.note(leftBehind, "container", n)
		}
	case "ContainerWait":
		if n, t := label("container", "id"); t != nil && t.ended {
			d.take("started", "container")
			d.note("exited 0", "container", n)
			d.list[len(d.list)-1].verb = exitMoment(t.State)
		}
	case "ExecInspect":
		if n, t := label("exec", "id"); t != nil && t.State.HasExit {
			d.note(exitMoment(t.State), "exec", n)
		}
	case "ContainerDelete":
		n, _ := label("container", "id")
		d.take("stopped", "container")
		d.note("removed", "container", n)
	case "ImageCreate":
		if x.Call.Asks("fromSrc") != "" {
			d.note("imported", "image", x.Call.Asks("repo"))
			return
		}
		d.note("pulled", "image", imageName(x.Call.Asks("fromImage"), x.Call.Asks("tag")))
	case "ImagePush":
		d.note("pushed", "image", imageName(x.Call.Param("name"), x.Call.Asks("tag")))
	case "ImageBuild":
		d.note("built", "image", x.Call.Asks("t"))
	case "ImageTag":
		d.note("tagged", "image", x.Call.Param("name")+" as "+imageName(x.Call.Asks("repo"), x.Call.Asks("tag")))
	case "NetworkCreate":
		d.note("created", "network", "")
	case "VolumeCreate":
		d.note("created", "volume", "")
	case "BuildKitControl":
		if x.Call.Param("rpc") == "Solve" && x.Build != nil {
			d.note("built", "image", x.Build.Brief())
		}
	default:
		if u := undone[x.Call.Op.ID]; u.done != "" {
			param := "id"
			if x.Call.Param(param) == "" {
				param = "name"
			}
			n, _ := label(u.kind, param)
			d.note(u.done, u.kind, n)
		}
	}
}

func (d *deeds) note(verb, noun, name string) {
	for i := range d.list {
		if e := &d.list[i]; e.verb == verb && e.noun == noun {
			e.count++
			e.name = name
			return
		}
	}
	if len(d.list) < maxDeeds {
		d.list = append(d.list, deed{verb, noun, name, 1})
	}
}

// take replaces what led to something by that.
func (d *deeds) take(verb, noun string) {
	for i := range d.list {
		if e := &d.list[i]; e.verb == verb && e.noun == noun {
			if e.count--; e.count == 0 {
				d.list = append(d.list[:i], d.list[i+1:]...)
			} else {
				e.name = "" // it may be that of what was taken
			}
			return
		}
	}
}

// says is what was done in a few words.
func (d *deeds) says() string {
	var parts []string
	for _, e := range d.list {
		name := e.name
		if name == "" || e.count > 1 {
			name = fmt.Sprintf("%d %ss", e.count, e.noun)
			if e.count == 1 {
				name = e.noun
			}
		}
		if strings.HasPrefix(e.verb, "exited") {
			parts = append(parts, name+" "+e.verb)
		} else {
			parts = append(parts, e.verb+" "+name)
		}
	}
	if len(parts) == 0 {
		return strings.TrimSpace(d.of + " " + d.last)
	}
	return strings.Join(parts, ", ")
}
