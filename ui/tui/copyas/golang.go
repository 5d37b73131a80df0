package copyas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dockwire/dockwire/ui/model"
)

// asGo is the call as a Go program that needs nothing but Go.
func asGo(d *model.Detail, upstream string) string {
	to := daemonAt(upstream)
	imports := []string{"context", "fmt", "io", "net", "net/http", "os"}
	var b, config strings.Builder
	if strings.HasPrefix(to.base, "https:") {
		imports = append(imports, "crypto/tls", "crypto/x509")
		b.WriteString("\tcert, err := tls.LoadX509KeyPair(\"cert.pem\", \"key.pem\")\n\tcheck(err)\n\tca, err := os.ReadFile(\"ca.pem\")\n\tcheck(err)\n\troots := x509.NewCertPool()\n\troots.AppendCertsFromPEM(ca)\n")
		config.WriteString("\t\tTLSClientConfig: &tls.Config{Certificates: []tls.Certificate{cert}, RootCAs: roots},\n")
	}
	body := "nil"
	if text, ok := smallBody(d); ok {
		imports = append(imports, "strings")
		body = "strings.NewReader(" + goString(text) + ")"
	} else if bodySize(d) > 0 {
		body = "body"
		b.WriteString("\tbody, err := os.Open(\"FILE\")\n\tcheck(err)\n")
	}
	fmt.Fprintf(&b, "\tclient := &http.Client{Transport: &http.Transport{\n\t\tDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {\n\t\t\treturn new(net.Dialer).DialContext(ctx, %q, %q)\n\t\t},\n%s\t}}\n", to.network, to.address, config.String())
	fmt.Fprintf(&b, "\treq, err := http.NewRequest(%q, %q, %s)\n\tcheck(err)\n", d.Method, to.base+d.Target, body)
	for _, f := range d.Request.Fields {
		if !hopHeaders[strings.ToLower(f.Name)] {
			fmt.Fprintf(&b, "\treq.Header.Add(%q, %q)\n", f.Name, f.Value)
		}
	}
	b.WriteString("\tres, err := client.Do(req)\n\tcheck(err)\n\tdefer res.Body.Close()\n\tfmt.Println(res.StatusCode)\n\t_, err = io.Copy(os.Stdout, res.Body)\n\tcheck(err)\n}\n\n")
	b.WriteString("func check(err error) {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n")
	slices.Sort(imports)
	return "package main\n\nimport (\n\t\"" + strings.Join(imports, "\"\n\t\"") + "\"\n)\n\nfunc main() {\n" + b.String() + remark(d, to, "// ")
}

func goString(s string) string {
	if !strings.Contains(s, "`") && utf8.ValidString(s) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
