// Package config reads what a person set for the screen: theme, mouse, keys.
//
//	theme: light            # dark, light, 16, mono
//	mouse: false
//	keys:
//	  follow: [F, ctrl-f]   # instead of those that the help shows; taken from
//	                        # whatever else had them
//
// It knows no files: the caller brings the bytes.
package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/dockwire/dockwire/ui/tui/keys"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

// Config is what can be set. The zero value sets nothing.
type Config struct {
	Theme string
	Mouse *bool
	Keys  map[string][]string // by action
}

// Parse reads a configuration. actions tells which actions there are. Errors
// name the line.
func Parse(b []byte, actions func(string) bool) (Config, error) {
	var c Config
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return Config{}, err
	}
	if len(doc.Content) == 0 {
		return c, nil // empty, or comments alone
	}
	err := members(doc.Content[0], "theme, mouse and keys", func(name, value *yaml.Node) error {
		switch name.Value {
		case "theme":
			c.Theme = value.Value
			_, err := theme.Named(c.Theme)
			return err
		case "mouse":
			if value.Decode(&c.Mouse) != nil {
				return fmt.Errorf("mouse is %q: true or false is expected", value.Value)
			}
			return nil
		case "keys":
			c.Keys = map[string][]string{}
			return members(value, "actions with their keys", func(name, value *yaml.Node) error {
				if !actions(name.Value) {
					return fmt.Errorf("keys: there is no action %q (the help shows their names)", name.Value)
				}
				names, err := keyNames(value)
				c.Keys[name.Value] = names
				return err
			})
		}
		return fmt.Errorf("there is no setting %q: theme, mouse and keys can be set", name.Value)
	})
	if err != nil {
		return Config{}, err
	}
	return c, nil
}

// members goes through the members of a mapping; an error gets its line.
func members(n *yaml.Node, what string, each func(name, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return at(n, fmt.Errorf("%s are expected here, as name: value", what))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := each(n.Content[i], n.Content[i+1]); err != nil {
			return at(n.Content[i], err)
		}
	}
	return nil
}

// located is an error that knows its line.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

func at(n *yaml.Node, err error) error {
	if _, knows := err.(located); knows {
		return err
	}
	return located{fmt.Errorf("line %d: %w", n.Line, err)}
}

// keyNames reads one key, or a list of keys.
func keyNames(n *yaml.Node) ([]string, error) {
	all := n.Content
	if n.Kind == yaml.ScalarNode {
		all = []*yaml.Node{n}
	}
	names := []string{}
	for _, k := range all {
		if err := keys.Check(k.Value); err != nil {
			return nil, at(k, fmt.Errorf("keys: %w", err))
		}
		names = append(names, k.Value)
	}
	return names, nil
}
