package build

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/grpc"
)

// Clients without buildx ask for a build by POST /build?version=2 and get its
// progress as protobuf in base64 inside of the JSON stream (moby
// daemon/internal/builder-next, moby.buildkit.trace).

const imageBuild = "POST /build"

const statusResponseName = "moby.buildkit.v1.StatusResponse"

// imageBuild begins such a build.
func (f *Fold) imageBuild(e *decode.RequestHead) {
	q := e.Call.Query()
	if q.Get("version") != "2" || q.Get("remote") == "upload-request" {
		return // an upload-request brings a context for another request
	}
	b := f.byRef(cmp.Or(q.Get("buildid"), q.Get("session")))
	if b == nil {
		return
	}
	b.Session, b.Began = q.Get("session"), e.Time
	b.Solve, b.Status, b.solving = e.Exchange, e.Exchange, true
	b.Frontend, b.Dockerfile, b.Target = "dockerfile.v0", q.Get("dockerfile"), q.Get("target")
	if p := q.Get("platform"); p != "" {
		b.Platforms = []string{p}
	}
	var args map[string]*string
	_ = json.Unmarshal([]byte(q.Get("buildargs")), &args)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if v := args[name]; v != nil {
			b.Args = append(b.Args, Attr{name, *v})
		}
	}
	for _, tag := range q["t"] {
		b.Outputs = append(b.Outputs, Option{"moby", []Attr{{"name", tag}}})
	}
	f.calls[e.Exchange] = &call{service: imageBuild, build: b}
	f.warn(b)
}

// trace takes a value of the build's stream.
func (f *Fold) trace(c *call, e *decode.Data) {
	var v struct {
		ID    string
		Aux   json.RawMessage
		Error string
	}
	if e.More || json.Unmarshal(e.Bytes, &v) != nil {
		return
	}
	switch {
	case v.Error != "":
		c.build.Err = v.Error
	case v.ID == "moby.buildkit.trace":
		var b []byte
		if json.Unmarshal(v.Aux, &b) != nil {
			return // a secret in it was taken out
		}
		if doc, err := grpc.AppendJSON(nil, grpc.TypeNamed(statusResponseName), b); err == nil {
			f.progress(c.build, doc, e.Time)
		}
	case v.ID == "moby.image.id":
		var image struct{ ID string }
		if json.Unmarshal(v.Aux, &image) == nil {
			c.build.Result = []Attr{{"containerimage.digest", image.ID}}
		}
	}
}

func (f *Fold) built(c *call, e *decode.ExchangeEnd) {
	b := c.build
	b.solving = false
	if b.Err == "" && e.How != decode.EndEOF && e.By != decode.Recorder {
		b.Err = "broken off by the " + string(e.By)
	}
	f.finish(b, e.Time)
}
