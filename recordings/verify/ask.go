package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Dial connects to the daemon.
type Dial func(context.Context) (net.Conn, error)

// Daemon describes the daemon that answers.
type Daemon struct {
	Name   string `json:"name"`    // "Docker Engine - Community", "Podman Engine"
	Engine string `json:"version"` // of the daemon
	API    string `json:"api"`     // the newest API version it speaks
	MinAPI string `json:"min_api"` // the oldest
}

// String describes the daemon for people.
func (d Daemon) String() string {
	s := d.Name + " " + d.Engine + ", API " + d.API
	if d.MinAPI != "" && d.MinAPI != d.API {
		s += " back to " + d.MinAPI
	}
	return s
}

// askWithin bounds the questions of our own.
const askWithin = 30 * time.Second

// maxAnswer bounds what is read of an answer to them.
const maxAnswer = 4 << 20

// Ask asks the daemon for its name and version.
func Ask(ctx context.Context, dial Dial) (Daemon, error) {
	var answer struct {
		Platform                           struct{ Name string }
		Components                         []struct{ Name string }
		Version, ApiVersion, MinAPIVersion string
	}
	a := newAsker(dial)
	defer a.close()
	status, err := a.ask(ctx, "GET", "/version", &answer)
	if err != nil {
		return Daemon{}, err
	}
	if status != http.StatusOK || answer.ApiVersion == "" {
		return Daemon{}, fmt.Errorf("GET /version is answered with status %d and no API version: is that a Docker daemon?", status)
	}
	d := Daemon{Name: answer.Platform.Name, Engine: answer.Version, API: answer.ApiVersion, MinAPI: answer.MinAPIVersion}
	if d.Name == "" && len(answer.Components) > 0 {
		d.Name = answer.Components[0].Name
	}
	d.Name = cmp.Or(d.Name, "Docker")
	return d, nil
}

// asker makes calls of our own, beside the recorded ones: they are not
// compared.
type asker struct {
	http    http.Client
	version string // of the API; "" is the daemon's own
}

func newAsker(dial Dial) *asker {
	return &asker{http: http.Client{Transport: &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableKeepAlives: true, // each has a connection of its own, as the recorded ones
	}}}
}

func (a *asker) close() { a.http.CloseIdleConnections() }

// ask makes one call and reads its JSON answer, where one is wanted.
func (a *asker) ask(ctx context.Context, method, target string, answer any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	if a.version != "" {
		target = "/v" + a.version + target
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://docker"+target, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("User-Agent", "dockwire verify")
	res, err := a.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err == nil && answer != nil && res.StatusCode/100 == 2 {
		err = json.Unmarshal(body, answer)
	}
	return res.StatusCode, err
}
