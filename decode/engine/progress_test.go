package engine

import (
	"fmt"
	"testing"
)

func TestProgressIsBounded(t *testing.T) {
	p := &Progress{}
	for i := range 10 * maxLayers {
		p.Add(fmt.Appendf(nil, `{"status":"Pull complete","id":"layer%d"}`, i))
	}
	if p.Layers != maxLayers || p.LayersDone != maxLayers || p.Values != 10*maxLayers {
		t.Errorf("%d of %d layers in %d values", p.LayersDone, p.Layers, p.Values)
	}
}

func TestProgressKeepsNoMemoryOfItsCaller(t *testing.T) {
	p := &Progress{}
	value := []byte(`{"status":"Pull complete","id":"aaaa"}`)
	p.Add(value)
	for i := range value {
		value[i] = 'x'
	}
	p.Add([]byte(`{"status":"Pull complete","id":"aaaa"}`))
	if p.Layers != 1 || p.LayersDone != 1 || p.Status != "aaaa Pull complete" {
		t.Errorf("%+v", p)
	}
}

// A layer is counted once, and stays done whatever is said of it later.
func TestProgressCountsLayersOnce(t *testing.T) {
	p := &Progress{}
	for _, status := range []string{"Pulling fs layer", "Waiting", "Downloading", "Download complete", "Extracting", "Pull complete", "Waiting"} {
		p.Add(fmt.Appendf(nil, `{"status":%q,"id":"a"}`, status))
	}
	if p.Layers != 1 || p.LayersDone != 1 {
		t.Errorf("%d of %d layers", p.LayersDone, p.Layers)
	}
}

func TestProgressTakesNonsense(t *testing.T) {
	p := &Progress{}
	for _, v := range []string{"", "null", "[]", "{", `{"status":5}`, `{"errorDetail":"x"}`, `{"aux":[1]}`, `{"Type":"a","Action":"b","Actor":null}`, `{"cpu_stats":7}`, "\x1e\x1e"} {
		p.Add([]byte(v))
	}
	if p.Values != 10 || p.Err != "" || p.LastEvent != "a b" {
		t.Errorf("%+v", p)
	}
}

// An event says what a person asks of it: how a program ended, by which signal,
// which container a network got.
func TestEvents(t *testing.T) {
	for value, want := range map[string]string{
		`{"Type":"container","Action":"health_status: healthy","Actor":{"Attributes":{"name":"web"}}}`:                   "container health_status web healthy",
		`{"Type":"container","Action":"exec_create: sh -c 'make all'","Actor":{"Attributes":{"name":"web"}}}`:            "container exec_create web sh -c 'make all'",
		`{"Type":"container","Action":"die","Actor":{"Attributes":{"name":"web","exitCode":"137"}}}`:                     "container die web exit 137",
		`{"Type":"container","Action":"kill","Actor":{"Attributes":{"name":"web","signal":"15"}}}`:                       "container kill web signal 15",
		`{"Type":"container","Action":"rename","Actor":{"Attributes":{"name":"new","oldName":"/old"}}}`:                  "container rename new before=old",
		`{"Type":"container","Action":"resize","Actor":{"Attributes":{"name":"web","width":"80","height":"24"}}}`:        "container resize web 80x24",
		`{"Type":"network","Action":"connect","Actor":{"Attributes":{"name":"net","container":"` + id1 + `"}}}`:          "network connect net 3f2a91c0b7d4",
		`{"Type":"volume","Action":"mount","Actor":{"ID":"data","Attributes":{"container":"` + id1 + `","driver":"x"}}}`: "volume mount data 3f2a91c0b7d4",
		`{"Type":"container","Action":"start","Actor":{"Attributes":{"name":"web"}}}`:                                    "container start web",
	} {
		p := &Progress{}
		if p.Add([]byte(value)); p.LastEvent != want {
			t.Errorf("%s: %q, want %q", value, p.LastEvent, want)
		}
	}
}

// The classic builder sends an empty line after each step.
func TestBlankOutput(t *testing.T) {
	p := &Progress{}
	for value, want := range map[string]bool{`{"stream":"\n"}`: true, `{"stream":" ---> 1\n"}`: false, `{"status":"a"}`: false, `{}`: false} {
		if p.Add([]byte(value)); p.Blank != want {
			t.Errorf("%s: %v", value, p.Blank)
		}
	}
}

func FuzzProgress(f *testing.F) {
	for _, list := range examples {
		for _, e := range list {
			for v := range body(e.res).values() {
				f.Add([]byte(v))
			}
		}
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		p := &Progress{}
		p.Add(value)
		p.Add(value)
		for _, s := range []string{p.Status, p.Err, p.ImageID, p.Digest, p.Loaded, p.LastEvent, p.Step} {
			checkLine(t, s)
		}
		if p.LayersDone > p.Layers {
			t.Errorf("%d of %d layers", p.LayersDone, p.Layers)
		}
	})
}

func BenchmarkProgress(b *testing.B) {
	for name, value := range map[string]string{
		"Pull":  `{"status":"Downloading","progressDetail":{"current":2097152,"total":10000000},"progress":"[===>    ] 2MB/10MB","id":"3f2a91c0b7d4"}`,
		"Stats": examples["ContainerStats"][0].res,
	} {
		b.Run(name, func(b *testing.B) {
			p := &Progress{}
			b.ReportAllocs()
			for b.Loop() {
				p.Add([]byte(value))
			}
		})
	}
}
