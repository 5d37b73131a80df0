package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// AddVolatile adds places to the settings beside a recording, each with a
// remark. What is there already stays as it is, comments included. It returns
// how many are new.
func AddVolatile(recording string, places, remarks []string) (added int, err error) {
	name := recording + SettingsSuffix
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return 0, fmt.Errorf("%s: it has no settings, but something else", name)
	}
	list := volatileIn(root)
	known := map[string]bool{}
	for _, n := range list.Content {
		known[n.Value] = true
	}
	for i, place := range places {
		if !known[place] {
			added++
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: place, LineComment: remarks[i]})
		}
	}
	if added == 0 {
		return 0, nil
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(&doc), e.Close()); err != nil {
		return 0, err
	}
	// Beside it first: a full disk must not cost the settings that were there.
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	if old, err := os.Stat(name); err == nil {
		_ = f.Chmod(old.Mode().Perm()) // else only its owner can read it
	}
	_, err = f.Write(out.Bytes())
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	return added, os.Rename(f.Name(), name)
}

// volatileIn is the list of volatile places, made if there is none.
func volatileIn(root *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "volatile" && root.Content[i+1].Kind == yaml.SequenceNode {
			return root.Content[i+1]
		}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "volatile"}, list)
	return list
}
