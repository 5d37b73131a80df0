package engine

import "strings"

func buildSummaries() map[string]summariser {
	return map[string]summariser{
		"ImageBuild":  imageBuild,
		"BuildPrune":  func(r *reading) (string, string) { return filters(r), pruned(r, "CachesDeleted", "cache record") },
		"BuildCancel": func(r *reading) (string, string) { return r.query.Get("id"), "" },
	}
}

func imageBuild(r *reading) (string, string) {
	p, what := r.Progress, strings.Join(r.query["t"], " ")
	switch remote := r.query.Get("remote"); {
	case remote == "client-session" || remote == "upload-request": // BuildKit (moby daemon/internal/builder-next)
		what = spaced(what, "by BuildKit")
	case remote != "":
		what = spaced(what, "←", remote)
	case r.RequestSize > 0:
		what = spaced(what, "←", size(r.RequestSize))
	}
	what = spaced(what, option("target", r.query.Get("target")), option("platform", r.query.Get("platform")))
	if !r.Finished && p.Step != "" {
		return spaced(what, "· step", p.Step), p.ImageID
	}
	return what, p.ImageID
}
