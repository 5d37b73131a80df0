package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/api/types/jsonstream"
)

// maxLayers bounds how many layers a Progress distinguishes.
const maxLayers = 1024

// maxStatus bounds each string a Progress keeps, in runes.
const maxStatus = 120

// Progress folds the values of a JSON stream (pull, push, build, load, events,
// stats) into what people want to know about it. Its size is bounded, whatever
// comes. The zero value is ready.
type Progress struct {
	Values     int    // how many values were folded
	Layers     int    // layers named so far
	LayersDone int    // of these, pulled, pushed or found to be there already
	LayersHad  int    // of these, found to be there already
	Current    int64  // bytes of the layer named last
	Total      int64  // bytes it has in all, 0 if unknown
	Step       string // of a build, "2/5"
	StepText   string // its instruction, "RUN make"
	Status     string // last status or line of output
	Err        string // error the daemon put into the stream
	ImageID    string // built, imported or loaded image
	Digest     string // digest of what was pulled or pushed
	Loaded     string // name of the image loaded last
	UpToDate   bool   // the pull changed nothing
	Blank      bool   // the last value was an empty line of output
	Events     int
	LastEvent  string  // "container start web"
	Exited     bool    // an event had an exit code
	Exit       int     // the latest of them that was not 0
	Health     string  // by the latest event that had one
	News       News    // what the latest event says; its Kind is empty before
	Samples    int     // of stats
	HasCPU     bool    // the last sample had an earlier reading to compare with
	CPU        float64 // percent of one processor; meaningful when HasCPU
	Memory     int64   // bytes in use, without the page cache
	MemoryMax  int64   // limit in bytes

	done map[string]bool // by layer: whether it is done
}

// Add folds one value in. A value that is not JSON, or not understood, is only
// counted.
func (p *Progress) Add(value []byte) {
	p.Values++
	p.Blank = false
	// application/json-seq (RFC 7464) puts a record separator before each.
	value = bytes.TrimLeft(value, "\x1e")
	var m struct {
		Type   string
		Action string
		Actor  events.Actor
		CPU    json.RawMessage `json:"cpu_stats"`
		Error2 string          `json:"error"` // the older field, still sent
		jsonstream.Message
	}
	if json.Unmarshal(value, &m) != nil {
		return
	}
	switch {
	case m.Type != "" && m.Action != "":
		p.event(m.Type, m.Action, m.Actor)
	case m.CPU != nil:
		p.sample(value)
	default:
		if m.Error == nil && m.Error2 != "" {
			m.Error = &jsonstream.Error{Message: m.Error2}
		}
		p.message(&m.Message)
	}
}

func (p *Progress) event(kind, action string, actor events.Actor) {
	p.Events++
	p.News = eventNews(kind, action, actor.ID, actor.Attributes)
	if s := &p.News.State; s.HasExit && (s.Exit != 0 || !p.Exited) {
		p.Exited, p.Exit = true, s.Exit
	}
	if h := p.News.State.Health; h != "" {
		p.Health = h
	}
	name := cmp.Or(actor.Attributes["name"], shortID(actor.ID))
	// Behind a colon stands a command (exec_create) or a state (health_status).
	action, more, _ := strings.Cut(action, ": ")
	p.LastEvent = oneLine(spaced(kind, action, name, more, eventDetail(action, actor.Attributes)), maxStatus)
}

// eventDetail is the attribute that an event is about, beside its object
// (moby daemon/events.go, daemon/monitor.go).
func eventDetail(action string, attributes map[string]string) string {
	switch action {
	case "die", "exec_die":
		return spaced("exit", attributes["exitCode"])
	case "kill":
		return spaced("signal", attributes["signal"])
	case "resize":
		if w, h := attributes["width"], attributes["height"]; w != "" && h != "" {
			return w + "x" + h
		}
	case "rename":
		return option("before", strings.TrimPrefix(attributes["oldName"], "/"))
	case "connect", "disconnect", "mount", "unmount":
		return shortID(attributes["container"])
	}
	return ""
}

func (p *Progress) message(m *jsonstream.Message) {
	if m.Error != nil {
		p.Err = oneLine(m.Error.Message, maxFailure)
	}
	if m.Progress != nil {
		p.Current, p.Total = m.Progress.Current, m.Progress.Total
	}
	if m.Aux != nil {
		p.aux(body(*m.Aux))
	}
	switch {
	case m.Status != "":
		p.status(m.ID, m.Status)
	case m.Stream != "":
		p.output(m.Stream)
	}
}

// aux: builds give the image's id, pushes the digest (moby
// api/types/build.Result, api/types/auxprogress).
func (p *Progress) aux(aux body) {
	if id := aux.text("ID"); id != "" {
		p.ImageID = oneLine(shortID(id), maxStatus)
	}
	if digest := aux.text("Digest"); digest != "" {
		p.Digest = oneLine(digest, maxStatus)
	}
}

