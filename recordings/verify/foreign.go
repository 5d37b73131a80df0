package verify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// foreign tells why a call must not be made: it would change or remove what
// was on the daemon before. What is not there at all cannot be changed.
func (r *run) foreign(ctx context.Context, c *call) (why string, err error) {
	x := c.x
	op := x.Call.Op
	if r.opt.Existing || op == nil || x.Method == "GET" || x.Method == "HEAD" {
		return "", nil
	}
	if strings.HasSuffix(op.ID, "Prune") || wholeDaemon[op.Tag] {
		return "it changes more than the recording made; --existing makes it nevertheless", nil
	}
	if why, err := r.namesTaken(ctx, c); why != "" || err != nil {
		return why, err
	}
	kind, ref := r.changes(c)
	if kind == "" || r.ours(kind, ref) {
		return "", nil
	}
	id, there, err := r.look(ctx, kind, ref)
	if err != nil || !there || id != "" && r.ours(kind, id) {
		return "", err
	}
	return fmt.Sprintf("%s %s was on the daemon before; --existing makes it nevertheless", kind, show(ref)), nil
}

// namesTaken looks whether the names that a call gives are there already. Of
// containers and networks the daemon tells itself; a volume is then another's;
// and an image's name would be moved.
func (r *run) namesTaken(ctx context.Context, c *call) (why string, err error) {
	kind := kinds[c.x.Call.Op.Tag]
	if kind != "image" && kind != "volume" {
		return "", nil
	}
	for _, name := range c.gives {
		if r.ours(kind, name) {
			continue
		}
		_, there, err := r.look(ctx, kind, name)
		switch {
		case err != nil:
			return "", err
		case there && kind == "image":
			return fmt.Sprintf("image %s was on the daemon before, and would be another afterwards; --existing makes it nevertheless", name), nil
		case there:
			c.others = append(c.others, name)
		}
	}
	return "", nil
}

// wholeDaemon are groups of operations that change the daemon, not a thing in
// it.
var wholeDaemon = map[string]bool{"Swarm": true, "Node": true, "Plugin": true}

// changes says which thing a call changes or removes, as it is called now.
func (r *run) changes(c *call) (kind, ref string) {
	op := c.x.Call.Op
	kind = kinds[op.Tag]
	if op.ID == "ContainerExec" {
		kind = "container"
	}
	if kind == "" {
		return "", ""
	}
	switch op.ID {
	case "ContainerWait", "ContainerResize", "ContainerCreate", "NetworkCreate", "VolumeCreate", "ImageTag", "ImagePush", "SecretCreate", "ConfigCreate", "ServiceCreate":
		return "", ""
	}
	for _, name := range []string{"id", "name"} {
		if ref = c.x.Call.Param(name); ref != "" {
			break
		}
	}
	if ref == "" {
		return "", ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return kind, r.names.of(ref)
}

// kinds are what the groups of operations are about.
var kinds = map[string]string{
	"Container": "container", "Network": "network", "Volume": "volume", "Image": "image",
	"Secret": "secret", "Config": "config", "Service": "service",
}

// look asks whether a thing is there, and for its id.
func (r *run) look(ctx context.Context, kind, ref string) (id string, there bool, err error) {
	var answer struct{ Id, ID, Name string }
	status, err := r.probe.ask(ctx, "GET", inspected(kind, ref), &answer)
	if err != nil {
		return "", false, err
	}
	for _, id = range []string{answer.Id, answer.ID, answer.Name} {
		if id != "" {
			break
		}
	}
	return strings.TrimPrefix(id, "sha256:"), status == http.StatusOK, nil
}

// inspected is where a thing is looked at.
func inspected(kind, ref string) string {
	switch kind {
	case "container":
		return "/containers/" + url.PathEscape(ref) + "/json"
	case "image":
		return "/images/" + ref + "/json" // a name may have slashes
	}
	return "/" + kind + "s/" + url.PathEscape(ref)
}
