package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const configFile = "config.json"

// lentConfig is docker's configuration folder as a command sees it whose daemon
// has proxies of its own in config.json. docker looks for them by the daemon's
// address, and the command's is a private socket. So it gets a folder in which
// config.json names that socket, too, and everything else is the user's own.
type lentConfig struct {
	real, dir string
	host      string // the private socket
	lent      []byte // config.json as the command found it
	lock      *os.File
}

// lendConfig makes such a folder, within the user's own, as there may be
// credentials in the file. nil: nothing is needed.
func lendConfig(real, daemon, host string) (*lentConfig, error) {
	b, err := os.ReadFile(filepath.Join(real, configFile))
	if err != nil {
		return nil, nil // docker says what is wrong with it
	}
	lent, err := withProxies(b, func(proxies map[string]json.RawMessage) bool {
		own, ok := proxies[daemon]
		proxies[host] = own
		return ok
	})
	if lent == nil || err != nil {
		return nil, nil
	}
	dir, err := os.MkdirTemp(real, lentPrefix)
	if err != nil {
		return nil, err
	}
	c := &lentConfig{real: real, dir: dir, host: host, lent: lent}
	if err := c.fill(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c.lock, _ = hold(dir) // else nobody removes it for us
	return c, nil
}

const lentPrefix = ".dockwire-"

// clearLent removes what a dockwire that was killed left in docker's folder: there
// are credentials in it. The lock ends with its process; one that is just being
// made has none yet.
func clearLent(real string) {
	left, _ := filepath.Glob(filepath.Join(real, lentPrefix+"*"))
	for _, path := range left {
		info, err := os.Lstat(path)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		f, err := hold(path)
		if err != nil {
			continue
		}
		f.Close()
		if err := os.RemoveAll(path); err != nil {
			say("warning: a dockwire that was killed left a copy of docker's configuration: remove %s", path)
			continue
		}
		say("removed %s: a dockwire that was killed had left it, a copy of docker's configuration", path)
	}
}

func (c *lentConfig) fill() error {
	entries, err := os.ReadDir(c.real)
	for _, e := range entries {
		if name := e.Name(); name != configFile && !strings.HasPrefix(name, lentPrefix) {
			err = errors.Join(err, os.Symlink(filepath.Join(c.real, name), filepath.Join(c.dir, name)))
		}
	}
	return errors.Join(err, os.WriteFile(filepath.Join(c.dir, configFile), c.lent, 0o600))
}

// withProxies returns config with other proxies; nil if change says no.
func withProxies(config []byte, change func(map[string]json.RawMessage) bool) ([]byte, error) {
	var all, proxies map[string]json.RawMessage
	if err := json.Unmarshal(config, &all); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(all["proxies"], &proxies); err != nil || !change(proxies) {
		return nil, err
	}
	p, err := json.Marshal(proxies)
	if err != nil {
		return nil, err
	}
	all["proxies"] = p
	return json.MarshalIndent(all, "", "\t")
}

// env adds the folder to the environment of the command.
func (c *lentConfig) env(env []string) []string {
	if c == nil {
		return env
	}
	return append(env, "DOCKER_CONFIG="+c.dir)
}

// takeBack keeps what the command changed, a login for example, and removes
// the folder: there are credentials in it.
func (c *lentConfig) takeBack() error {
	if c == nil {
		return nil
	}
	err := errors.Join(c.keepConfig(), c.keepNew())
	c.lock.Close()
	return errors.Join(err, os.RemoveAll(c.dir))
}

func (c *lentConfig) keepConfig() error {
	now, err := os.ReadFile(filepath.Join(c.dir, configFile))
	if err != nil || bytes.Equal(now, c.lent) {
		return err
	}
	back, err := withProxies(now, func(proxies map[string]json.RawMessage) bool {
		delete(proxies, c.host)
		return true
	})
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(c.real, configFile), back)
}

// keepNew moves what is new in the folder to the user's.
func (c *lentConfig) keepNew() error {
	entries, err := os.ReadDir(c.dir)
	for _, e := range entries {
		to := filepath.Join(c.real, e.Name())
		if e.Type()&fs.ModeSymlink != 0 || e.Name() == configFile {
			continue
		}
		if _, e := os.Lstat(to); e == nil {
			continue // another command made it meanwhile
		}
		err = errors.Join(err, os.Rename(filepath.Join(c.dir, e.Name()), to))
	}
	return err
}

// replaceFile writes a file so that readers find the old one or the new one,
// where a symbolic link leads as docker does.
func replaceFile(path string, b []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := fs.FileMode(0o600)
	if old, err := os.Stat(path); err == nil {
		mode = old.Mode().Perm()
	}
	return replaceWhole(path, lentPrefix, mode, b)
}
