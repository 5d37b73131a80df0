package build

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// The messages, as far as a build is made from them, in the JSON of decode/grpc.

type solveRequest struct {
	Ref                     string
	Session                 string
	Frontend                string
	FrontendAttrs           map[string]string
	Definition              *definition
	Exporters               []option
	ExporterDeprecated      string
	ExporterAttrsDeprecated map[string]string
	Cache                   struct {
		ExportRefDeprecated  string
		ImportRefsDeprecated []string
		Exports, Imports     []option
	}
}

type option struct {
	Type  string
	Attrs map[string]string
}

func attrs(m map[string]string) []Attr {
	var out []Attr
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, Attr{k, m[k]})
	}
	return out
}

func options(all []option) []Option {
	var out []Option
	for _, o := range all {
		out = append(out, Option{o.Type, attrs(o.Attrs)})
	}
	return out
}

type solveResponse struct{ ExporterResponse map[string]string }

type statusRequest struct{ Ref string }

type statusResponse struct {
	Vertexes []vertex
	Statuses []struct {
		ID, Vertex, Name string
		Current, Total   int64
		Completed        *time.Time
	}
	Logs []struct {
		Vertex string
		Msg    text
	}
	Warnings []struct{ Short text }
}

type vertex struct {
	Digest, Name, Error string
	Cached              bool
	Started, Completed  *time.Time
	ProgressGroup       struct{ Name string }
}

// text is bytes that mostly are text, see decode/grpc.
type text []byte

func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*t = text(s)
		return err
	}
	var coded struct {
		B64 []byte `json:"b64"`
	}
	err := json.Unmarshal(b, &coded)
	*t = coded.B64
	return err
}

type definition struct {
	Def []struct {
		Digest string
		Op     op
	}
}

type frontendResponse struct {
	Result struct {
		Ref  struct{ Def definition }
		Refs struct {
			Refs map[string]struct{ Def definition }
		}
	}
}

type packet struct {
	Type string
	ID   uint32
	Stat *struct {
		Path string
		Mode uint32
		Size int64
	}
	Data content
}

// content is the bytes of a file, which JSON gives only the number of, or the
// text of an error.
type content struct {
	n    int64
	text string
}

func (c *content) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &c.text)
	}
	var counted struct {
		N int64 `json:"n"`
	}
	err := json.Unmarshal(b, &counted)
	c.n = counted.N
	return err
}

type exportRequest struct {
	ResourceSpans []struct {
		ScopeSpans []struct {
			Spans []struct {
				TraceID           text `json:"traceId"`
				Name              string
				StartTimeUnixNano json.Number
				EndTimeUnixNano   json.Number
				Status            struct{ Code, Message string }
			}
		}
	}
}
