package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/decode/filter"
)

// filterHelp is `dockwire help filter`: the filter language, from the table
// that its parser uses.
func filterHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "filter",
		Short: "The filter language of -f",
		Long:  filterText(),
	}
}

func filterText() string {
	var b strings.Builder
	b.WriteString(`A filter picks exchanges: terms, joined by and, or, not and parentheses. Terms
side by side are joined by and.

  op:Container* status>=400          calls about containers that failed
  took>1s or up>10MB                 slow ones, and big uploads
  not (op:SystemPing* or op:Events)
  path~/images/ res.body~"no space"  ~ takes a regular expression
  nginx                              the word in operation, path or summary

Fields:
`)
	for _, f := range filter.Fields() {
		fmt.Fprintf(&b, "  %-12s %s\n", f.Name, f.Doc)
	}
	return b.String()
}
