package engine

import "strings"

func serviceSummaries() map[string]summariser {
	return map[string]summariser{
		"ServiceList":    func(r *reading) (string, string) { return filters(r), countOf(r.res, "service") },
		"ServiceCreate":  serviceCreate,
		"ServiceInspect": serviceInspect,
		"ServiceDelete":  func(r *reading) (string, string) { return clusterName(r), "" },
		"ServiceUpdate":  serviceUpdate,
		"ServiceLogs":    clusterLogs,
		"TaskList":       func(r *reading) (string, string) { return filters(r), countOf(r.res, "task") },
		"TaskInspect":    taskInspect,
		"TaskLogs":       clusterLogs,
	}
}

// serviceImage drops the digest that the client has looked up.
func serviceImage(spec body, path ...string) string {
	image, _, _ := strings.Cut(spec.text(append(path, "TaskTemplate", "ContainerSpec", "Image")...), "@")
	return image
}

func serviceCreate(r *reading) (string, string) {
	what := r.req.text("Name")
	if image := serviceImage(r.req); image != "" {
		what = spaced(what, "←", image)
	}
	return spaced(what, replicas(r.req)), shortCluster(r.res.text("ID"))
}

func replicas(spec body, path ...string) string {
	return option("replicas", spec.text(append(path, "Mode", "Replicated", "Replicas")...))
}

func serviceInspect(r *reading) (string, string) {
	return clusterName(r), spaced(nameUnless(r.res.text("Spec", "Name"), r.Call.Param("id")), serviceImage(r.res, "Spec"), replicas(r.res, "Spec"))
}

func serviceUpdate(r *reading) (string, string) {
	if rollback := r.Call.Asks("rollback"); rollback != "" {
		return clusterName(r) + " rollback", ""
	}
	what := clusterName(r)
	if image := serviceImage(r.req); image != "" {
		what = spaced(what, "←", image)
	}
	return spaced(what, replicas(r.req)), ""
}

func clusterLogs(r *reading) (string, string) {
	what, _ := logs(r)
	if _, rest, ok := strings.Cut(what, " "); ok {
		return clusterName(r) + " " + rest, ""
	}
	return clusterName(r), ""
}

func taskInspect(r *reading) (string, string) {
	return clusterName(r), spaced(r.res.text("Status", "State"), option("node", shortCluster(r.res.text("NodeID"))))
}
