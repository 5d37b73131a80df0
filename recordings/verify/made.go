package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// Thing is what a call made.
type Thing struct {
	Kind     string            `json:"kind"` // container, network, volume, image, secret, config, service
	ID       string            `json:"id,omitempty"`
	Name     string            `json:"name,omitempty"`
	Exchange decode.ExchangeID `json:"recorded"` // that made it
}

// String is how people call it.
func (t *Thing) String() string {
	switch {
	case t.Name == "":
		return t.Kind + " " + show(t.ID)
	case t.ID == "" || t.ID == t.Name:
		return t.Kind + " " + show(t.Name)
	}
	return t.Kind + " " + t.Name + " (" + show(t.ID) + ")"
}

func (t *Thing) ref() string {
	if t.ID != "" && t.Kind != "image" {
		return t.ID
	}
	return cmp.Or(t.Name, t.ID)
}

// outcome notes what a call made, or did not although it did when recorded.
// r.mu is held.
func (r *run) outcome(c *call, was *answer) {
	op := c.x.Call.Op
	if op == nil || !makes[op.ID] {
		return
	}
	names := c.gives
	failed := c.live.status/100 != 2 || streamFailed(c.live)
	if was.status/100 == 2 && !streamFailed(was) {
		made := withAnswerID(was, names)
		r.then.add(made...)
		if failed {
			r.lost.add(made, c)
		} else {
			r.lost.found(made)
		}
	}
	if failed {
		return
	}
	r.now.add(withAnswerID(c.live, names)...)
	kind := kinds[op.Tag]
	if kind == "" {
		return
	}
	var body struct{ ID, Name string }
	if !c.live.values {
		_ = json.Unmarshal(c.live.body, &body) // without an id there is none
	}
	body.ID = strings.TrimPrefix(body.ID, "sha256:")
	if kind == "volume" {
		names = []string{body.Name}
	}
	if len(names) == 0 && body.ID != "" {
		names = []string{""}
	}
	for _, n := range names {
		if !slices.Contains(c.others, n) {
			r.made = append(r.made, &Thing{kind, body.ID, n, c.x.ID})
		}
	}
}

// streamFailed reports a stream of progress that ends with an error.
func streamFailed(a *answer) bool {
	if !a.values {
		return false
	}
	for _, v := range documents(a) {
		var m struct{ Error string }
		if json.Unmarshal(v, &m) == nil && m.Error != "" {
			return true
		}
	}
	return false
}

// ours reports whether a call of this run made the thing of that id or name.
func (r *run) ours(kind, ref string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	ref = strings.TrimPrefix(ref, "sha256:")
	for _, t := range r.made {
		if t.Kind != kind {
			continue
		}
		if ref == t.ID || ref == t.Name || kind == "image" && tagged(ref, "") == t.Name {
			return true
		}
		if len(ref) >= minPrefix && strings.HasPrefix(t.ID, ref) {
			return true
		}
	}
	return false
}

// leftBehind are the things that are still there, and those that were removed
// because that was asked for. The run is over: also one that was interrupted
// says so.
func (r *run) leftBehind(cleanup bool) (left, removed []Thing) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	seen := map[string]bool{}
	left, removed = []Thing{}, []Thing{}
	for i := len(r.made) - 1; i >= 0; i-- { // what uses others first
		t := r.made[i]
		if seen[t.Kind+t.ref()] {
			continue
		}
		seen[t.Kind+t.ref()] = true
		switch {
		case r.gone(ctx, t):
		case cleanup && r.remove(ctx, t):
			removed = append(removed, *t)
		case cleanup && r.gone(ctx, t): // it went by itself meanwhile
		default:
			left = append(left, *t)
		}
	}
	return left, removed
}

func (r *run) gone(ctx context.Context, t *Thing) bool {
	_, there, err := r.look(ctx, t.Kind, t.ref())
	return err == nil && !there
}

// remove reports whether a thing was removed. A container that the daemon is
// about to remove by itself (--rm) is waited for.
func (r *run) remove(ctx context.Context, t *Thing) bool {
	target, _ := strings.CutSuffix(inspected(t.Kind, t.ref()), "/json")
	if t.Kind == "container" {
		target += "?force=1&v=1"
	}
	status, err := r.probe.ask(ctx, http.MethodDelete, target, nil)
	if err == nil && status == http.StatusConflict && t.Kind == "container" {
		status, err = r.probe.ask(ctx, http.MethodPost, "/containers/"+t.ref()+"/wait?condition=removed", nil)
	}
	return err == nil && status/100 == 2
}
