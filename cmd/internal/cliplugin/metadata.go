package cliplugin

import (
	"encoding/json"
	"io"
)

// WriteMetadata writes the plugin's metadata. Docker asks for it before each
// call and for every `docker --help`, so nothing may take long before it.
//
// SchemaVersion is the one that all docker command lines take: those before
// 28.4.1 take no other (docker/cli cli-plugins/manager).
func WriteMetadata(w io.Writer, version string) error {
	return json.NewEncoder(w).Encode(struct {
		SchemaVersion    string
		Vendor           string
		Version          string
		ShortDescription string
		URL              string
	}{
		SchemaVersion:    "0.1.0",
		Vendor:           "dockwire",
		Version:          version,
		ShortDescription: "See, record and replay what Docker clients and the daemon say to each other",
		URL:              "https://github.com/dockwire/dockwire",
	})
}
