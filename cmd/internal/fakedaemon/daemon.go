package fakedaemon

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/dockwire/dockwire/decode/engine"
)

// apiVersion is the newest API version that the fake daemon claims to speak.
const apiVersion = "1.51"

// Daemon answers requests. The zero value is one on which everything exists.
type Daemon struct {
	// OnlyCreated says that containers, networks, volumes and services exist only
	// when they were created here. Compose and stack deploy want that: they make
	// what is not there.
	OnlyCreated bool

	mu   sync.Mutex
	made map[string][]made // by kind: "container", "network", "volume"
}

// made is something that a client created.
type made struct {
	id, name string
	body     map[string]any
	started  bool
}

// Serve answers the clients of a listener until it is closed.
func (d *Daemon) Serve(l net.Listener) error {
	return http.Serve(l, d) //nolint:gosec // a private socket, for one command
}

// request is one request with what its operation is.
type request struct {
	*http.Request
	op     string
	params map[string]string
	body   []byte
}

func (d *Daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := engine.Lookup(r.Method, r.URL.RequestURI())
	q := &request{Request: r, params: map[string]string{}}
	if call.Op != nil {
		q.op = call.Op.ID
	}
	for _, p := range call.Params {
		q.params[p.Name] = p.Value
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		q.body, _ = io.ReadAll(r.Body)
	}
	w.Header().Set("Api-Version", apiVersion)
	w.Header().Set("Ostype", "linux")
	w.Header().Set("Server", "Docker/fake (linux)")
	w.Header().Set("Docker-Experimental", "false")
	w.Header().Set("Builder-Version", "1")
	w.Header().Set("Swarm", "active/manager")
	d.answer(w, q)
}

// answer writes what the operation answers.
func (d *Daemon) answer(w http.ResponseWriter, q *request) {
	if q.op == "ContainerAttach" || q.op == "ExecStart" {
		hijack(w, q)
		return
	}
	_, _ = io.Copy(io.Discard, q.Body) // an upload is taken whole
	if f, ok := answers[q.op]; ok {
		f(d, w, q)
		return
	}
	switch {
	case q.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	case strings.HasSuffix(q.op, "List"):
		reply(w, http.StatusOK, []any{})
	case strings.HasSuffix(q.op, "Create"):
		reply(w, http.StatusCreated, map[string]any{"Id": id(q.op), "ID": id(q.op)[:25]})
	case strings.HasSuffix(q.op, "Inspect"):
		name := ""
		for _, v := range q.params {
			name = v
		}
		reply(w, http.StatusOK, generic(name))
	case strings.HasSuffix(q.op, "Prune"):
		reply(w, http.StatusOK, map[string]any{"SpaceReclaimed": 0})
	default:
		reply(w, http.StatusOK, map[string]any{})
	}
}

// hijack turns the connection into a byte stream that the daemon ends at once.
func hijack(w http.ResponseWriter, q *request) {
	if strings.Contains(string(q.body), `"Detach":true`) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
	if q.Header.Get("Upgrade") != "" {
		head = "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
	}
	_, _ = io.WriteString(conn, head)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func missing(w http.ResponseWriter, what, name string) {
	reply(w, http.StatusNotFound, map[string]any{"message": "No such " + what + ": " + name})
}

// id makes an id for a name, the same each time.
func id(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// create remembers something, and returns it.
func (d *Daemon) create(kind, name string, q *request) made {
	m := made{id: id(kind + name + string(q.body)), name: name, body: map[string]any{}}
	_ = json.Unmarshal(q.body, &m.body)
	m.name = cmp.Or(m.name, "quiet_"+m.id[:6])
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made == nil {
		d.made = map[string][]made{}
	}
	d.made[kind] = append(d.made[kind], m)
	return m
}

// find looks for something by name or id; ok says that it exists.
func (d *Daemon) find(kind, name string) (m made, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name = strings.TrimPrefix(name, "/")
	for _, m := range d.made[kind] {
		if m.name == name || strings.HasPrefix(m.id, name) {
			return m, true
		}
	}
	return made{id: id(kind + name), name: name, body: map[string]any{}}, !d.OnlyCreated
}

// start remembers that a container runs.
func (d *Daemon) start(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, m := range d.made["container"] {
		if m.name == name || strings.HasPrefix(m.id, name) {
			d.made["container"][i].started = true
		}
	}
}

// state is the state of a container: what was named and not created here runs.
func (m made) state() string {
	if len(m.body) > 0 && !m.started {
		return "created"
	}
	return "running"
}

// list returns what was created of a kind and has the labels that a list's
// filters ask for.
func (d *Daemon) list(kind string, q *request) []made {
	wanted := keys(q.filters()["label"])
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []made
	for _, m := range d.made[kind] {
		if m.has(wanted) {
			found = append(found, m)
		}
	}
	return found
}

func (q *request) filters() map[string]any {
	var filters map[string]any
	_ = json.Unmarshal([]byte(q.URL.Query().Get("filters")), &filters)
	return filters
}

// asked are those that the filters have as names or ids.
func (d *Daemon) asked(q *request) []string {
	if d.OnlyCreated {
		return nil
	}
	return append(keys(q.filters()["name"]), keys(q.filters()["id"])...)
}

// stack are the names of what belongs to the stack that a list's filters ask for:
// there is one of each kind.
func (d *Daemon) stack(q *request) (names []string) {
	for _, label := range keys(q.filters()["label"]) {
		if stack, ok := strings.CutPrefix(label, "com.docker.stack.namespace="); ok && !d.OnlyCreated {
			names = append(names, stack+"_default")
		}
	}
	return names
}

// keys are the values of a filter, in either of its forms: a list, or an
// object with true for each.
func keys(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, s := range v {
			if s, ok := s.(string); ok {
				out = append(out, s)
			}
		}
	case map[string]any:
		return slices.Collect(maps.Keys(v))
	}
	return out
}

func (m made) has(labels []string) bool {
	for _, l := range labels {
		name, value, hasValue := strings.Cut(l, "=")
		got, ok := m.labels()[name]
		if !ok || hasValue && got != value {
			return false
		}
	}
	return true
}

func (m made) labels() map[string]any {
	labels, _ := m.body["Labels"].(map[string]any)
	return labels
}
