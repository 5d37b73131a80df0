package engine

import "strings"

func swarmSummaries() map[string]summariser {
	return map[string]summariser{
		"SwarmInspect":   func(r *reading) (string, string) { return "", shortCluster(r.res.text("ID")) },
		"SwarmInit":      swarmInit,
		"SwarmJoin":      swarmJoin,
		"SwarmLeave":     func(r *reading) (string, string) { return flag(r.on("force"), "force"), "" },
		"SwarmUpdate":    swarmUpdate,
		"SwarmUnlockkey": func(r *reading) (string, string) { return "", flag(r.res.text("UnlockKey") == "", "no key") },
		"SwarmUnlock":    func(r *reading) (string, string) { return "with a key", "" },
		"NodeList":       func(r *reading) (string, string) { return filters(r), countOf(r.res, "node") },
		"NodeInspect":    nodeInspect,
		"NodeDelete":     func(r *reading) (string, string) { return spaced(clusterName(r), flag(r.on("force"), "force")), "" },
		"NodeUpdate":     nodeUpdate,
	}
}

// shortCluster cuts swarm's ids, which are 25 digits and letters, to the
// twelve that docker shows.
func shortCluster(s string) string {
	if len(s) != 25 || strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
		return shortID(s)
	}
	return s[:12]
}

func clusterName(r *reading) string { return shortCluster(r.Call.Param("id")) }

// swarmInit answers with the node's id as a bare JSON string.
func swarmInit(r *reading) (string, string) {
	return r.req.text("AdvertiseAddr"), shortCluster(r.res.text())
}

func swarmJoin(r *reading) (string, string) {
	return strings.Join(r.req.strings("RemoteAddrs"), " "), ""
}

func swarmUpdate(r *reading) (string, string) {
	return spaced(flag(r.on("rotateWorkerToken"), "rotate worker token"), flag(r.on("rotateManagerToken"), "rotate manager token"),
		flag(r.on("rotateManagerUnlockKey"), "rotate unlock key")), ""
}

func nodeInspect(r *reading) (string, string) {
	return clusterName(r), spaced(r.res.text("Description", "Hostname"), r.res.text("Spec", "Role"), r.res.text("Status", "State"))
}

func nodeUpdate(r *reading) (string, string) {
	return spaced(clusterName(r), r.req.text("Role"), r.req.text("Availability")), ""
}
