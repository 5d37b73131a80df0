package filter

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// text makes a field with one text at most; an empty one counts as none.
func text(name string, from phase, example, doc string, get func(*exchange.Exchange) string) field {
	return field{doc: FieldDoc{Name: name, Kind: "text", Example: example, Doc: doc}, from: from, text: one(get)}
}

func one(get func(*exchange.Exchange) string) func(*exchange.Exchange, string, func(string) bool) bool {
	return func(x *exchange.Exchange, _ string, test func(string) bool) bool {
		s := get(x)
		return s != "" && test(s)
	}
}

func num(name string, from phase, kind, example, doc string, parse func(string) (int64, error), get func(*exchange.Exchange) (int64, bool)) field {
	return field{doc: FieldDoc{Name: name, Kind: kind, Example: example, Doc: doc}, from: from, parse: parse, number: get}
}

func body(name string, from phase, example, doc string, dirs ...decode.Direction) field {
	return field{doc: FieldDoc{Name: name, Kind: "body", Example: example, Doc: doc}, from: from, bytes: dirs}
}

func header(name string, from phase, example, doc string, dirs ...decode.Direction) field {
	get := func(x *exchange.Exchange, arg string, test func(string) bool) bool {
		for _, d := range dirs {
			for _, h := range x.Side(d).Fields {
				if arg != "" && strings.EqualFold(h.Name, arg) && test(h.Value) {
					return true
				}
				if arg == "" && test(h.Name+": "+h.Value) {
					return true
				}
			}
		}
		return false
	}
	return field{doc: FieldDoc{Name: name, Kind: "text", Example: example, Doc: doc}, from: from, text: get}
}

func queryParameter(x *exchange.Exchange, name string, test func(string) bool) bool {
	if x.Call.RawQuery == "" {
		return false
	}
	return slices.ContainsFunc(x.Call.Query()[name], test)
}

// container tests the names and ids of the container an exchange is about.
// A full id is also tested by its first twelve digits, as docker shows it.
func container(x *exchange.Exchange, _ string, test func(string) bool) bool {
	op := x.Call.Op
	if op == nil {
		return false
	}
	if t := x.Container(); t != nil && (t.Name != "" && test(t.Name) || id(t.ID, test)) {
		return true
	}
	if strings.HasPrefix(op.Path, "/containers/{") {
		return id(x.Call.Param("id"), test)
	}
	switch op.ID {
	case "ContainerCreate":
		if queryParameter(x, "name", test) {
			return true
		}
		var answer struct{ Id string }
		return len(x.Response.Body) > 0 && json.Unmarshal(x.Response.Body, &answer) == nil && id(answer.Id, test)
	case "ImageCommit":
		return queryParameter(x, "container", func(s string) bool { return id(s, test) })
	}
	return false
}

func id(s string, test func(string) bool) bool {
	return s != "" && (test(s) || len(s) == 64 && test(s[:12]))
}

// image tests the names of the images an exchange is about.
func image(x *exchange.Exchange, _ string, test func(string) bool) bool {
	op := x.Call.Op
	if op == nil {
		return false
	}
	if t := x.About(); t != nil && t.Kind == "image" && t.Name != "" && test(t.Name) {
		return true
	}
	if strings.HasPrefix(op.Path, "/images/{name}") && test(x.Call.Param("name")) {
		return true
	}
	switch op.ID {
	case "ContainerCreate":
		var create struct{ Image string }
		return json.Unmarshal(x.Request.Body, &create) == nil && create.Image != "" && test(create.Image)
	case "ImageBuild":
		return queryParameter(x, "t", test)
	case "ImageCreate":
		return pulled(x.Call.Asks("fromImage"), x.Call.Asks("tag"), test)
	case "ImageCommit", "ImageTag":
		return pulled(x.Call.Asks("repo"), x.Call.Asks("tag"), test)
	}
	return false
}

func pulled(name, tag string, test func(string) bool) bool {
	if name == "" {
		return false
	}
	if test(name) {
		return true
	}
	sep := ":"
	if strings.Contains(tag, ":") { // a digest
		sep = "@"
	}
	return tag != "" && test(name+sep+tag)
}
