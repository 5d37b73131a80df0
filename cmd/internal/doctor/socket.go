package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// owned says which user and group own a file, and its mode.
type owned struct {
	Mode         fs.FileMode
	UID, GID     int
	Owner, Group string // names, or the numbers as text
}

// Person is the user that asks.
type Person struct {
	UID    int
	Name   string
	Groups []int // that this process has
	Listed []int // that the system's database gives to this person
}

// socket looks at a socket file and connects; it returns whether that worked.
func (e *examination) socket(path string) bool {
	if strings.HasPrefix(path, "@") {
		e.report.add("access", Warning, []string{"give the daemon a socket with a path"}, "%s is an abstract socket, which has no file mode: everybody on this machine may use it and is thereby root", path)
		return e.connect(path, true)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.report.add("socket", Failed, e.adviseStart(), "%s does not exist: no daemon has made it", path)
		return false
	case err != nil:
		e.report.add("socket", Failed, nil, "%v", err)
		return false
	case info.IsDir():
		e.report.add("socket", Failed, append([]string{"sudo rmdir " + path}, e.adviseStart()...),
			"%s is a folder: a container that mounts it was started while no daemon had made the socket, and docker made a folder in its place", path)
		return false
	case info.Mode()&fs.ModeSocket == 0:
		e.report.add("socket", Failed, nil, "%s is not a socket but %s", path, info.Mode())
		return false
	}
	may := true
	if o, ok := ownership(info); ok {
		e.report.add("socket", OK, nil, "%s, mode %04o, owner %s, group %s", path, o.Mode.Perm(), o.Owner, o.Group)
		may = e.access(o)
	}
	return e.connect(path, may)
}

// connect returns whether somebody listens. may: this person may connect, so
// that something else is wrong if that fails.
func (e *examination) connect(path string, may bool) bool {
	conn, err := unixWay(path).dial(e.ctx)
	if err != nil {
		advice := e.adviseSocket(err)
		if !may {
			advice = nil // access has said it
		}
		e.report.add("connect", Failed, advice, "%v", err)
		return false
	}
	_ = conn.Close()
	e.report.add("connect", OK, nil, "somebody listens")
	return true
}

// access says which users may use a socket, and whether this one may.
// Connecting takes the right to write (unix(7)).
func (e *examination) access(o owned) bool {
	p := e.Person
	why, may := mayWrite(o, p)
	if o.Mode&0o002 != 0 {
		e.report.add("access", Warning, []string{"narrow it, e.g. with dockerd --group docker"}, "everybody on this machine may use it and is thereby root")
		return true
	}
	if may {
		e.report.add("access", OK, nil, "%s may use it: %s; whoever may is root on this machine", p.Name, why)
		return true
	}
	e.report.add("access", Failed, adviseAccess(o, p), "%s may not use it: %s", p.Name, why)
	return false
}

func mayWrite(o owned, p Person) (why string, may bool) {
	switch {
	case p.UID == 0:
		return "as root", true
	case p.UID == o.UID:
		return "the owner", o.Mode&0o200 != 0
	case slices.Contains(p.Groups, o.GID):
		return "in group " + o.Group, o.Mode&0o020 != 0
	case slices.Contains(p.Listed, o.GID):
		return fmt.Sprintf("in group %s by now, but not when this session began", o.Group), o.Mode&0o002 != 0
	}
	return fmt.Sprintf("neither %s nor in group %s", o.Owner, o.Group), o.Mode&0o002 != 0
}

func adviseAccess(o owned, p Person) []string {
	switch {
	case o.Mode&0o020 == 0 || o.GID == 0:
		return []string{fmt.Sprintf("only %s may use it: sudo dockwire …, or give dockerd a group with --group docker", o.Owner)}
	case slices.Contains(p.Listed, o.GID):
		return []string{"newgrp " + o.Group, "or log in again"}
	}
	return []string{fmt.Sprintf("sudo usermod -aG %s %s", o.Group, p.Name), "then log in again; whoever is in that group is root on this machine"}
}
