package engine

import (
	"fmt"
	"strings"
)

func imageSummaries() map[string]summariser {
	return map[string]summariser{
		"ImageList": func(r *reading) (string, string) {
			return spaced(flag(r.on("all"), "all"), flag(r.on("manifests"), "with manifests"), filters(r)), countOf(r.res, "image")
		},
		"ImageCreate":  imageCreate,
		"ImageInspect": imageInspect,
		"ImageAttestations": func(r *reading) (string, string) {
			return spaced(r.name("name"), platforms(r), option("type", r.Call.Asks("type"))), countOf(r.res, "statement")
		},
		"ImageHistory": func(r *reading) (string, string) {
			return spaced(r.name("name"), platforms(r)), countOf(r.res, "step")
		},
		"ImagePush":   imagePush,
		"ImageTag":    func(r *reading) (string, string) { return r.name("name") + " as " + tagged(r, "repo"), "" },
		"ImageDelete": imageDelete,
		"ImageSearch": func(r *reading) (string, string) {
			return spaced(r.Call.Asks("term"), filters(r)), countOf(r.res, "result")
		},
		"ImagePrune": func(r *reading) (string, string) { return filters(r), pruned(r, "ImagesDeleted", "deletion") },
		"ImageGet":   func(r *reading) (string, string) { return spaced(r.name("name"), platforms(r)), received(r) },
		"ImageGetAll": func(r *reading) (string, string) {
			return spaced(strings.Join(r.Call.Query()["names"], " "), platforms(r)), received(r)
		},
		"ImageLoad":           imageLoad,
		"ImageCommit":         imageCommit,
		"DistributionInspect": distributionInspect,
	}
}

// tagged is the reference made of a repository parameter and the tag, which
// may be a digest.
func tagged(r *reading, repo string) string {
	name, tag := r.Call.Asks(repo), r.Call.Asks("tag")
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
	if src := r.Call.Asks("fromSrc"); src != "" {
		if src == "-" {
			src = "upload"
		}
		return spaced(from(tagged(r, "repo"), src), platforms(r)), p.ImageID
	}
	what := spaced(tagged(r, "fromImage"), platforms(r))
	switch {
	case p.UpToDate:
		return what, "up to date"
	case !r.Finished && p.Values > 0:
		return spaced(what, running(p)), ""
	case p.Layers > 0:
		return what, p.moved("pulled")
	case strings.HasPrefix(p.Status, "Status: "): // every layer was there
		return what, "pulled"
	}
	return what, ""
}

// running says how far a transfer has come.
func running(p *Progress) string {
	if p.Layers > 0 {
		return fmt.Sprintf("· %d/%d layers", p.LayersDone, p.Layers)
	}
	return spaced("·", p.Status)
}

func imageInspect(r *reading) (string, string) {
	what := spaced(r.name("name"), platforms(r), flag(r.on("manifests"), "with manifests"))
	if len(r.res) == 0 {
		return what, ""
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
	return what, spaced(id, platform, bytes)
}

func imagePush(r *reading) (string, string) {
	p, what := r.Progress, r.name("name")
	if tag := r.Call.Asks("tag"); tag != "" {
		what += ":" + tag
	}
	what = spaced(what, platforms(r))
	switch {
	case !r.Finished && p.Values > 0:
		return spaced(what, running(p)), ""
	case p.Values == 0:
		return what, ""
	}
	return what, p.moved("pushed")
}

func imageDelete(r *reading) (string, string) {
	what := spaced(r.name("name"), platforms(r), flag(r.on("force"), "force"), flag(r.on("noprune"), "noprune"))
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
	what = spaced(what, platforms(r))
	if r.Progress.Loaded != "" {
		return what, r.Progress.Loaded
	}
	return what, r.Progress.ImageID
}

func imageCommit(r *reading) (string, string) {
	what := shortID(r.Call.Asks("container"))
	if repo := tagged(r, "repo"); repo != "" {
		what = spaced(what, "as", repo)
	}
	return what, shortID(r.res.text("Id"))
}

func distributionInspect(r *reading) (string, string) {
	return r.name("name"), shortDigest(r.res.text("Descriptor", "digest"))
}
