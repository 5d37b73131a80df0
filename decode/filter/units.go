package filter

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// sizeUnits are decimal without an i and binary with it, as docker prints them.
var sizeUnits = map[string]float64{
	"": 1, "b": 1,
	"k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
	"ki": 1 << 10, "kib": 1 << 10, "mi": 1 << 20, "mib": 1 << 20,
	"gi": 1 << 30, "gib": 1 << 30, "ti": 1 << 40, "tib": 1 << 40,
}

func parseSize(s string) (int64, error) {
	n := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if n < 0 {
		n = len(s)
	}
	v, err := strconv.ParseFloat(s[:n], 64)
	unit, ok := sizeUnits[strings.ToLower(s[n:])]
	if err != nil || !ok || v*unit > math.MaxInt64/2 {
		return 0, errors.New("no size")
	}
	return int64(v * unit), nil
}

// parseDuration takes Go's durations; a bare 0 needs no unit.
func parseDuration(s string) (int64, error) {
	d, err := time.ParseDuration(s)
	return int64(d), err
}

func parseNumber(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

// parseVersion makes API versions comparable: 1.9 comes before 1.24.
func parseVersion(s string) (int64, error) {
	major, minor, _ := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	a, err := strconv.ParseUint(major, 10, 20)
	if err != nil {
		return 0, err
	}
	var b uint64
	if minor != "" {
		if b, err = strconv.ParseUint(minor, 10, 20); err != nil {
			return 0, err
		}
	}
	return int64(a<<20 | b), nil
}
