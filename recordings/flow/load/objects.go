package load

import (
	"encoding/json"

	"github.com/dockwire/dockwire/decode"
)

// Objects names what requests are about, so that "web" and the id of the
// container with that name are the same. Exchanges are to be given in the
// order they were recorded.
type Objects struct {
	rec   *Recording
	alias map[string]string // name, short id or exec id to id
}

// NewObjects makes it.
func NewObjects(rec *Recording) *Objects { return &Objects{rec, map[string]string{}} }

// Of names the object of an exchange's request, "" if there is none.
func (o *Objects) Of(x *Exchange) string {
	op := x.Call.Op
	if op == nil {
		return ""
	}
	var object string
	switch op.Tag {
	case "Container", "Exec":
		if object = x.Call.Param("id"); object == "" && op.ID != "ContainerCreate" {
			return ""
		}
	default:
		return ""
	}
	if id, ok := o.alias[object]; ok {
		object = id
	}
	switch op.ID {
	case "ContainerCreate":
		if object = o.created(x); object == "" {
			return ""
		}
		o.alias[object] = object
		if len(object) > 12 {
			o.alias[object[:12]] = object
		}
		if name := x.Call.Query().Get("name"); name != "" {
			o.alias[name] = object
		}
	case "ContainerExec":
		if id := o.created(x); id != "" {
			o.alias[id] = object
		}
	}
	return object
}

// created is the Id in the answer.
func (o *Objects) created(x *Exchange) string {
	var answer struct {
		ID string `json:"Id"`
	}
	for _, s := range x.Steps {
		if x.Status != 201 || s.Length > 4096 {
			return ""
		}
		_ = o.rec.Events(s.Line, func(e decode.Event) error { // unreadable: no name
			if d, ok := e.(*decode.Data); ok && d.Dir == decode.Response {
				_ = json.Unmarshal(d.Bytes, &answer) // likewise
			}
			return nil
		})
		if answer.ID != "" {
			return answer.ID
		}
	}
	return ""
}
