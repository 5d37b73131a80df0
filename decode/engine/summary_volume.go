package engine

func volumeSummaries() map[string]summariser {
	return map[string]summariser{
		"VolumeList":    func(r *reading) (string, string) { return filters(r), countOf(r.res, "volume", "Volumes") },
		"VolumeCreate":  volumeCreate,
		"VolumeInspect": func(r *reading) (string, string) { return r.name("name"), r.res.text("Driver") },
		"VolumeUpdate":  func(r *reading) (string, string) { return r.name("name"), "" },
		"VolumeDelete":  func(r *reading) (string, string) { return spaced(r.name("name"), flag(r.on("force"), "force")), "" },
		"VolumePrune":   func(r *reading) (string, string) { return filters(r), pruned(r, "VolumesDeleted", "volume") },
	}
}

// volumeCreate: a volume without a name gets one from the daemon, as long as
// an id.
func volumeCreate(r *reading) (string, string) {
	name := shortID(r.req.text("Name"))
	driver := r.req.text("Driver")
	if driver == "local" {
		driver = ""
	}
	made := shortID(r.res.text("Name"))
	if made == name {
		made = flag(made != "", "created")
	}
	return spaced(name, option("driver", driver)), made
}
