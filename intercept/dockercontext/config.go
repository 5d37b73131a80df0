package dockercontext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Config is the part of docker's config.json that matters here.
type Config struct {
	CurrentContext   string   `json:"currentContext"`
	PluginsExtraDirs []string `json:"cliPluginsExtraDirs"`
}

// LoadConfig reads config.json in docker's configuration folder. No file, or
// an empty one, is an empty Config.
//
// As in docker, what could be read is returned beside an error: docker warns
// of a broken file and goes on.
func LoadConfig(dir string) (Config, error) {
	var c Config
	path := filepath.Join(dir, "config.json")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer f.Close()
	// A Decoder, as in docker: what follows the first value is not looked at.
	if err := json.NewDecoder(f).Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
