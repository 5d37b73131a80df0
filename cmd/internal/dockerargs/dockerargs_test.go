package dockerargs

import (
	"strings"
	"testing"
)

const runHelp = `
Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

Create and run a new container from an image

Options:
      --add-host list                    Add a custom host-to-IP mapping (host:ip)
  -d, --detach                           Run container in background and print
                                         container ID
  -e, --env list                         Set environment variables
  -i, --interactive                      Keep STDIN open even if not attached
      --name string                      Assign a name to the container
  -p, --publish list                     Publish a container's port(s) to the host
      --rm                               Automatically remove the container
  -t, --tty                              Allocate a pseudo-TTY
`

func TestSplitAndWithout(t *testing.T) {
	h := ParseHelp(runHelp)
	if len(h.Flags) != 8 || !h.Stops || h.Group {
		t.Fatalf("%+v", h)
	}
	if got := h.long("detach").Usage; got != "Run container in background and print container ID" {
		t.Errorf("a wrapped description: %q", got)
	}
	for _, c := range []struct{ line, parts, without string }{
		{"-d -p 80:80 nginx", "-d|-p 80:80|nginx", "-p 80:80 nginx|-d nginx|-d -p 80:80"},
		{"-it busybox sh -c -d", "-i|-t|busybox|sh|-c|-d", "-t busybox sh -c -d|-i busybox sh -c -d"},
		{"-itp 80:80 x", "-i|-t|-p 80:80|x", "-tp 80:80 x|-ip 80:80 x|-it x"},
		{"-p80:80 x", "-p80:80|x", "x"},
		{"--name=web --rm x", "--name=web|--rm|x", "--rm x|--name=web x"},
		{"--name web -- x", "--name web|x", "-- x"},
		{"--unknown x --name y", "--unknown|x|--name|y", "x --name y"},
		{"-zq x", "-zq|x", "x"},
	} {
		args := strings.Fields(c.line)
		var parts, without []string
		for _, p := range h.Split(args) {
			parts = append(parts, p.Text)
			without = append(without, strings.Join(Without(args, p), " "))
		}
		if got := strings.Join(parts, "|"); got != c.parts {
			t.Errorf("%s: parts %s, want %s", c.line, got, c.parts)
		}
		want := strings.Split(c.without, "|")
		for i, w := range want {
			if without[i] != w {
				t.Errorf("%s: without %s: %q, want %q", c.line, parts[i], without[i], w)
			}
		}
	}
}

func TestHelpOfAGroup(t *testing.T) {
	if h := ParseHelp("\nUsage:  docker container COMMAND\n\nManage containers\n"); !h.Group || h.Stops {
		t.Errorf("%+v", h)
	}
}
