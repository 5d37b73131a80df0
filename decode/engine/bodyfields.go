package engine

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Field is a field of a request or answer that is explained.
type Field struct {
	Place string // HostConfig.PortBindings
	Doc   string // a phrase, without capital or full stop
	Value string // as JSON, where there is one
}

// Status is a status that an operation can answer with.
type Status struct {
	Code string
	Doc  string // what it means, and what to do
}

// RequestFields are the explained fields of an operation's request body.
func RequestFields(opID string) []Field { return theExplanations().requests[opID] }

// AnswerFields are those of its answer. Of a list or a stream they are those of
// each value.
func AnswerFields(opID string) []Field { return theExplanations().answers[opID] }

// AnswerDoc explains a field of an operation's answer as FieldDoc explains one of its
// request.
func AnswerDoc(opID, field string) string {
	for field != "" {
		for _, f := range AnswerFields(opID) {
			if f.Place == field {
				return f.Doc
			}
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return ""
}

// Statuses are what the operation can answer with, by the API's definition.
func Statuses(opID string) []Status { return theExplanations().statuses[opID] }

// StatusDoc says what a status of an operation means, "" where that is not
// known.
func StatusDoc(opID, code string) string { return statusDoc(Statuses(opID), code) }

func statusDoc(all []Status, code string) string {
	for _, s := range all {
		if s.Code == code {
			return s.Doc
		}
	}
	return ""
}

// SetFields are the fields that are set in a body. Values that the API takes for
// absent are left out. In a list only the first value is looked at.
func SetFields(fields []Field, body []byte) []Field {
	if len(fields) == 0 || len(body) == 0 {
		return nil
	}
	var root any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&root) != nil {
		return nil
	}
	if list, is := root.([]any); is && len(list) > 0 {
		root = list[0]
	}
	var set []Field
	for _, f := range fields {
		v, ok := at(root, f.Place)
		if !ok || hollow(v) {
			continue
		}
		if _, object := v.(map[string]any); object && slices.ContainsFunc(fields, func(inner Field) bool { return strings.HasPrefix(inner.Place, f.Place+".") }) {
			continue // its fields are listed one by one
		}
		f.Value = compact(v)
		set = append(set, f)
	}
	return set
}

func at(v any, place string) (any, bool) {
	for _, name := range strings.Split(place, ".") {
		object, is := v.(map[string]any)
		if !is {
			return nil, false
		}
		if v, is = object[name]; !is {
			return nil, false
		}
	}
	return v, true
}

// hollow reports whether a value holds only what the API takes for absent.
func hollow(v any) bool {
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(inner any) bool { return !hollow(inner) })
	case map[string]any:
		for name, inner := range v {
			if !hollow(inner) || strings.Contains(name, "/") { // a port or a path means something without a value
				return false
			}
		}
		return true
	}
	return Empty(v)
}

// Empty reports whether the API takes a value for absent.
func Empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// compact is a value as JSON, without what is absent in its objects.
func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(filled(v)) != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}

func filled(v any) any {
	object, is := v.(map[string]any)
	if !is {
		return v
	}
	out := map[string]any{}
	for name, inner := range object {
		if !hollow(inner) || strings.Contains(name, "/") {
			out[name] = filled(inner)
		}
	}
	return out
}
