package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// every calls look with each command that people see.
func every(c *cobra.Command, look func(*cobra.Command)) {
	look(c)
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			every(sub, look)
		}
	}
}

func TestFlagsNameTheirValue(t *testing.T) {
	every(rootCommand(), func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() == "bool" || f.Name == "help" {
				return
			}
			if name, _ := pflag.UnquoteUsage(f); name != strings.ToUpper(name) {
				t.Errorf("%s --%s shows its value as %q: put a NAME in backquotes into its usage", c.CommandPath(), f.Name, name)
			}
		})
	})
}

func TestCommandsAreInAGroup(t *testing.T) {
	for _, c := range rootCommand().Commands() {
		if c.GroupID == "" && !c.Hidden {
			t.Errorf("%s is in no group of root.go", c.Name())
		}
	}
}

func TestUnknownCommands(t *testing.T) {
	for word, hint := range map[string]string{
		"record": "dockwire run -o FILE",
		"pritn":  "did you mean dockwire print?",
		"stats":  "dockwire view FILE",
		"zzzzzz": "dockwire --help",
	} {
		root := rootCommand()
		root.SetArgs([]string{word})
		if err := root.Execute(); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("dockwire %s: %v, want a hint at %q", word, err, hint)
		}
	}
	for word := range elsewhere {
		for _, c := range rootCommand().Commands() {
			if c.Name() == word {
				t.Errorf("%q is a command now: take it out of elsewhere", word)
			}
		}
	}
}
