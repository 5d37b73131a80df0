package fakedaemon

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode/engine"
)

func ask(t *testing.T, d *Daemon, method, target, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	b, _ := io.ReadAll(w.Body)
	return w.Code, string(b)
}

// Every operation that is no hijack is answered with success.
func TestEveryOperationIsAnswered(t *testing.T) {
	for _, op := range engine.Operations() {
		if op.Stream != "none" && op.Stream != engine.JSONStream || strings.Contains(op.Path, ".") || strings.HasPrefix(op.Path, "/debug") {
			continue
		}
		path := strings.NewReplacer("{", "", "}", "", ":.*", "").Replace(op.Path)
		if status, body := ask(t, new(Daemon), op.Method, "/v1.51"+path, ""); status >= 300 {
			t.Errorf("%s %s %s: %d %s", op.ID, op.Method, path, status, body)
		}
	}
}

func TestWhatWasCreatedIsFound(t *testing.T) {
	d := &Daemon{OnlyCreated: true}
	if status, _ := ask(t, d, "GET", "/v1.51/networks/n", ""); status != 404 {
		t.Errorf("a network that nobody made: %d", status)
	}
	ask(t, d, "POST", "/v1.51/networks/create", `{"Name":"n","Labels":{"a":"b"}}`)
	if status, body := ask(t, d, "GET", "/v1.51/networks/n", ""); status != 200 || !strings.Contains(body, `"a":"b"`) {
		t.Errorf("a network that was made: %d %s", status, body)
	}
	ask(t, d, "POST", "/v1.51/containers/create?name=c", `{"Image":"i","Labels":{"p":"x"}}`)
	list := func(filters string) string {
		_, body := ask(t, d, "GET", "/v1.51/containers/json?filters="+filters, "")
		return body
	}
	if body := list(`%7B%22label%22%3A%7B%22p%3Dx%22%3Atrue%7D%7D`); !strings.Contains(body, `"/c"`) || !strings.Contains(body, `"created"`) {
		t.Errorf("a label that it has: %s", body)
	}
	if body := list(`%7B%22label%22%3A%5B%22p%3Dy%22%5D%7D`); strings.TrimSpace(body) != "[]" {
		t.Errorf("a label that it has not: %s", body)
	}
	ask(t, d, "POST", "/v1.51/containers/c/start", "")
	if body := list(""); !strings.Contains(body, `"running"`) {
		t.Errorf("a container that was started: %s", body)
	}
}
