package engine

func networkSummaries() map[string]summariser {
	return map[string]summariser{
		"NetworkList":    func(r *reading) (string, string) { return filters(r), countOf(r.res, "network") },
		"NetworkInspect": networkInspect,
		"NetworkDelete":  func(r *reading) (string, string) { return r.name("id"), "" },
		"NetworkCreate":  networkCreate,
		"NetworkConnect": func(r *reading) (string, string) {
			return from(r.name("id"), shortID(r.req.text("Container"))), ""
		},
		"NetworkDisconnect": networkDisconnect,
		"NetworkPrune":      func(r *reading) (string, string) { return filters(r), pruned(r, "NetworksDeleted", "network") },
	}
}

func networkInspect(r *reading) (string, string) {
	name := r.res.text("Name")
	if name == r.name("id") {
		name = ""
	}
	containers := ""
	if r.res.at("Containers") != nil {
		containers = countOf(r.res, "container", "Containers")
	}
	return r.name("id"), spaced(name, r.res.text("Driver"), containers)
}

func networkCreate(r *reading) (string, string) {
	driver := r.req.text("Driver")
	if driver == "bridge" {
		driver = ""
	}
	return spaced(r.req.text("Name"), option("driver", driver), flag(r.req.isTrue("Internal"), "internal")), shortID(r.res.text("Id"))
}

func networkDisconnect(r *reading) (string, string) {
	return spaced(shortID(r.req.text("Container")), "from", r.name("id"), flag(r.req.isTrue("Force"), "force")), ""
}
