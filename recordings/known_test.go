package recordings

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/dockwire/dockwire/decode"
)

// A decoder that has seen much says of a line, and of what is damaged of it, the same as
// one that has seen nothing.
func TestKnown(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.jsonl")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	seen := versions[1]()()
	for _, path := range paths {
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(whole, []byte("\n")) {
			same := func(line []byte) {
				t.Helper()
				want, wantErr := parsed(versions[1]()(), line)
				got, err := parsed(seen, line)
				if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
					t.Errorf("%s:%d: %v %v, want %v %v", path, i+1, got, err, want, wantErr)
				}
			}
			same(line)
			same(line)
			if n := len(line); n > 0 && n < 1000 && i < 20 {
				same(line[:i*n/20])
				same(bytes.Replace(line, []byte("]]"), []byte("]]]"), 1))
				same(bytes.Replace(line, []byte("],["), []byte("]],["), 1))
				same(bytes.Replace(line, []byte(`"json":{`), []byte(`"json":{{`), 1))
				same(bytes.Replace(line, []byte(`"body":{`), []byte(`"body":3,"body":{`), 1))
				same(bytes.Replace(line, []byte(`"body":{`), []byte(`"body":3,"bod":{`), 1))
				same(bytes.Replace(line, []byte(`"h":`), []byte(`"h":`+"[[\"a\",\"]]\"]],\"h\":"), 1))
			}
		}
	}
}

func parsed(d decoder, line []byte) (events []decode.Event, err error) {
	if err := d.Parse(line); err != nil {
		return nil, err
	}
	for e := d.Next(); e != nil; e = d.Next() {
		events = append(events, decode.Clone(e))
	}
	return events, nil
}
