package intercept

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sshRig has a shell script for ssh.
func sshRig(t *testing.T, script string) *rig {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return newRig(t, "unix", "unix", apologise, func(c *Config) {
		c.Upstream = Endpoint{Scheme: "ssh", Address: "me@far.test:2222/run/d.sock"}
	})
}

func TestSSHHalfClose(t *testing.T) {
	r := sshRig(t, "cat")
	client := r.dial()
	write(t, client, "there and back")
	wantRead(t, client, "there and back")
	client.CloseWrite()
	wantEOF(t, client)
	if end := r.tap.ending(t, 0); end.How != HowEOF || end.Err != nil {
		t.Errorf("ended %+v", end)
	}
}

// What ssh is called with is what docker calls it with.
func TestSSHArguments(t *testing.T) {
	r := sshRig(t, `for a; do printf '[%s]' "$a"; done`)
	client := r.dial()
	wantRead(t, client, "[-l][me][-p][2222][-o][ConnectTimeout=30][-T][--][far.test][docker '--host=unix:///run/d.sock' system dial-stdio]")
	wantEOF(t, client)
}

func TestSSHThatDoesNotGetThrough(t *testing.T) {
	r := sshRig(t, "echo 'me@far.test: Permission denied (publickey).' >&2; exit 255")
	client := r.dial()
	write(t, client, "GET /_ping HTTP/1.1\r\n\r\n")
	wantRead(t, client, sorry)
	wantEOF(t, client)
	client.Close()
	var down *UpstreamError
	end := r.tap.ending(t, 0)
	if end.By != Proxy || !errors.As(end.Err, &down) || !strings.HasSuffix(end.Err.Error(), "ssh: exit status 255: me@far.test: Permission denied (publickey).") {
		t.Errorf("ended %+v", end)
	}
}

func TestSSHThatIsNotThere(t *testing.T) {
	r := sshRig(t, "")
	t.Setenv("PATH", "")
	client := r.dial()
	write(t, client, "GET /_ping HTTP/1.1\r\n\r\n")
	wantRead(t, client, sorry)
	if err := r.errs.all()[0]; !strings.Contains(err.Error(), "cannot start ssh") {
		t.Error(err)
	}
}

// A connection that is lost in the middle is not an orderly end.
func TestSSHThatFails(t *testing.T) {
	r := sshRig(t, "echo hello; echo 'Connection to far.test closed by remote host.' >&2; exit 255")
	client := r.dial()
	wantRead(t, client, "hello\n")
	end := r.tap.ending(t, 0)
	if end.By != Upstream || end.How != HowError || !strings.Contains(end.Err.Error(), "closed by remote host") {
		t.Errorf("ended %+v", end)
	}
}

// A client that goes away ends its ssh; closing the server ends the others.
func TestSSHEndsWithItsClient(t *testing.T) {
	r := sshRig(t, "echo $$; exec sleep 1000")
	var clients []conn
	for range 2 {
		c := r.dial()
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	clients[0].Close()
	for number := range 2 {
		c := r.tap.wait(t, number, "the greeting", func(c *connLog) bool { return c.chunks[Response] > 0 })
		if number == 1 {
			r.close()
		}
		r.tap.ending(t, number)
		pid := strings.TrimSpace(c.bytes[Response].String())
		eventually(t, "ssh has ended", func() bool {
			_, err := os.Stat("/proc/" + pid)
			return err != nil
		})
	}
}
