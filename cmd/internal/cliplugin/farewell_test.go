package cliplugin

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestAwait(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir, err := os.MkdirTemp("", "dwp") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ended := make(chan struct{})
	Await(l.Addr().String(), func() { close(ended) })
	docker, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docker.Write([]byte("x")); err != nil { // what is said does not matter
		t.Fatal(err)
	}
	select {
	case <-ended:
		t.Fatal("ended while docker was there")
	default:
	}
	docker.Close()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("docker is gone and nobody noticed")
	}
}

func TestAwaitWithoutDocker(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, address := range []string{"", filepath.Join(t.TempDir(), "nobody")} {
		Await(address, func() { t.Errorf("%q: there was no docker to end", address) })
	}
}
