package engine

import (
	"fmt"
	"strings"
)

func pluginSummaries() map[string]summariser {
	return map[string]summariser{
		"PluginList":          func(r *reading) (string, string) { return filters(r), countOf(r.res, "plugin") },
		"GetPluginPrivileges": func(r *reading) (string, string) { return r.Call.Asks("remote"), countOf(r.res, "privilege") },
		"PluginPull":          pluginPull,
		"PluginInspect":       pluginInspect,
		"PluginDelete":        func(r *reading) (string, string) { return spaced(r.name("name"), flag(r.on("force"), "force")), "" },
		"PluginEnable":        func(r *reading) (string, string) { return r.name("name"), "" },
		"PluginDisable":       func(r *reading) (string, string) { return spaced(r.name("name"), flag(r.on("force"), "force")), "" },
		"PluginUpgrade":       pluginPull,
		"PluginCreate":        pluginCreate,
		"PluginPush":          imagePush,
		"PluginSet":           pluginSet,
	}
}

func pluginPull(r *reading) (string, string) {
	what := r.Call.Asks("remote")
	if local := r.Call.Asks("name"); local != "" {
		what += " as " + local
	} else if name := r.name("name"); name != "" {
		what = name + " ← " + what
	}
	if !r.Finished && r.Progress.Values > 0 {
		return spaced(what, running(r.Progress)), ""
	}
	return what, shortDigest(r.Progress.Digest)
}

func pluginInspect(r *reading) (string, string) {
	switch r.res.text("Enabled") {
	case "true":
		return r.name("name"), "enabled"
	case "false":
		return r.name("name"), "disabled"
	}
	return r.name("name"), ""
}

func pluginCreate(r *reading) (string, string) {
	if r.RequestSize == 0 {
		return r.Call.Asks("name"), ""
	}
	return fmt.Sprintf("%s ← %s", r.Call.Asks("name"), size(r.RequestSize)), ""
}

// pluginSet names the settings, not their values, which may be secret.
func pluginSet(r *reading) (string, string) {
	what := r.name("name")
	for _, pair := range r.req.strings() {
		name, _, _ := strings.Cut(pair, "=")
		what = spaced(what, name)
	}
	return what, ""
}
