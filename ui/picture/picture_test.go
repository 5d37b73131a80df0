package picture

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/ui/emulator"
)

func TestDraw(t *testing.T) {
	screen := emulator.New(24, 2, 0)
	screen.Write([]byte("a<b \x1b[1;38;2;1;2;3mbold\x1b[0m  ──│\r\n\x1b[48;2;9;9;9m x \x1b[4my"))
	var out bytes.Buffer
	Draw(&out, screen.Cells())
	for _, part := range []string{
		`>a&lt;b</text>`, `fill="#010203" textLength="33.6" font-weight="bold">bold</text>`,
		`width="16.8" height="1.0"`, `fill="#090909"`, `text-decoration="underline">y</text>`,
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %s in\n%s", part, out.String())
		}
	}
	for d := xml.NewDecoder(&out); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
