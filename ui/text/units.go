package text

import (
	"strconv"
	"time"

	"github.com/docker/go-units"
)

// Size is a number of bytes as docker writes it, Took a duration with three
// digits at most.
func Size(n int64) string         { return size(n) }
func Took(d time.Duration) string { return took(d) }

// size is a number of bytes as docker writes it.
func size(n int64) string { return units.HumanSizeWithPrecision(float64(n), 3) }

// took writes a duration with three digits at most: 840µs 1.2ms 270ms 4.2s
// 1m03s 2h05m 3d04h.
func took(d time.Duration) string {
	switch {
	case d < 0:
		d = 0
		fallthrough
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + "µs"
	case d < 10*time.Millisecond:
		return tenths(d, time.Millisecond) + "ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < 10*time.Second:
		return tenths(d, time.Second) + "s"
	case d < time.Minute:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	case d < time.Hour:
		return pair(d/time.Minute, "m", d%time.Minute/time.Second, "s")
	case d < 24*time.Hour:
		return pair(d/time.Hour, "h", d%time.Hour/time.Minute, "m")
	}
	return pair(d/(24*time.Hour), "d", d%(24*time.Hour)/time.Hour, "h")
}

func tenths(d, unit time.Duration) string {
	n := int64(d / (unit / 10))
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

func pair(a time.Duration, x string, b time.Duration, y string) string {
	s := strconv.FormatInt(int64(a), 10) + x
	if b < 10 {
		s += "0"
	}
	return s + strconv.FormatInt(int64(b), 10) + y
}

// counted is "1 frame", "1,234 frames".
func counted(n int, noun string) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n != 1 {
		noun += "s"
	}
	return s + " " + noun
}

func appendSeconds(dst []byte, d time.Duration, decimals int) []byte {
	dst = strconv.AppendFloat(dst, d.Seconds(), 'f', decimals, 64)
	return append(dst, 's')
}