// status follows a layer, or the whole operation when it has no id. The words are those
// of moby daemon/internal/distribution (pull_v2.go, push_v2.go, xfer).
func (p *Progress) status(id, status string) {
	p.Status = oneLine(spaced(id, status), maxStatus)
	switch {
	case strings.HasPrefix(status, "Digest: "):
		p.Digest = oneLine(status[len("Digest: "):], maxStatus)
		return
	case strings.HasPrefix(status, "Status: Image is up to date"):
		p.UpToDate = true
		return
	case strings.HasPrefix(status, "sha256:") && id == "": // import
		p.ImageID = oneLine(shortID(status), maxStatus)
		return
	}
	switch status {
	case "Pulling fs layer", "Waiting", "Preparing", "Downloading", "Verifying Checksum", "Extracting", "Pushing":
		p.layer(id, false)
	case "Pull complete", "Pushed":
		p.layer(id, true)
	case "Already exists", "Layer already exists":
		p.had(id)
	case "Download complete":
		p.layer(id, p.done[id])
	default:
		if strings.HasPrefix(status, "Mounted from ") {
			p.had(id)
		}
	}
}

// had counts a layer that need not travel.
func (p *Progress) had(id string) {
	before := p.LayersDone
	p.layer(id, true)
	p.LayersHad += p.LayersDone - before
}

// moved is how many layers travelled, and how many need not.
func (p *Progress) moved(verb string) string {
	s := verb + " " + counted(p.LayersDone-p.LayersHad, true, "layer")
	if p.LayersHad > 0 {
		s += fmt.Sprintf(", %d already there", p.LayersHad)
	}
	return s
}

func (p *Progress) layer(id string, done bool) {
	was, known := p.done[id]
	if id == "" || known && was {
		return
	}
	if !known {
		if len(p.done) == maxLayers {
			return
		}
		if p.done == nil {
			p.done = map[string]bool{}
		}
		p.Layers++
	}
	p.done[id] = done
	if done {
		p.LayersDone++
	}
}

// output is a line of the classic builder or of load (moby
// daemon/builder/dockerfile, daemon/internal/image/tarexport/load.go).
func (p *Progress) output(line string) {
	clean := oneLine(line, maxStatus)
	if clean == "" {
		p.Blank = true
		return
	}
	p.Status = clean
	switch word, rest, _ := strings.Cut(clean, " "); word {
	case "Step":
		p.Step, p.StepText, _ = strings.Cut(rest, " ")
		p.StepText = strings.TrimPrefix(p.StepText, ": ")
	case "Successfully":
		if id, ok := strings.CutPrefix(rest, "built "); ok && p.ImageID == "" {
			p.ImageID = id
		}
	case "Loaded":
		if name, ok := strings.CutPrefix(rest, "image: "); ok {
			p.Loaded = name
		} else if id, ok := strings.CutPrefix(rest, "image ID: "); ok {
			p.ImageID = shortID(id)
		}
	}
}

// sample takes the numbers docker stats shows, in its way (docker cli
// command/container/stats_helpers.go).
func (p *Progress) sample(value []byte) {
	var s container.StatsResponse
	if json.Unmarshal(value, &s) != nil || s.Read.IsZero() {
		return // a container that does not run has no readings
	}
	p.Samples++
	used := float64(s.CPUStats.CPUUsage.TotalUsage) - float64(s.PreCPUStats.CPUUsage.TotalUsage)
	passed := float64(s.CPUStats.SystemUsage) - float64(s.PreCPUStats.SystemUsage)
	cpus := float64(max(s.CPUStats.OnlineCPUs, 1))
	// one-shot asks for no earlier reading, and a first one has none.
	p.CPU, p.HasCPU = 0, s.PreCPUStats.SystemUsage > 0
	if used > 0 && passed > 0 && p.HasCPU {
		p.CPU = used / passed * cpus * 100
	}
	cache, ok := s.MemoryStats.Stats["total_inactive_file"] // cgroup v1
	if !ok {
		cache = s.MemoryStats.Stats["inactive_file"]
	}
	p.Memory = int64(s.MemoryStats.Usage)
	if cache < s.MemoryStats.Usage {
		p.Memory -= int64(cache)
	}
	p.MemoryMax = int64(s.MemoryStats.Limit)
}

// CPUText is the CPU of the last sample, or "" when it cannot be known.
func (p *Progress) CPUText() string {
	if !p.HasCPU {
		return ""
	}
	return fmt.Sprintf("cpu %.1f%%", p.CPU)
}
