package verify

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// learn pairs what the daemon chose in two answers. r.mu is held.
func (r *run) learn(c *call, was *answer) {
	if was.status/100 != 2 || c.live.status/100 != 2 {
		return
	}
	op := c.x.Call.Name(c.x.Method)
	if op == "ContainerList" {
		r.learnList(was, c.live, c.x.ID)
		return
	}
	if lists[op] {
		return // what is at the same place need not be the same thing
	}
	learnPairs(was, c.live, func(place, recorded, live string) {
		where := op + " answer" + place
		if givesName(op, place) {
			recorded, live = strings.TrimPrefix(recorded, "/"), strings.TrimPrefix(live, "/")
			if recorded != live && recorded != "" && live != "" && !isID.MatchString(recorded) {
				r.learnName(recorded, live, where, c.x.ID)
				return
			}
		}
		r.learnText(recorded, live, where, c.x.ID)
	})
}

// lists are answers in which things come in any order.
var lists = map[string]bool{
	"ContainerList": true, "ImageList": true, "NetworkList": true, "VolumeList": true, "SystemDataUsage": true,
	"ServiceList": true, "TaskList": true, "NodeList": true, "SecretList": true, "ConfigList": true, "PluginList": true,
}

// learnList pairs the names of containers by their ids.
func (r *run) learnList(was, now *answer, x decode.ExchangeID) {
	type item struct {
		Id    string
		Names []string
	}
	var recorded, live []item
	if json.Unmarshal(was.body, &recorded) != nil || json.Unmarshal(now.body, &live) != nil {
		return
	}
	for _, a := range recorded {
		for _, b := range live {
			if len(a.Names) == 0 || len(b.Names) == 0 || r.names.ids[a.Id] != b.Id {
				continue
			}
			a, b := strings.TrimPrefix(a.Names[0], "/"), strings.TrimPrefix(b.Names[0], "/")
			r.learnName(a, b, "ContainerList answer.Names", x)
		}
	}
}

// learnName pairs two names of the same thing.
func (r *run) learnName(recorded, live, where string, x decode.ExchangeID) {
	r.then.add(recorded)
	r.now.add(live)
	if recorded != live && r.names.learnName(recorded, live, where, x) {
		r.pairs.Name(recorded, live)
	}
}

// givesName says where the daemon tells a name that it may have chosen.
func givesName(op, place string) bool {
	switch op {
	case "ContainerInspect", "VolumeCreate", "VolumeInspect":
		return place == ".Name"
	}
	return false
}

// learnPairs calls f with the strings that stand at the same place of both
// answers.
func learnPairs(was, now *answer, f func(place, recorded, live string)) {
	recorded, live := documents(was), documents(now)
	for i := range min(len(recorded), len(live)) {
		a, ok1 := match.JSONLeaves("", recorded[i], asIs)
		b, ok2 := match.JSONLeaves("", live[i], asIs)
		if !ok1 || !ok2 {
			continue
		}
		at := map[string]string{}
		for _, l := range b {
			at[l.Place] = l.Value
		}
		for _, l := range a {
			var r, v string
			if json.Unmarshal([]byte(l.Value), &r) == nil && json.Unmarshal([]byte(at[l.Place]), &v) == nil {
				f(l.Place, r, v)
			}
		}
	}
}

func asIs(s string) string { return s }

// documents are the JSON values of an answer.
func documents(a *answer) []json.RawMessage {
	if !a.values {
		return []json.RawMessage{a.body}
	}
	var out []json.RawMessage
	for d := json.NewDecoder(bytes.NewReader(a.body)); ; {
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return out
		}
		out = append(out, raw)
	}
}

// isID is how the daemon writes ids (docker/docker pkg/stringid): whole, or as
// it shows them to people.
var (
	isID = regexp.MustCompile(`^(sha256:)?([0-9a-f]{64}|[0-9a-f]{12})$`)
	ids  = regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{12})\b`)
)

// learnText pairs the ids in two texts that are the same except for them.
func (r *run) learnText(recorded, live, where string, x decode.ExchangeID) {
	if recorded == live || len(recorded) != len(live) || ids.ReplaceAllString(recorded, "") != ids.ReplaceAllString(live, "") {
		return
	}
	a, b := ids.FindAllString(recorded, -1), ids.FindAllString(live, -1)
	for i := range a {
		if len(a[i]) == len(b[i]) {
			r.names.learnID(a[i], b[i], where, x)
		}
	}
}
