package engine

import "fmt"

func containerSummaries() map[string]summariser {
	return map[string]summariser{
		"ContainerCreate":          containerCreate,
		"ContainerInspect":         containerInspect,
		"ContainerLogs":            logs,
		"ContainerStats":           containerStats,
		"ContainerResize":          resize,
		"ContainerStart":           containerStart,
		"ContainerStop":            containerStop,
		"ContainerRestart":         containerStop,
		"ContainerKill":            func(r *reading) (string, string) { return spaced(r.name("id"), r.query.Get("signal")), "" },
		"ContainerUpdate":          containerUpdate,
		"ContainerRename":          func(r *reading) (string, string) { return r.name("id") + " as " + r.query.Get("name"), "" },
		"ContainerPause":           containerOnly,
		"ContainerUnpause":         containerOnly,
		"ContainerAttach":          attach,
		"ContainerAttachWebsocket": attach,
		"ContainerWait":            containerWait,
		"ContainerDelete":          containerDelete,
		"CheckpointCreate":         func(r *reading) (string, string) { return spaced(r.name("id"), r.req.text("CheckpointID")), "" },
		"CheckpointDelete":         func(r *reading) (string, string) { return spaced(r.name("id"), r.Call.Param("checkpoint")), "" },
	}
}

func containerOnly(r *reading) (string, string) { return r.name("id"), "" }

func containerCreate(r *reading) (string, string) {
	what := shortID(r.req.text("Image"))
	if name := r.query.Get("name"); name != "" && what != "" {
		what = name + " ← " + what
	} else if what == "" {
		what = name
	}
	return what, shortID(r.res.text("Id"))
}

func containerInspect(r *reading) (string, string) {
	state := r.res.text("State", "Status")
	if state == "exited" {
		state = fmt.Sprintf("exited (%d)", r.res.number("State", "ExitCode"))
	}
	return r.name("id"), spaced(nameUnless(r.res.text("Name"), r.Call.Param("id")), state)
}

// nameUnless is a container's name, which the API writes with a slash, unless
// the request called it so.
func nameUnless(name, asked string) string {
	if name != "" && name[0] == '/' {
		name = name[1:]
	}
	if name == asked {
		return ""
	}
	return name
}

func logs(r *reading) (string, string) {
	streams := ""
	if out, err := r.on("stdout"), r.on("stderr"); out != err {
		streams = map[bool]string{true: "stdout", false: "stderr"}[out]
	}
	tail := r.query.Get("tail")
	if tail == "all" {
		tail = ""
	}
	return spaced(r.name("id"), flag(r.on("follow"), "follow"), option("tail", tail),
		option("since", r.query.Get("since")), option("until", r.query.Get("until")), streams), ""
}

func containerStats(r *reading) (string, string) {
	p := r.Progress
	if p.Samples == 0 {
		return r.name("id"), ""
	}
	limit := ""
	if p.MemoryMax > 0 {
		limit = " of " + size(p.MemoryMax)
	}
	return r.name("id"), fmt.Sprintf("cpu %.1f%% mem %s%s", p.CPU, size(p.Memory), limit)
}

func resize(r *reading) (string, string) {
	return spaced(r.name("id"), r.query.Get("w")+"x"+r.query.Get("h")), ""
}

func containerStart(r *reading) (string, string) {
	return spaced(r.name("id"), option("checkpoint", r.query.Get("checkpoint"))), notModified(r, "already started")
}

func containerStop(r *reading) (string, string) {
	return spaced(r.name("id"), option("signal", r.query.Get("signal")), option("t", r.query.Get("t"))), notModified(r, "already stopped")
}

// notModified words the 304 by which the daemon says that nothing was to do.
func notModified(r *reading, words string) string { return flag(r.Status == 304, words) }

func containerUpdate(r *reading) (string, string) {
	what := r.name("id")
	for key, v := range r.req.items() {
		switch key {
		case "Memory", "MemorySwap", "MemoryReservation":
			what = spaced(what, amount(key, v.number(), size))
		case "NanoCpus":
			what = spaced(what, amount("Cpus", v.number(), func(n int64) string { return fmt.Sprintf("%g", float64(n)/1e9) }))
		case "CpuShares", "CpuQuota", "CpuPeriod", "PidsLimit", "BlkioWeight":
			what = spaced(what, amount(key, v.number(), func(n int64) string { return fmt.Sprint(n) }))
		case "CpusetCpus":
			what = spaced(what, option(key, v.text()))
		case "RestartPolicy":
			what = spaced(what, option("restart", v.text("Name")))
		}
	}
	return what, ""
}

// amount leaves out what the client did not set: it sends zeros for that.
func amount(name string, n int64, write func(int64) string) string {
	if n == 0 {
		return ""
	}
	if n < 0 {
		return name + "=unlimited"
	}
	return name + "=" + write(n)
}

func attach(r *reading) (string, string) {
	return spaced(r.name("id"), flag(r.on("stdin"), "stdin"), flag(r.on("stdout"), "stdout"),
		flag(r.on("stderr"), "stderr"), flag(r.on("logs"), "logs")), ""
}

func containerWait(r *reading) (string, string) {
	if message := r.res.text("Error", "Message"); message != "" {
		return r.name("id"), message
	}
	code := r.res.text("StatusCode")
	if code == "" {
		return r.name("id"), ""
	}
	return r.name("id"), "exit " + code
}

func containerDelete(r *reading) (string, string) {
	return spaced(r.name("id"), flag(r.on("force"), "force"), flag(r.on("v"), "with volumes"), flag(r.on("link"), "link")), ""
}
