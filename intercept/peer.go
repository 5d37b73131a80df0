package intercept

import (
	"net"
	"os/user"
	"strconv"
	"sync"

	"github.com/dockwire/dockwire/intercept/peercred"
)

// peerOf asks the kernel for the process on the other side. What the kernel does
// not know stays zero.
func (s *Server) peerOf(c conn) Peer {
	if t, ok := c.(*tlsConn); ok {
		return Peer{Address: t.RemoteAddr().String(), Name: verifiedName(t)}
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		return Peer{Address: c.RemoteAddr().String()}
	}
	cred := peercred.Of(u)
	p := Peer{PID: cred.PID, UID: cred.UID, HasUID: cred.HasUID}
	if p.PID > 0 {
		p.Command = s.commands.of(p.PID)
	}
	if p.HasUID {
		p.User = s.users.name(p.UID)
	}
	return p
}

// users remembers the names of user ids. There is a file of them to read, and
// connections come by the hundred from the same few users.
type users struct {
	mu    sync.Mutex
	names map[int]string
}

// name is "" for a user id without a name.
func (u *users) name(uid int) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	name, ok := u.names[uid]
	if ok {
		return name
	}
	if acct, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		name = acct.Username
	}
	if u.names == nil {
		u.names = make(map[int]string)
	}
	u.names[uid] = name
	return name
}
