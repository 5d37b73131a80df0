// Package config reads what a person set for the screen: theme, mouse, keys.
//
//	theme: light            # dark, light, 16, mono
//	mouse: false
//	keys:
//	  follow: [F, ctrl-f]   # instead of those that the help shows
//
// It knows no files: the caller brings the bytes.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"

	"github.com/dockwire/dockwire/ui/tui/keys"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

// Config is what can be set. The zero value sets nothing.
type Config struct {
	Theme string              `yaml:"theme"`
	Mouse *bool               `yaml:"mouse"`
	Keys  map[string][]string `yaml:"keys"` // by action
}

// Parse reads a configuration. actions tells which actions there are.
func Parse(b []byte, actions func(string) bool) (Config, error) {
	var c Config
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, err
	}
	if c.Theme != "" {
		if _, err := theme.Named(c.Theme); err != nil {
			return Config{}, err
		}
	}
	for action, names := range c.Keys {
		if !actions(action) {
			return Config{}, fmt.Errorf("keys: there is no action %q (the help shows their names)", action)
		}
		for _, n := range names {
			if err := keys.Check(n); err != nil {
				return Config{}, fmt.Errorf("keys: %s: %w", action, err)
			}
		}
	}
	return c, nil
}
