package tidy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// values replaces what a daemon makes up: ids of 64 digits and their short
// forms, hardware addresses, and times that lie within the recording. A nil
// *values replaces nothing.
//
// An id becomes one that is as long and that only its number decides, in the
// order in which ids come. Digests ("sha256:...") say what an image is, and stay.
type values struct {
	start time.Time
	ids   map[string]string // by the recorded id, and by its first 12 digits
	macs  map[string]string
	n     int
}

func newValues(start time.Time) *values {
	return &values{start: start, ids: map[string]string{}, macs: map[string]string{}}
}

var (
	// candidate finds all that may have to be replaced, in one pass.
	candidate = regexp.MustCompile(`\b(?:sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{12}|[0-9a-f]{2}(?::[0-9a-f]{2}){5}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)|\d{10}|\d{19})\b`)
	process   = regexp.MustCompile(`"Pid":[1-9]\d*`)
	dateField = regexp.MustCompile(`(?i)(\r\ndate: )[^\r\n]*`)
)

// A fixed moment, in all forms in which the API gives one. It has as many digits
// as today's.
const (
	fixedSeconds = "1000000000"
	fixedNanos   = "1000000000000000000"
	fixedTime    = "2001-09-09T01:46:40Z"
	fixedFine    = "2001-09-09T01:46:40.000000000Z"
	fixedDate    = "Sun, 09 Sep 2001 01:46:40 GMT"
)

// in replaces what is found in a text; the text itself is not changed.
func (v *values) in(b []byte, at time.Duration) []byte {
	if v == nil {
		return b
	}
	var out []byte
	done := 0
	for _, m := range candidate.FindAllIndex(b, -1) {
		if fixed := v.fixed(string(b[m[0]:m[1]]), at); fixed != "" {
			out = append(append(out, b[done:m[0]]...), fixed...)
			done = m[1]
		}
	}
	if done > 0 {
		b = append(out, b[done:]...)
	}
	if process.Match(b) {
		b = process.ReplaceAll(b, []byte(`"Pid":4242`))
	}
	return b
}

func (v *values) text(s string, at time.Duration) string { return string(v.in([]byte(s), at)) }

// fixed is what stands for a value, "" for one that stays.
func (v *values) fixed(s string, at time.Duration) string {
	switch {
	case strings.HasPrefix(s, "sha256:"):
		v.stays(s[len("sha256:"):])
		return ""
	case len(s) == 64:
		return v.id(s)
	case len(s) == 12 && v.ids[s] != "":
		return v.ids[s]
	case len(s) == 17 && s[2] == ':':
		return v.mac(s)
	case strings.Contains(s, ":"):
		t, err := time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "T", 1))
		if err != nil || !v.within(t, at) {
			return ""
		}
		if strings.Contains(s, ".") {
			return fixedFine
		}
		return fixedTime
	case len(s) == 10 && v.within(unix(s, 1), at):
		return fixedSeconds
	case len(s) == 19 && v.within(unix(s, 1e9), at):
		return fixedNanos
	}
	return ""
}

// stays keeps a digest as it is wherever it comes without its algorithm.
func (v *values) stays(s string) {
	if v.ids[s] == "" {
		v.ids[s] = s
	}
}

func (v *values) id(s string) string {
	if v.ids[s] == "" {
		v.n++
		sum := sha256.Sum256(fmt.Appendf(nil, "dockwire id %d", v.n))
		v.ids[s] = hex.EncodeToString(sum[:])
		v.ids[s[:12]] = v.ids[s][:12]
	}
	return v.ids[s]
}

func (v *values) mac(s string) string {
	if s == "00:00:00:00:00:00" || s == "ff:ff:ff:ff:ff:ff" {
		return ""
	}
	if v.macs[s] == "" {
		n := len(v.macs) + 1
		v.macs[s] = fmt.Sprintf("02:42:00:00:%02x:%02x", n>>8&0xff, n&0xff)
	}
	return v.macs[s]
}

func unix(s string, unit int64) time.Time {
	n, _ := strconv.ParseInt(s, 10, 64) // 19 digits may be too many: that is no time then
	return time.Unix(n/unit, n%unit)
}

// slack is by how much the clocks of daemon and recorder may differ.
const slack = time.Minute

// within tells a time that is of the recorded run.
func (v *values) within(t time.Time, at time.Duration) bool {
	return t.After(v.start.Add(-slack)) && t.Before(v.start.Add(at+slack))
}

func (v *values) request(e *decode.RequestHead) {
	if v == nil {
		return
	}
	e.Target = v.text(e.Target, e.Time)
	e.Fields, e.Raw = v.fields(e.Fields, e.Time), v.raw(e.Raw, e.Time)
}

func (v *values) response(e *decode.ResponseHead) {
	if v == nil {
		return
	}
	e.Fields, e.Raw = v.fields(e.Fields, e.Time), v.raw(e.Raw, e.Time)
}

func (v *values) fields(list []decode.Field, at time.Duration) []decode.Field {
	list = slices.Clone(list)
	for i := range list {
		if f := &list[i]; strings.EqualFold(f.Name, "Date") {
			f.Value = fixedDate
		} else {
			f.Value = v.text(f.Value, at)
		}
	}
	return list
}

func (v *values) raw(b []byte, at time.Duration) []byte {
	if b == nil {
		return nil
	}
	return dateField.ReplaceAll(v.in(bytes.Clone(b), at), []byte("${1}"+fixedDate))
}
