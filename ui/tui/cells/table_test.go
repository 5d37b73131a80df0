package cells

import (
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	for name, c := range map[string]struct {
		docs []string
		want string // "": no table
	}{
		"events": {[]string{
			`{"status":"start","id":"3f2a","Type":"container","Action":"start","Actor":{"ID":"3f2a","Attributes":{"name":"web","image":"busybox"}}}`,
			`{"Type":"image","Action":"pull","Actor":{"ID":"sha256:0123456789abcdef","Attributes":{}}}`,
		}, `
time          type       action  of            with
       0.000  container  start   web           image=busybox
       1.000  image      pull    0123456789ab`},
		"stats": {[]string{
			`{"read":"2026-11-24T12:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":200},"system_cpu_usage":2000,"online_cpus":2},"precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},"memory_stats":{"usage":2000000,"limit":8000000},"networks":{"eth0":{"rx_bytes":3000,"tx_bytes":10}},"pids_stats":{"current":4}}`,
		}, `
time            cpu  memory  limit  net ↓  net ↑  pids
       0.000  20.0%     2MB    8MB    3kB    10B     4`},
		"unknown": {[]string{`{"a":1,"b":[true,null]}`, `{"a":"\u001b[2J","c":{"d":2}}`}, `
time          a      b            c
       0.000  1      [true,null]
       1.000  \e[2J               {"d":2}`},
		"pull":    {[]string{`{"status":"Downloading","id":"a"}`}, ""},
		"no JSON": {[]string{`{"a":1}`, `x`, `y`}, ""},
		"nothing": {nil, ""},
	} {
		var values []streamValue
		for i, d := range c.docs {
			values = append(values, streamValue{time.Duration(i) * time.Second, []byte(d)})
		}
		got := ""
		for _, l := range table(values, Clock{}, 90) {
			got += "\n" + strings.TrimRight(l.Plain(), " ")
		}
		if got != c.want {
			t.Errorf("%s:%s\nnot%s", name, got, c.want)
		}
	}
}
