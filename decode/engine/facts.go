package engine

import (
	"slices"
	"strings"
)

// Facts are what a summary is made from: an exchange as far as it was seen.
// Bodies may be cut at any byte, and nothing in them is trusted.
type Facts struct {
	Method       string
	Call         *Call // may be nil
	Status       int   // 0 until the response head came
	RequestBody  []byte
	ResponseBody []byte
	RequestSize  int64     // bytes of the whole body so far, those that were cut included
	ResponseSize int64     // likewise
	Progress     *Progress // nil: folded from ResponseBody where that is a JSON stream
	Heads        Heads     // may be nil
	ByDaemon     bool      // the daemon asks and the client answers
	Finished     bool      // nothing more will come
	Reason       string    // beside the status
	News         []News    // what NewsOf has said of it, so that a summary need not read that again; nil: not asked
	Failure      string    // likewise of Failure; "": not asked
}

// Heads are what a request and its answer begin with.
type Heads interface {
	Asked(name string) string    // the value of a request's header field; "": it has none
	Answered(name string) string // a field of the answer
	Request() string             // the whole head of the request, as on the wire
}

// reading is an exchange that is being summarised.
type reading struct {
	Facts
	req, res body
}

func newReading(f Facts) *reading {
	r := &reading{Facts: f, req: f.RequestBody, res: f.ResponseBody}
	if r.Progress == nil {
		r.Progress = noProgress
		if f.Call != nil && f.Call.Op != nil && f.Call.Op.Result == JSONStream && f.Status < 400 {
			r.Progress = &Progress{}
			for value := range r.res.values() {
				r.Progress.Add(value)
			}
		}
	}
	return r
}

// noProgress is that of what is no stream. Nothing is added to it.
var noProgress = &Progress{}

// ok: the daemon has answered, and not with an error.
func (r *reading) ok() bool { return r.Status >= 200 && r.Status < 400 || r.Status == 101 }

// name is the path parameter, with ids shortened.
func (r *reading) name(param string) string { return shortID(r.Call.Param(param)) }

func (r *reading) header(name string) string {
	if r.Heads == nil {
		return ""
	}
	return r.Heads.Answered(name)
}

func (r *reading) requestHeader(name string) string {
	if r.Heads == nil {
		return ""
	}
	return r.Heads.Asked(name)
}

// platforms are those that a call is about: a name, or JSON since API 1.48.
func platforms(r *reading) string {
	q, all := r.Call.Query(), []string(nil)
	for _, v := range append(q["platform"], q["platforms"]...) {
		if b := body(v); strings.HasPrefix(v, "{") {
			v = strings.Trim(strings.Join([]string{b.text("os"), b.text("architecture"), b.text("variant")}, "/"), "/")
		}
		all = append(all, v)
	}
	return option("platform", strings.Join(all, ","))
}

func (r *reading) on(param string) bool { return BoolValue(r.Call.Asks(param)) }

// BoolValue reads a boolean query parameter as dockerd does (moby
// daemon/server/httputils/form.go).
func BoolValue(v string) bool {
	return !slices.Contains([]string{"", "0", "no", "false", "none"}, strings.ToLower(strings.TrimSpace(v)))
}
