package doctor

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"syscall"
)

func (e *examination) goos() string { return cmp.Or(e.Docker.OS, runtime.GOOS) }

// adviseStart says how a daemon on this machine is started.
func (e *examination) adviseStart() []string {
	switch {
	case e.goos() == "darwin" || e.goos() == "windows":
		return []string{"start Docker Desktop, Colima (colima start) or what else brings the daemon here"}
	case e.Exists("/.dockerenv"):
		return []string{"this is a container: start it with -v /var/run/docker.sock:/var/run/docker.sock", "or point DOCKER_HOST at a daemon"}
	case e.Exists("/run/systemd/system"):
		return []string{"sudo systemctl start docker", "why it does not run: systemctl status docker; journalctl -u docker -n 50"}
	}
	return []string{"start the daemon: sudo service docker start, or sudo dockerd"}
}

// adviseSocket is for a socket that is there and cannot be connected to.
func (e *examination) adviseSocket(err error) []string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return append([]string{"nobody listens on it any more: the daemon that made it has ended"}, e.adviseStart()...)
	case errors.Is(err, syscall.EACCES):
		return []string{"you may lack the right to a folder above it, or a security module (SELinux, AppArmor) forbids it"}
	}
	return nil
}

// adviseTCP is for a host and port that cannot be connected to.
func (e *examination) adviseTCP(err error) []string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return []string{"the name is not known here; is it written right?"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return []string{"nothing listens there; dockerd listens on TCP only when told to: dockwire certs daemon-json --help", "2375 is the port without TLS, 2376 the one with"}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return []string{"the host does not answer: is it up, and does a firewall let the port through?"}
	}
	return nil
}

// advisePing is for a connection on which no answer came.
func (e *examination) advisePing(err error) []string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return append([]string{"somebody listens and does not answer: the daemon hangs or is starting"}, e.adviseRestart()...)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return []string{"the program that listens there closes the connection: a daemon that wants TLS, one that is starting, or no Docker daemon at all"}
	}
	return nil
}

func (e *examination) adviseRestart() []string {
	if e.Exists("/run/systemd/system") && e.goos() == "linux" {
		return []string{"journalctl -u docker -n 50; sudo systemctl restart docker"}
	}
	return nil
}
