package play

import (
	"fmt"
	"strconv"
	"time"
)

// Pace says how recorded time passes. The zero Pace is instant.
type Pace struct {
	Speed   float64       // 1 is as recorded, 2 twice as fast, 0 does not wait at all
	MaxIdle time.Duration // longest wait for a step, 0: any
}

// ParseSpeed reads "real", "instant" or a factor such as "2" or "0.5".
func ParseSpeed(s string) (float64, error) {
	switch s {
	case "real":
		return 1, nil
	case "instant":
		return 0, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0 && v < 1e9) {
		return 0, fmt.Errorf("no such speed: %q (real, instant, or a factor such as 2 or 0.5)", s)
	}
	return v, nil
}

// Instant reports whether nothing waits for time.
func (p Pace) Instant() bool { return p.Speed == 0 }

// Moment is a point of the recording and when it was played.
type Moment struct {
	Recorded time.Duration
	Live     time.Time
}

// Due tells when a step is to be played that was recorded at t: as long after
// the latest of the moments before it as it was then.
func (p Pace) Due(t time.Duration, before ...Moment) time.Time {
	var latest Moment
	for _, m := range before {
		if m.Recorded <= t && !m.Live.IsZero() && (latest.Live.IsZero() || m.Recorded >= latest.Recorded) {
			latest = m
		}
	}
	if p.Instant() || latest.Live.IsZero() {
		return latest.Live
	}
	wait := time.Duration(float64(t-latest.Recorded) / p.Speed)
	if p.MaxIdle > 0 {
		wait = min(wait, p.MaxIdle)
	}
	return latest.Live.Add(wait)
}
