package dockercontext

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DefaultName is the context that is not on disk: flags and environment.
const DefaultName = "default"

// Stored is a context on disk.
type Stored struct {
	Name        string
	Description string
	Host        string    // as written, possibly empty
	TLS         *TLSFiles // nil when the context has neither TLS files nor SkipTLSVerify

	// Err says why the context cannot be used; the other fields are then what
	// could be read.
	Err error

	godebug string
	ours    bool // made by Create
}

// NotFoundError says that there is no context of that name.
type NotFoundError struct {
	Name  string
	Known []string // names of the contexts that can be used
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("docker context %q does not exist; there are: %s", e.Name, strings.Join(e.Known, ", "))
}

// Layout of docker/cli cli/context/store: contexts/meta/ID/meta.json and
// contexts/tls/ID/docker/{ca,cert,key}.pem, where ID is the SHA-256 of the name.
func contextID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

func metaDir(dir, id string) string { return filepath.Join(dir, "contexts", "meta", id) }
func tlsDir(dir, id string) string  { return filepath.Join(dir, "contexts", "tls", id) }

type metaFile struct {
	Name      string
	Metadata  map[string]any          `json:",omitempty"`
	Endpoints map[string]metaEndpoint `json:",omitempty"`
}

type metaEndpoint struct {
	Host          string `json:",omitempty"`
	SkipTLSVerify bool
}

// Load reads one context of docker's configuration folder dir. Its error is a
// *NotFoundError, or names the file that is broken.
func Load(dir, name string) (Stored, error) {
	id := contextID(name)
	file := filepath.Join(metaDir(dir, id), "meta.json")
	s := readStored(dir, id, file)
	if errors.Is(s.Err, fs.ErrNotExist) {
		known := []string{DefaultName}
		for _, other := range List(dir) {
			if other.Err == nil {
				known = append(known, other.Name)
			}
		}
		return s, &NotFoundError{Name: name, Known: known}
	}
	s.Name = name
	return s, s.Err
}

// List returns the contexts on disk by name. Broken ones are among them, with
// Err set, and called by the name of their folder if their own is not readable.
func List(dir string) []Stored {
	var all []Stored
	root := metaDir(dir, "")
	// Docker walks down too. What cannot be read is left out, as the caller
	// has no better use for it.
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if d.IsDir() || d.Name() != "meta.json" {
			return nil
		}
		id, _ := filepath.Rel(root, filepath.Dir(path))
		s := readStored(dir, id, path)
		s.Name = cmp.Or(s.Name, id)
		all = append(all, s)
		return nil
	})
	slices.SortFunc(all, func(a, b Stored) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func readStored(dir, id, file string) (s Stored) {
	b, err := os.ReadFile(file)
	if err != nil {
		s.Err = err
		return s
	}
	var m metaFile
	if err := json.Unmarshal(b, &m); err != nil {
		s.Err = fmt.Errorf("docker context file %s is broken: %w", file, err)
		return s
	}
	s.Name = m.Name
	s.Description, _ = m.Metadata["Description"].(string)
	s.godebug, _ = m.Metadata["GODEBUG"].(string)
	s.ours = m.Metadata["CreatedBy"] == createdBy
	ep, ok := m.Endpoints["docker"]
	if !ok {
		s.Err = fmt.Errorf("docker context file %s has no docker endpoint", file)
		return s
	}
	s.Host = ep.Host
	s.TLS, s.Err = storedTLS(filepath.Join(tlsDir(dir, id), "docker"), ep.SkipTLSVerify)
	return s
}

// storedTLS finds a context's TLS files. A folder without files still turns
// TLS on, with the system's authorities.
func storedTLS(dir string, skipVerify bool) (*TLSFiles, error) {
	t := TLSFiles{SkipVerify: skipVerify}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if !skipVerify {
			return nil, nil
		}
		return &t, nil
	}
	for name, field := range map[string]*string{"ca.pem": &t.CA, "cert.pem": &t.Cert, "key.pem": &t.Key} {
		path := filepath.Join(dir, name)
		switch err := readable(path); {
		case err == nil:
			*field = path
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return &t, nil
}

// readable opens and closes a file: the error names it.
func readable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}
