package engine

import (
	"fmt"
	"strings"
)

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
		"ContainerKill":            func(r *reading) (string, string) { return spaced(r.name("id"), r.Call.Asks("signal")), "" },
		"ContainerUpdate":          containerUpdate,
		"ContainerRename":          func(r *reading) (string, string) { return r.name("id") + " as " + r.Call.Asks("name"), "" },
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
	image, id := "", ""
	if r.News != nil {
		image, id = r.News[0].Image, r.News[0].ID
	} else {
		image, id = r.req.text("Image"), r.res.text("Id")
	}
	return spaced(from(r.Call.Asks("name"), shortID(image)), platforms(r)), shortID(id)
}

func containerInspect(r *reading) (string, string) {
	news := r.News
	if news == nil {
		news = inspectNews(r)
	}
	state := news[0].State.Status
	if state == "exited" {
		state = fmt.Sprintf("exited (%d)", news[0].State.Exit)
	}
	return r.name("id"), spaced(nameUnless(news[0].Name, r.Call.Param("id")), state, news[0].State.Health)
}

// nameUnless is a container's name, which the API writes with a slash; "" if the
// request has the same name.
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
	tail := r.Call.Asks("tail")
	if tail == "all" {
		tail = ""
	}
	return spaced(r.name("id"), flag(r.on("follow"), "follow"), option("tail", tail),
		option("since", r.Call.Asks("since")), option("until", r.Call.Asks("until")), streams), ""
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
	return r.name("id"), spaced(p.CPUText(), "mem", size(p.Memory)+limit)
}

func resize(r *reading) (string, string) {
	return spaced(r.name("id"), r.Call.Asks("w")+"x"+r.Call.Asks("h")), ""
}

func containerStart(r *reading) (string, string) {
	return spaced(r.name("id"), option("checkpoint", r.Call.Asks("checkpoint"))), notModified(r, "already started")
}

func containerStop(r *reading) (string, string) {
	return spaced(r.name("id"), option("signal", r.Call.Asks("signal")), option("t", r.Call.Asks("t"))), notModified(r, "already stopped")
}

// notModified explains a 304: there was nothing to do.
func notModified(r *reading, words string) string { return flag(r.Status == 304, words) }

func containerUpdate(r *reading) (string, string) {
	what := r.name("id")
	for key, v := range r.req.items() {
		switch key {
		case "Memory", "MemorySwap", "MemoryReservation":
			what = spaced(what, amount(key, v.number(), size))
		case "NanoCpus":
			what = spaced(what, amount("Cpus", v.number(), func(n int64) string { return fmt.Sprintf("%g", float64(n)/1e9) }))
		case "CpuShares", "CpuQuota", "CpuPeriod", "CpuRealtimePeriod", "CpuRealtimeRuntime", "PidsLimit", "BlkioWeight":
			what = spaced(what, amount(key, v.number(), func(n int64) string { return fmt.Sprint(n) }))
		case "CpusetCpus", "CpusetMems":
			what = spaced(what, option(key, v.text()))
		case "BlkioDeviceReadBps", "BlkioDeviceWriteBps":
			what = spaced(what, deviceLimits(key, v, "Rate", func(n int64) string { return size(n) + "/s" }))
		case "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps":
			what = spaced(what, deviceLimits(key, v, "Rate", func(n int64) string { return fmt.Sprint(n) }))
		case "BlkioWeightDevice":
			what = spaced(what, deviceLimits(key, v, "Weight", func(n int64) string { return fmt.Sprint(n) }))
		case "Devices":
			what = spaced(what, option("Devices", strings.Join(each(v, "PathOnHost"), ",")))
		case "DeviceCgroupRules":
			what = spaced(what, option(key, strings.Join(v.strings(), ",")))
		case "Ulimits":
			what = spaced(what, option("Ulimits", strings.Join(each(v, "Name"), ",")))
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

// deviceLimits are limits of each device: BlkioDeviceReadBps=/dev/sda:1MB/s.
func deviceLimits(name string, list body, key string, write func(int64) string) string {
	var all []string
	for _, v := range list.items() {
		all = append(all, v.text("Path")+":"+write(v.number(key)))
	}
	return option(name, strings.Join(all, ","))
}

// each is that member of each object of a list.
func each(list body, key string) []string {
	var all []string
	for _, v := range list.items() {
		all = append(all, v.text(key))
	}
	return all
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
