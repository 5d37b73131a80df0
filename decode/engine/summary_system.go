package engine

import (
	"cmp"
	"fmt"
	"strings"
)

func systemSummaries() map[string]summariser {
	return map[string]summariser{
		"SystemAuth":      systemAuth,
		"SystemInfo":      systemInfo,
		"SystemVersion":   systemVersion,
		"SystemPing":      ping,
		"SystemPingHead":  ping,
		"SystemOptions":   func(r *reading) (string, string) { return "/" + r.Call.Param("anyroute"), "" },
		"SystemEvents":    systemEvents,
		"SystemDataUsage": systemDataUsage,
	}
}

func systemAuth(r *reading) (string, string) {
	return cmp.Or(r.req.text("serveraddress"), "default registry"), r.res.text("Status")
}

func systemInfo(r *reading) (string, string) {
	if len(r.res) == 0 {
		return "", ""
	}
	return "", fmt.Sprintf("%s, %s, %s", spaced("Docker", r.res.text("ServerVersion"), r.res.text("OSType"), r.res.text("Architecture")),
		counted(int(r.res.number("Containers")), true, "container"), counted(int(r.res.number("Images")), true, "image"))
}

func systemVersion(r *reading) (string, string) {
	version := r.res.text("Version")
	if version == "" {
		return "", ""
	}
	return "", spaced(version, "API", r.res.text("ApiVersion"), r.res.text("Os"), r.res.text("Arch"))
}

// ping: the answer is in the headers (moby daemon/server/router/system).
func ping(r *reading) (string, string) {
	api := r.header("Api-Version")
	if api == "" {
		return "", ""
	}
	builder := ""
	switch r.header("Builder-Version") {
	case "1":
		builder = "classic builder"
	case "2":
		builder = "BuildKit"
	}
	return "", spaced("API", api, builder)
}

func systemEvents(r *reading) (string, string) {
	what := spaced(filters(r), option("since", r.Call.Asks("since")), option("until", r.Call.Asks("until")))
	if r.Progress.Events == 0 {
		return what, ""
	}
	return what, counted(r.Progress.Events, true, "event") + ", last " + r.Progress.LastEvent
}

// systemDataUsage reads both shapes: totals since API 1.52, lists before.
func systemDataUsage(r *reading) (string, string) {
	outcome := ""
	for _, part := range []struct{ noun, usage, list, size string }{
		{"images", "ImageUsage", "Images", "LayersSize"},
		{"containers", "ContainerUsage", "Containers", ""},
		{"volumes", "VolumeUsage", "Volumes", ""},
		{"build cache", "BuildCacheUsage", "BuildCache", ""},
	} {
		words := part.noun
		switch {
		case r.res.at(part.usage) != nil:
			words += " " + size(r.res.number(part.usage, "TotalSize"))
		case part.size != "" && r.res.text(part.size) != "":
			words += " " + size(r.res.number(part.size))
		case r.res.at(part.list) != nil:
			n, _ := r.res.count(part.list)
			words = fmt.Sprintf("%d %s", n, strings.Replace(part.noun, "build cache", "cache records", 1))
		default:
			continue
		}
		if outcome != "" {
			outcome += ", "
		}
		outcome += words
	}
	return r.Call.Asks("type"), outcome
}
