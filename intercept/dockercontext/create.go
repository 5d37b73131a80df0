package dockercontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Spec is a context to be made.
type Spec struct {
	Name        string
	Host        string // what a client shall dial: unix://…, tcp://…
	Description string
	TLS         *TLSFiles // copied into the context; nil for a host without TLS
}

// Created is a context that Create made, with what it wrote.
type Created struct {
	Name  string
	dir   string // docker's configuration folder
	meta  []byte
	files map[string][]byte // TLS material by file name
}

// ErrExists says that a context of that name, or TLS files in its place,
// are there already. Create never overwrites them.
var ErrExists = errors.New("already exists")

// ErrChanged says that a context is no longer as Create wrote it.
var ErrChanged = errors.New("was changed since it was made, so it is left alone")

// docker/cli cli/context/store, ValidateContextName
var validName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$`)

// createdBy marks a context as ours. Docker keeps unknown metadata.
const createdBy = "dockwire"

// Create writes a context into docker's configuration folder dir, such that
// the docker command line sees all of it or nothing. If exactly this context
// is there already, left behind by a process that was killed, it is taken
// over.
func Create(dir string, spec Spec) (*Created, error) {
	if spec.Name == DefaultName || !validName.MatchString(spec.Name) {
		return nil, fmt.Errorf("context name %q: it needs two or more of a-z A-Z 0-9 _ . + -, a letter or digit first, and must not be %q", spec.Name, DefaultName)
	}
	c := &Created{Name: spec.Name, dir: dir}
	var err error
	if c.meta, err = spec.meta(); err != nil {
		return nil, err
	}
	if c.files, err = spec.tlsMaterial(); err != nil {
		return nil, err
	}
	if c.unchanged() == nil {
		return c, nil
	}
	if err := c.place(); err != nil {
		return nil, err
	}
	return c, nil
}

func (s Spec) meta() ([]byte, error) {
	m := metaFile{
		Name:      s.Name,
		Metadata:  map[string]any{"CreatedBy": createdBy},
		Endpoints: map[string]metaEndpoint{"docker": {Host: s.Host, SkipTLSVerify: s.TLS != nil && s.TLS.SkipVerify}},
	}
	if s.Description != "" {
		m.Metadata["Description"] = s.Description
	}
	return json.Marshal(m)
}

func (s Spec) tlsMaterial() (map[string][]byte, error) {
	files := map[string][]byte{}
	if s.TLS == nil {
		return files, nil
	}
	for name, path := range map[string]string{"ca.pem": s.TLS.CA, "cert.pem": s.TLS.Cert, "key.pem": s.TLS.Key} {
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files[name] = b
	}
	return files, nil
}

func (c *Created) metaDir() string { return metaDir(c.dir, contextID(c.Name)) }
func (c *Created) tlsDir() string  { return tlsDir(c.dir, contextID(c.Name)) }

// place prepares both folders aside and renames them into place, TLS files
// first: a rename does not go over a folder that has something in it, and
// no client sees a context whose files are still missing.
func (c *Created) place() error {
	if _, err := os.Lstat(c.metaDir()); err == nil {
		return c.exists(c.metaDir())
	}
	if _, err := os.Lstat(c.tlsDir()); err == nil {
		return c.exists(c.tlsDir())
	}
	root := filepath.Join(c.dir, "contexts")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(root, ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	if len(c.files) > 0 {
		if err := c.placeTLS(filepath.Join(aside, "tls")); err != nil {
			return err
		}
	}
	if err := c.placeMeta(filepath.Join(aside, "meta")); err != nil {
		return errors.Join(err, c.removeTLS())
	}
	return nil
}

func (c *Created) placeTLS(aside string) error {
	if err := os.MkdirAll(filepath.Join(aside, "docker"), 0o700); err != nil {
		return err
	}
	for name, b := range c.files {
		if err := os.WriteFile(filepath.Join(aside, "docker", name), b, 0o600); err != nil {
			return err
		}
	}
	return c.rename(aside, c.tlsDir(), 0o700)
}

// placeMeta uses docker's own modes: there is no secret in it.
func (c *Created) placeMeta(aside string) error {
	if err := os.Mkdir(aside, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(aside, "meta.json"), c.meta, 0o644); err != nil {
		return err
	}
	return c.rename(aside, c.metaDir(), 0o755)
}

func (c *Created) rename(from, to string, parent fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(to), parent); err != nil {
		return err
	}
	err := os.Rename(from, to)
	if err == nil {
		return nil
	}
	if _, statErr := os.Lstat(to); statErr == nil {
		return c.exists(to)
	}
	return err
}

func (c *Created) exists(path string) error {
	hint := fmt.Sprintf("choose another name, or remove it with: docker context rm %s", c.Name)
	if s, err := Load(c.dir, c.Name); err == nil && s.ours {
		hint = fmt.Sprintf("an earlier dockwire left it, pointing at %s; remove it with: docker context rm %s", s.Host, c.Name)
	}
	return fmt.Errorf("docker context %q %w (%s): %s", c.Name, ErrExists, path, hint)
}

// Remove takes the context away if it is still as Create wrote it; else it
// returns ErrChanged. A context that is gone already is no error.
func (c *Created) Remove() error {
	if err := c.unchanged(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := os.Remove(filepath.Join(c.metaDir(), "meta.json")); err != nil {
		return err
	}
	return errors.Join(os.Remove(c.metaDir()), c.removeTLS())
}

// removeTLS removes the files that were written and the folders that are empty
// then.
func (c *Created) removeTLS() error {
	if len(c.files) == 0 {
		return nil
	}
	var errs []error
	for name := range c.files {
		errs = append(errs, os.Remove(filepath.Join(c.tlsDir(), "docker", name)))
	}
	errs = append(errs, os.Remove(filepath.Join(c.tlsDir(), "docker")), os.Remove(c.tlsDir()))
	return errors.Join(errs...)
}

// unchanged compares every file of the context with what was written.
func (c *Created) unchanged() error {
	meta, err := os.ReadFile(filepath.Join(c.metaDir(), "meta.json"))
	if err != nil {
		return err
	}
	same := bytes.Equal(meta, c.meta)
	for _, name := range []string{"ca.pem", "cert.pem", "key.pem"} {
		b, err := os.ReadFile(filepath.Join(c.tlsDir(), "docker", name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		want, has := c.files[name]
		same = same && has == (err == nil) && bytes.Equal(b, want)
	}
	if !same {
		return fmt.Errorf("docker context %q %w", c.Name, ErrChanged)
	}
	return nil
}
