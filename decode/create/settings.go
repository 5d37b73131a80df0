package create

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// asGiven are objects whose members count also when they are empty: an empty
// label is a label.
var asGiven = []string{"ExposedPorts", "Volumes", "Labels", "Tmpfs", "Sysctls", "StorageOpt", "Annotations", "PortBindings", "DriverOpts", "Options"}

// usual are values other than zero that stand for nothing, by path: what docker
// sends when nothing was asked for.
var usual = map[string][]string{
	"HostConfig.NetworkMode":                        {`"default"`},
	"HostConfig.RestartPolicy.Name":                 {`"no"`},
	"HostConfig.MemorySwappiness":                   {"-1"},
	"HostConfig.ConsoleSize":                        {"[0,0]"},
	"HostConfig.LogConfig.Type":                     {`"default"`},
	"NetworkingConfig.EndpointsConfig":              {`{}`},
	"NetworkingConfig.EndpointsConfig.*.GwPriority": {"0"},
}

// Settings is a request without what is a default, indented, and how many
// settings were left out. A text that is not one whole JSON object comes back as
// it is, with ok false.
func Settings(body []byte) (kept []byte, left int, ok bool) {
	s := settings{}
	value, _ := s.value("", "", jsontext.Value(body))
	if value == nil || jsontext.Value(body).Kind() != '{' {
		return body, 0, false
	}
	var out bytes.Buffer
	if json.Indent(&out, value, "", "  ") != nil {
		return body, 0, false
	}
	return out.Bytes(), s.left, true
}

type settings struct{ left int }

// value is a value without defaults; zero says that nothing is left of it. nil:
// it is no JSON.
func (s *settings) value(path, name string, v jsontext.Value) (kept jsontext.Value, zero bool) {
	v = bytes.TrimSpace(v)
	if !v.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return nil, false
	}
	if slices.Contains(usual[path], string(compact(v))) {
		return v, true
	}
	switch v.Kind() {
	case 'n', 'f':
		return v, true
	case '"':
		return v, string(v) == `""`
	case '0':
		return v, string(v) == "0"
	case '[':
		return v, string(compact(v)) == "[]"
	case '{':
		if slices.Contains(asGiven, name) {
			return v, string(compact(v)) == "{}"
		}
		return s.object(path, v)
	}
	return v, false
}

func (s *settings) object(path string, v jsontext.Value) (jsontext.Value, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(v), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	out := jsontext.Value("{")
	_, _ = d.ReadToken() // it is valid
	for d.PeekKind() == '"' {
		key, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		key = bytes.Clone(key)
		name, _ := jsontext.AppendUnquote(nil, key)
		at := join(path, string(name))
		member, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		before := s.left
		kept, zero := s.value(at, string(name), bytes.Clone(member))
		if zero {
			s.left = max(s.left, before+1) // an object counts by its members
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), kept...)
	}
	return append(out, '}'), len(out) == 1
}

// join is the path of a member. Networks have any name.
func join(path, name string) string {
	switch path {
	case "":
		return name
	case "NetworkingConfig.EndpointsConfig":
		return path + ".*"
	}
	return path + "." + name
}

func compact(v jsontext.Value) jsontext.Value {
	v = bytes.Clone(v)
	_ = v.Compact()
	return v
}
