package engine

import (
	"fmt"
	"strings"
)

func imageSummaries() map[string]summariser {
	return map[string]summariser{
		"ImageList": func(r *reading) (string, string) {
			return spaced(flag(r.on("all"), "all"), filters(r)), countOf(r.res, "image")
		},
		"ImageCreate":       imageCreate,
		"ImageInspect":      imageInspect,
		"ImageAttestations": func(r *reading) (string, string) { return r.name("name"), countOf(r.res, "statement") },
		"ImageHistory":      func(r *reading) (string, string) { return r.name("name"), countOf(r.res, "step") },
		"ImagePush":         imagePush,
		"ImageTag":          func(r *reading) (string, string) { return r.name("name") + " as " + tagged(r, "repo"), "" },
		"ImageDelete":       imageDelete,
		"ImageSearch": func(r *reading) (string, string) {
			return spaced(r.query.Get("term"), filters(r)), countOf(r.res, "result")
		},
		"ImagePrune":          func(r *reading) (string, string) { return filters(r), pruned(r, "ImagesDeleted", "deletion") },
		"ImageGet":            func(r *reading) (string, string) { return r.name("name"), received(r) },
		"ImageGetAll":         func(r *reading) (string, string) { return strings.Join(r.query["names"], " "), received(r) },
		"ImageLoad":           imageLoad,
		"ImageCommit":         imageCommit,
		"DistributionInspect": distributionInspect,
	}
}

// tagged is the reference made of a repository parameter and the tag, which
// may be a digest.
func tagged(r *reading, repo string) string {
	name, tag := r.query.Get(repo), r.query.Get("tag")
	switch {
	case tag == "":
		return name
	case name == "":
		return ":" + tag
	case strings.Contains(tag, ":"):
		return name + "@" + shortDigest(tag)
	}
	return name + ":" + tag
}

func shortDigest(digest string) string {
	if short := shortID(digest); short != digest {
		return "sha256:" + short
	}
	return digest
}

func imageCreate(r *reading) (string, string) {
	p := r.Progress
	if src := r.query.Get("fromSrc"); src != "" {
		if src == "-" {
			src = "upload"
		}
		return spaced(tagged(r, "repo"), "←", src), p.ImageID
	}
	what := spaced(tagged(r, "fromImage"), option("platform", r.query.Get("platform")))
	switch {
	case p.UpToDate:
		return what, "up to date"
	case !r.Finished && p.Values > 0:
		return spaced(what, running(p)), ""
	case p.Layers > 0:
		return what, "pulled " + counted(p.LayersDone, true, "layer")
	case strings.HasPrefix(p.Status, "Status: "): // every layer was there
		return what, "pulled"
	}
	return what, ""
}

// running tells how far a transfer has come.
func running(p *Progress) string {
	if p.Layers > 0 {
		return fmt.Sprintf("· %d/%d layers", p.LayersDone, p.Layers)
	}
	return spaced("·", p.Status)
}

func imageInspect(r *reading) (string, string) {
	if len(r.res) == 0 {
		return r.name("name"), ""
	}
	id := shortID(r.res.text("Id"))
	if id == r.name("name") {
		id = ""
	}
	platform := strings.Trim(r.res.text("Os")+"/"+r.res.text("Architecture"), "/")
	bytes := ""
	if n := r.res.number("Size"); n > 0 {
		bytes = size(n)
	}
	return r.name("name"), spaced(id, platform, bytes)
}

func imagePush(r *reading) (string, string) {
	p, what := r.Progress, r.name("name")
	if tag := r.query.Get("tag"); tag != "" {
		what += ":" + tag
	}
	switch {
	case !r.Finished && p.Values > 0:
		return spaced(what, running(p)), ""
	case p.Values == 0:
		return what, ""
	}
	return what, spaced("pushed", counted(p.LayersDone, true, "layer"))
}

func imageDelete(r *reading) (string, string) {
	what := spaced(r.name("name"), flag(r.on("force"), "force"))
	if len(r.res) == 0 {
		return what, ""
	}
	untagged, deleted := 0, 0
	for _, item := range r.res.items() {
		if item.text("Deleted") != "" {
			deleted++
		} else {
			untagged++
		}
	}
	return what, fmt.Sprintf("untagged %d, deleted %d", untagged, deleted)
}

func imageLoad(r *reading) (string, string) {
	what := ""
	if r.RequestSize > 0 {
		what = size(r.RequestSize)
	}
	if r.Progress.Loaded != "" {
		return what, r.Progress.Loaded
	}
	return what, r.Progress.ImageID
}

func imageCommit(r *reading) (string, string) {
	what := shortID(r.query.Get("container"))
	if repo := tagged(r, "repo"); repo != "" {
		what = spaced(what, "as", repo)
	}
	return what, shortID(r.res.text("Id"))
}

func distributionInspect(r *reading) (string, string) {
	return r.name("name"), shortDigest(r.res.text("Descriptor", "digest"))
}
