package doctor

import (
	"bufio"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// members are the users of a group, from the system's files: those that are
// listed in it, and those whose first group it is.
func members(gid int) (names []string) {
	id := strconv.Itoa(gid)
	for line := range lines("/etc/group") {
		if f := strings.Split(line, ":"); len(f) == 4 && f[2] == id {
			names = append(names, strings.FieldsFunc(f[3], func(r rune) bool { return r == ',' })...)
		}
	}
	for line := range lines("/etc/passwd") {
		if f := strings.Split(line, ":"); len(f) > 3 && f[3] == id && !slices.Contains(names, f[0]) {
			names = append(names, f[0])
		}
	}
	return names
}

// lines are those of a file; none if it cannot be read.
func lines(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		f, err := os.Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan() && yield(s.Text()); {
		}
	}
}

// usualPorts are those that Docker's documentation has for the API.
var usualPorts = []string{"2375", "2376"}

// listeningPorts are the TCP ports of the daemon that listens on a Unix socket.
// Where its descriptors cannot be looked at, as by anybody but root, they are
// Docker's usual ports, if somebody listens there.
func listeningPorts(socket string) []Port {
	if pid, inodes := processOf(socket); pid != "" {
		var all []Port
		for _, l := range listeners(filepath.Join("/proc", pid, "net")) {
			if inodes[l.inode] {
				all = append(all, Port{l.address, true})
			}
		}
		return all
	}
	var all []Port
	for _, l := range listeners("/proc/net") {
		if _, port, _ := net.SplitHostPort(l.address); slices.Contains(usualPorts, port) {
			all = append(all, Port{l.address, false})
		}
	}
	return all
}

// processOf is the dockerd that has a Unix socket, and the sockets that it has.
func processOf(socket string) (pid string, inodes map[string]bool) {
	real, err := filepath.EvalSymlinks(socket)
	if err != nil {
		real = socket
	}
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		if b, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(b), "dockerd") {
			continue
		}
		dir := filepath.Dir(name)
		fds, err := os.ReadDir(filepath.Join(dir, "fd"))
		if err != nil {
			continue
		}
		has := map[string]bool{}
		for _, fd := range fds {
			if to, err := os.Readlink(filepath.Join(dir, "fd", fd.Name())); err == nil && strings.HasPrefix(to, "socket:[") {
				has[strings.Trim(to[len("socket:"):], "[]")] = true
			}
		}
		for line := range lines(filepath.Join(dir, "net/unix")) {
			if f := strings.Fields(line); len(f) == 8 && (f[7] == socket || f[7] == real) && has[f[6]] {
				return filepath.Base(dir), has
			}
		}
	}
	return "", nil
}

type listener struct{ address, inode string }

// listeners reads /proc/net/tcp and tcp6 (proc_net_tcp of the kernel's
// documentation): state 0A is a socket that listens.
func listeners(dir string) (all []listener) {
	for _, name := range []string{"tcp", "tcp6"} {
		for line := range lines(filepath.Join(dir, name)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != "0A" {
				continue
			}
			if address := procAddress(f[1]); address != "" {
				all = append(all, listener{address, f[9]})
			}
		}
	}
	return all
}

// procAddress reads an address as the kernel writes it: words of four bytes, in
// the order of a little-endian machine, and the port, in hexadecimal.
func procAddress(s string) string {
	host, port, ok := strings.Cut(s, ":")
	b, err := hex.DecodeString(host)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || len(b)%4 != 0 {
		return ""
	}
	for i := 0; i < len(b); i += 4 {
		slices.Reverse(b[i : i+4])
	}
	return net.JoinHostPort(net.IP(b).String(), strconv.FormatUint(n, 10))
}
