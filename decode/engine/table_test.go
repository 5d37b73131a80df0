package engine

import (
	"strings"
	"testing"
)

func TestOperationsAreComplete(t *testing.T) {
	documented, ids, routes := 0, map[string]bool{}, map[string]bool{}
	for _, op := range Operations() {
		if op.Since != "" {
			documented++
		}
		if ids[strings.ToLower(op.ID)] || routes[op.Method+op.Path] {
			t.Errorf("%s twice", op.ID)
		}
		ids[strings.ToLower(op.ID)], routes[op.Method+op.Path] = true, true
	}
	if documented != 108 {
		t.Errorf("%d documented operations, the API 1.56 has 108", documented)
	}
	if extra := len(ids) - documented; extra != 26 {
		t.Errorf("%d other routes, want 26", extra)
	}
}

func TestOperationsUseKnownKinds(t *testing.T) {
	bodies := map[Kind]bool{None: true, JSON: true, JSONStream: true, Text: true, Tar: true, Stdio: true, Binary: true, WebSocket: true, HTTP2: true, GRPC: true}
	streams := map[Kind]bool{None: true, JSONStream: true, WebSocket: true, Hijack: true, Logs: true, Deferred: true, Build: true, TarUpload: true, TarDownload: true, H2C: true, SessionBack: true, GRPC: true}
	for _, op := range Operations() {
		if !bodies[op.Request] || !bodies[op.Result] || !streams[op.Stream] {
			t.Errorf("%s: stream %q request %q result %q", op.ID, op.Stream, op.Request, op.Result)
		}
	}
}

func TestFind(t *testing.T) {
	for _, id := range []string{"ContainerCreate", "containercreate", "CONTAINERCREATE"} {
		if op := Find(id); op == nil || op.ID != "ContainerCreate" {
			t.Errorf("Find(%q) = %v", id, op)
		}
	}
	if op := Find("ContainerCreat"); op != nil {
		t.Errorf("found %s", op.ID)
	}
}

func TestShortRowsAreRefused(t *testing.T) {
	defer func() {
		if said := recover(); said != "operations.tsv:2: 3 columns, want 10" {
			t.Errorf("panic %v", said)
		}
	}()
	parseOperations("#id\nA\tGET\t/a\n")
}
