package engine

// Secrets and configs of a swarm: their names, never their data.
func secretSummaries() map[string]summariser {
	return map[string]summariser{
		"SecretList":    func(r *reading) (string, string) { return filters(r), countOf(r.res, "secret") },
		"SecretCreate":  clusterCreate,
		"SecretInspect": clusterInspect,
		"SecretDelete":  func(r *reading) (string, string) { return clusterName(r), "" },
		"SecretUpdate":  clusterUpdate,
		"ConfigList":    func(r *reading) (string, string) { return filters(r), countOf(r.res, "config") },
		"ConfigCreate":  clusterCreate,
		"ConfigInspect": clusterInspect,
		"ConfigDelete":  func(r *reading) (string, string) { return clusterName(r), "" },
		"ConfigUpdate":  clusterUpdate,
	}
}

func clusterCreate(r *reading) (string, string) {
	return r.req.text("Name"), shortCluster(r.res.text("ID"))
}

func clusterInspect(r *reading) (string, string) {
	return clusterName(r), nameUnless(r.res.text("Spec", "Name"), r.Call.Param("id"))
}

func clusterUpdate(r *reading) (string, string) {
	return spaced(clusterName(r), nameUnless(r.req.text("Name"), r.Call.Param("id"))), ""
}
