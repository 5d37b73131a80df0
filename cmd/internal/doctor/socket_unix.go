//go:build unix

package doctor

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

func ownership(info fs.FileInfo) (owned, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owned{}, false
	}
	o := owned{Mode: info.Mode(), UID: int(stat.Uid), GID: int(stat.Gid)}
	o.Owner, o.Group = strconv.Itoa(o.UID), strconv.Itoa(o.GID)
	if u, err := user.LookupId(o.Owner); err == nil {
		o.Owner = u.Username
	}
	if g, err := user.LookupGroupId(o.Group); err == nil {
		o.Group = g.Name
	}
	return o, true
}

// self is the person that this process belongs to.
func self() Person {
	p := Person{UID: os.Getuid(), Name: strconv.Itoa(os.Getuid())}
	p.Groups, _ = os.Getgroups()
	p.Groups = append(p.Groups, os.Getegid())
	u, err := user.LookupId(p.Name)
	if err != nil {
		return p
	}
	p.Name = u.Username
	listed, _ := u.GroupIds()
	for _, id := range listed {
		if n, err := strconv.Atoi(id); err == nil {
			p.Listed = append(p.Listed, n)
		}
	}
	return p
}
