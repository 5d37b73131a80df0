package cells

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/jsonstream"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// maxValues bounds how many values of a stream are shown: the first and the latest.
const maxValues = 5000

// layer is a part of a pull or push, and how far it is.
type layer struct {
	id      string
	status  string
	current int64
	total   int64
}

// progress shows a stream of JSON values: bars for what is pulled or pushed,
// then every value in words, with its time.
func (p *page) progress(d *model.Detail, clock Clock) {
	all := wholeValues(d)
	if lines := table(all, clock, p.width); lines != nil {
		p.lines = append(p.lines, lines...)
		return
	}
	var layers []*layer
	byID := map[string]*layer{}
	values := bothEnds[Line]{max: maxValues}
	for _, v := range all {
		var m jsonstream.Message
		err := json.Unmarshal(v.b, &m)
		if err == nil && strings.TrimSpace(m.Stream) == "" && m.Stream != "" {
			continue // a line end of a build's output
		}
		if err == nil && isLayer(&m) && len(byID) < 200 {
			l := byID[m.ID]
			if l == nil {
				l = &layer{id: m.ID}
				byID[m.ID] = l
				layers = append(layers, l)
			}
			l.status = m.Status
			if m.Progress != nil {
				l.current, l.total = m.Progress.Current, m.Progress.Total
			}
			if m.Progress != nil && m.Progress.Total > 0 {
				continue // told by the bar
			}
		}
		values.add(value(v.at, v.b, clock))
	}
	if len(layers) > 0 {
		for _, l := range layers {
			p.lines = append(p.lines, l.line(p.width))
		}
		p.blank()
	}
	p.lines = append(p.lines, values.all(valuesLeftOut)...)
	if d.Skipped > 0 {
		p.lines = append(p.lines, Make(Warn, text.Size(d.Skipped)+" in the middle are recorded and not shown here"))
	}
}

func valuesLeftOut(n int) Line {
	return Make(Warn, "… "+strconv.Itoa(n)+" values in the middle are not shown")
}

type streamValue struct {
	at time.Duration
	b  []byte
}

// wholeValues joins the pieces of the response's values.
func wholeValues(d *model.Detail) []streamValue {
	var all []streamValue
	var part []byte
	torn := false // what comes is the end of a value whose beginning is missing
	for i := range d.Pieces {
		p := &d.Pieces[i]
		if i == d.Gap && d.Skipped > 0 { // the middle is missing
			part, torn = nil, true
		}
		if p.Dir != decode.Response {
			continue
		}
		if torn {
			torn = p.More
			continue
		}
		if p.More || part != nil {
			part = append(part, p.Bytes...)
			if p.More {
				continue
			}
			all = append(all, streamValue{p.At, part})
			part = nil
			continue
		}
		all = append(all, streamValue{p.At, p.Bytes})
	}
	return all
}

func (l *layer) line(width int) Line {
	var line Line
	line.Add(Dim, Fit(safe.Cut(l.id, 12), 13, false))
	room := min(width-60, 40)
	if room >= 8 {
		done := 0
		switch {
		case l.total > 0:
			part := float64(l.current) / float64(l.total) // as the daemon says, which need not be right
			done = int(float64(room) * max(min(part, 1), 0))
		case finished(l.status):
			done = room
		}
		if finished(l.status) {
			done = room
		}
		line.Add(Bar, strings.Repeat("━", done)).Add(Rest, strings.Repeat("─", room-done)).Add(Text, " ")
	}
	line.Raw(Text, l.status)
	if l.total > 0 && !finished(l.status) {
		line.Add(Dim, " "+text.Size(l.current)+" of "+text.Size(l.total))
	}
	return line
}

// isLayer says that a value is about a layer: the first of a pull or push
// carries the tag in its place.
func isLayer(m *jsonstream.Message) bool {
	return m.ID != "" && m.Status != "" && !strings.HasPrefix(m.Status, "Pulling from") && !strings.HasPrefix(m.Status, "The push refers")
}

func finished(status string) bool {
	switch status {
	case "Pull complete", "Already exists", "Pushed", "Layer already exists", "Download complete":
		return true
	}
	return strings.HasPrefix(status, "Mounted from")
}

// value is a value of a stream in words, where they are known.
func value(at time.Duration, b []byte, clock Clock) Line {
	var l Line
	l.Add(Dim, clock.At(at, "15:04:05.000")+"  ")
	var v engine.Progress
	v.Add(b)
	switch {
	case v.Err != "":
		l.Add(Alarm, "error ").Raw(Bad, v.Err)
	case v.Samples > 0:
		l.Add(Text, strings.TrimSpace(v.CPUText()+"  memory "+text.Size(v.Memory)))
	case v.LastEvent != "":
		l.Raw(Text, v.LastEvent)
	case v.Status != "":
		l.Raw(Text, v.Status)
	case v.ImageID != "":
		l.Add(Text, "image ").Raw(Good, v.ImageID)
	case v.Digest != "":
		l.Add(Text, "digest ").Raw(Good, v.Digest)
	case v.Blank:
	default:
		l.Add(Text, safe.Cut(bytes.TrimSpace(b), maxString))
	}
	return l
}
