package engine

import "strings"

func buildSummaries() map[string]summariser {
	return map[string]summariser{
		"ImageBuild":  imageBuild,
		"BuildPrune":  func(r *reading) (string, string) { return filters(r), pruned(r, "CachesDeleted", "cache record") },
		"BuildCancel": func(r *reading) (string, string) { return r.Call.Asks("id"), "" },
	}
}

func imageBuild(r *reading) (string, string) {
	p, what := r.Progress, strings.Join(r.Call.Query()["t"], " ")
	switch remote := r.Call.Asks("remote"); {
	case remote == "client-session" || remote == "upload-request": // BuildKit (moby daemon/internal/builder-next)
		what = spaced(what, "by BuildKit")
	case remote != "":
		what = spaced(what, "←", remote)
	case r.RequestSize > 0:
		what = spaced(what, "←", size(r.RequestSize))
	}
	what = spaced(what, option("target", r.Call.Asks("target")), option("platform", r.Call.Asks("platform")))
	if !r.Finished && p.Step != "" {
		return spaced(what, "· step", p.Step), p.ImageID
	}
	return what, p.ImageID
}
