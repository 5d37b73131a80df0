package engine

import (
	"encoding/base64"
	"os"
)

func containerFileSummaries() map[string]summariser {
	return map[string]summariser{
		"ContainerArchiveInfo": func(r *reading) (string, string) { return containerPath(r), pathStat(r) },
		"ContainerArchive":     func(r *reading) (string, string) { return containerPath(r), pathStat(r) },
		"PutContainerArchive":  putArchive,
		"ContainerExport":      func(r *reading) (string, string) { return r.name("id"), received(r) },
	}
}

func containerPath(r *reading) string { return r.name("id") + ":" + r.Call.Asks("path") }

func putArchive(r *reading) (string, string) {
	if r.RequestSize == 0 {
		return containerPath(r), ""
	}
	return containerPath(r) + " ← " + size(r.RequestSize), ""
}

// received is the size of a download once it is over.
func received(r *reading) string {
	if !r.Finished || r.ResponseSize == 0 {
		return ""
	}
	return size(r.ResponseSize)
}

// pathStat reads X-Docker-Container-Path-Stat: standard base64 of JSON with a
// Go file mode (moby api/types/container.PathStat).
func pathStat(r *reading) string {
	raw, err := base64.StdEncoding.DecodeString(r.header("X-Docker-Container-Path-Stat"))
	if err != nil || len(raw) == 0 {
		return ""
	}
	stat := body(raw)
	mode := os.FileMode(stat.number("mode"))
	if target := stat.text("linkTarget"); target != "" {
		return "link to " + target
	}
	if mode.IsDir() {
		return "folder " + mode.Perm().String()
	}
	return "file " + mode.Perm().String() + " " + size(stat.number("size"))
}
