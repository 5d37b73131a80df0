package doctor

import (
	"io/fs"
	"strings"
	"testing"
)

func TestAccess(t *testing.T) {
	const me, root, docker = 1000, 0, 999
	for _, c := range []struct {
		name   string
		mode   fs.FileMode
		uid    int
		gid    int
		person Person
		state  State
		says   string
	}{
		{"root", 0o600, root, root, Person{UID: 0}, OK, "as root"},
		{"root and another's socket", 0o600, me, me, Person{UID: 0}, OK, "as root"},
		{"owner", 0o600, me, me, Person{UID: me}, OK, "the owner"},
		{"owner without the right", 0o060, me, docker, Person{UID: me, Groups: []int{docker}}, Failed, "the owner"},
		{"in the group", 0o660, root, docker, Person{UID: me, Groups: []int{docker}}, OK, "in group docker"},
		{"put in the group after login", 0o660, root, docker, Person{UID: me, Listed: []int{docker}}, Failed, "newgrp docker"},
		{"not in the group", 0o660, root, docker, Person{UID: me}, Failed, "sudo usermod -aG docker me"},
		{"the group has no right", 0o600, root, docker, Person{UID: me, Groups: []int{docker}}, Failed, "only root may use it"},
		{"root's group", 0o660, root, root, Person{UID: me}, Failed, "only root may use it"},
		{"everybody", 0o666, root, docker, Person{UID: me}, Warning, "everybody on this machine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.person.Name = "me"
			e := &examination{Input: Input{Person: c.person}}
			may := e.access(owned{Mode: c.mode, UID: c.uid, GID: c.gid, Owner: map[int]string{me: "me", root: "root"}[c.uid], Group: map[int]string{me: "me", root: "root", docker: "docker"}[c.gid]})
			f := e.report.Findings[0]
			if f.State != c.state || may != (c.state != Failed) {
				t.Errorf("%v, may %v: %+v", f.State, may, f)
			}
			if all := f.Detail + "\n" + strings.Join(f.Advice, "\n"); !strings.Contains(all, c.says) {
				t.Errorf("%q is not in %q", c.says, all)
			}
		})
	}
}
