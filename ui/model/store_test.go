package model

import (
	"reflect"
	"testing"
)

// The garbage collector does not see rows that are outside the program's memory.
func TestRowsHoldNoPointers(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Row]()) {
		kinds := []reflect.Type{f.Type}
		if f.Type.Kind() == reflect.Struct {
			kinds = kinds[:0]
			for _, in := range reflect.VisibleFields(f.Type) {
				kinds = append(kinds, in.Type)
			}
		}
		for _, k := range kinds {
			if k.Kind() > reflect.Float64 || k.Kind() == reflect.Uintptr {
				t.Errorf("%s has a %s", f.Name, k)
			}
		}
	}
}
