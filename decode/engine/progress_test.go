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
