package engine

import (
	"strconv"
	"strings"
	"time"
)

// News is what a call or an event says about one object of the daemon: its name,
// and what has happened to it.
type News struct {
	Kind  string // "container", "image", "network", "volume" or "exec"
	ID    string // as the API gave or took it; may be a name or the beginning of an id
	Name  string // "" when it is not known
	What  string // what happened: "created", "started", "exited", "removed", …; "" when it was only looked at
	Image string // of a container that is created
	Of    string // the container of an exec
	Bound bool   // a container's memory is limited
	State State
}

// State is the state of a container or an exec.
type State struct {
	Status    string // "running", "exited", …
	HasExit   bool
	Exit      int
	OOM       bool
	Restarts  int
	Error     string
	Health    string // "starting", "healthy", "unhealthy"; "" without a check
	Checks    int    // checks that failed in a row
	CheckSpan time.Duration
	CheckSays string // output of the last check
}

// maxNews bounds what is read from a single answer.
const maxNews = 256

// NewsOf is what a finished exchange says about objects. A request that the daemon
// refused says nothing.
func NewsOf(f Facts) []News {
	if f.Call == nil || f.Call.Op == nil || f.Status < 200 || f.Status >= 400 {
		return nil
	}
	tell := newsTellers[f.Call.Op.ID]
	if tell == nil {
		return nil
	}
	f.Progress = noProgress
	return tell(newReading(f))
}

var newsTellers = map[string]func(*reading) []News{
	"ContainerCreate": func(r *reading) []News {
		req := r.req.only("Image", "HostConfig/Memory")
		return []News{{Kind: "container", ID: r.res.text("Id"), Name: r.Call.Asks("name"), What: "created", Image: req.text("Image"), Bound: bound(req)}}
	},
	"ContainerInspect": inspectNews,
	"ContainerList":    containerListNews,
	"ContainerStart":   happened("started"),
	"ContainerRestart": happened("restarted"),
	"ContainerStop":    happened("stopped"),
	"ContainerKill":    happened("killed"),
	"ContainerPause":   happened("paused"),
	"ContainerUnpause": happened("unpaused"),
	"ContainerDelete":  happened("removed"),
	"ContainerRename": func(r *reading) []News {
		return []News{{Kind: "container", ID: r.Call.Param("id"), Name: r.Call.Asks("name"), What: "renamed"}}
	},
	"ContainerWait": func(r *reading) []News {
		if r.res.text("StatusCode") == "" {
			return nil
		}
		return []News{{Kind: "container", ID: r.Call.Param("id"), What: "exited", State: State{
			HasExit: true, Exit: int(r.res.number("StatusCode")), Error: oneLine(r.res.text("Error", "Message"), maxSummary)}}}
	},
	"ContainerExec": func(r *reading) []News {
		return []News{{Kind: "exec", ID: r.res.text("Id"), Name: oneLine(commandLine(r.req.strings("Cmd")), maxStatus), What: "created", Of: r.Call.Param("id")}}
	},
	"ExecStart": func(r *reading) []News {
		return []News{{Kind: "exec", ID: r.Call.Param("id"), What: "started"}}
	},
	"ExecInspect": func(r *reading) []News {
		n := News{Kind: "exec", ID: r.Call.Param("id"), Of: r.res.text("ContainerID")}
		if code := r.res.text("ExitCode"); code != "" && !r.res.isTrue("Running") {
			n.What = "exited"
			n.State.HasExit, n.State.Exit = true, int(r.res.number("ExitCode"))
		}
		return []News{n}
	},
	"ImageInspect": func(r *reading) []News {
		return []News{{Kind: "image", ID: r.res.text("Id"), Name: first(r.res.strings("RepoTags"))}}
	},
	"ImageList": func(r *reading) (all []News) {
		for _, v := range r.res.items() {
			if len(all) == maxNews {
				break
			}
			all = append(all, News{Kind: "image", ID: v.text("Id"), Name: first(v.strings("RepoTags"))})
		}
		return all
	},
	"ImageTag": func(r *reading) []News {
		return []News{{Kind: "image", ID: r.Call.Param("name"), Name: joined(r.Call.Asks("repo"), r.Call.Asks("tag")), What: "tagged"}}
	},
	"ImageDelete": func(r *reading) []News {
		return []News{{Kind: "image", ID: r.Call.Param("name"), What: "removed"}}
	},
	"NetworkCreate": func(r *reading) []News {
		return []News{{Kind: "network", ID: r.res.text("Id"), Name: r.req.text("Name"), What: "created"}}
	},
	"NetworkInspect": func(r *reading) []News {
		return []News{{Kind: "network", ID: r.res.text("Id"), Name: r.res.text("Name")}}
	},
	"NetworkList": func(r *reading) (all []News) {
		for _, v := range r.res.items() {
			if len(all) == maxNews {
				break
			}
			all = append(all, News{Kind: "network", ID: v.text("Id"), Name: v.text("Name")})
		}
		return all
	},
	"NetworkDelete": func(r *reading) []News {
		return []News{{Kind: "network", ID: r.Call.Param("id"), What: "removed"}}
	},
	"VolumeCreate": func(r *reading) []News {
		return []News{{Kind: "volume", ID: r.res.text("Name"), Name: r.res.text("Name"), What: "created"}}
	},
	"VolumeDelete": func(r *reading) []News {
		return []News{{Kind: "volume", ID: r.Call.Param("name"), What: "removed"}}
	},
}

func happened(what string) func(*reading) []News {
	return func(r *reading) []News {
		if r.Status == 304 {
			return nil
		}
		if signal := r.Call.Asks("signal"); signal != "" && what == "killed" {
			what := "sent " + oneLine(signal, maxStatus)
			return []News{{Kind: "container", ID: r.Call.Param("id"), What: what}}
		}
		return []News{{Kind: "container", ID: r.Call.Param("id"), What: what}}
	}
}

func inspectNews(r *reading) []News {
	res := r.res.only("Id", "Name", "State", "RestartCount", "Config/Image", "HostConfig/Memory")
	n := News{Kind: "container", ID: res.text("Id"), Name: strings.TrimPrefix(res.text("Name"), "/"), Image: res.text("Config", "Image"), Bound: bound(res)}
	state := res.at("State")
	s := &n.State
	s.Status, s.Error = state.text("Status"), oneLine(state.text("Error"), maxSummary)
	if s.Status == "exited" || s.Status == "dead" {
		s.HasExit, s.Exit = true, int(state.number("ExitCode"))
	}
	s.OOM = state.isTrue("OOMKilled")
	s.Restarts = int(res.number("RestartCount"))
	healthOf(s, state.at("Health"))
	return []News{n}
}

// bound says that a container's configuration limits its memory.
func bound(config body) bool { return config.number("HostConfig", "Memory") > 0 }

// healthOf reads the daemon's log of checks, which holds the latest five.
func healthOf(s *State, health body) {
	if health == nil || health.text("Status") == "none" {
		return
	}
	s.Health, s.Checks = health.text("Status"), int(health.number("FailingStreak"))
	var began, ended time.Time
	for _, check := range health.items("Log") {
		if check.number("ExitCode") == 0 {
			began = time.Time{}
			continue
		}
		s.CheckSays = oneLine(check.text("Output"), maxStatus)
		if t, err := time.Parse(time.RFC3339Nano, check.text("Start")); err == nil && began.IsZero() {
			began = t
		}
		if t, err := time.Parse(time.RFC3339Nano, check.text("End")); err == nil {
			ended = t
		}
	}
	if !began.IsZero() && ended.After(began) {
		s.CheckSpan = ended.Sub(began)
	}
}

func containerListNews(r *reading) (all []News) {
	for _, v := range r.res.items() {
		if len(all) == maxNews {
			break
		}
		v = v.only("Id", "Names", "Image", "State")
		n := News{Kind: "container", ID: v.text("Id"), Name: strings.TrimPrefix(first(v.strings("Names")), "/"), Image: v.text("Image")}
		n.State.Status = v.text("State")
		all = append(all, n)
	}
	return all
}

// eventNews words what the daemon's events say (moby api/types/events).
func eventNews(kind, action, id string, attributes map[string]string) News {
	n := News{Kind: kind, ID: id, Name: oneLine(attributes["name"], maxStatus)}
	action, detail, _ := strings.Cut(action, ": ")
	switch action {
	case "create":
		n.What, n.Image = "created", oneLine(attributes["image"], maxStatus)
	case "start":
		n.What = "started"
	case "die":
		n.What = "exited"
		if code, err := strconv.Atoi(attributes["exitCode"]); err == nil {
			n.State.HasExit, n.State.Exit = true, code
		}
	case "oom":
		n.What, n.State.OOM = "out of memory", true
	case "kill":
		n.What = "sent signal " + oneLine(attributes["signal"], maxStatus)
	case "health_status":
		n.What, n.State.Health = oneLine(detail, maxStatus), oneLine(detail, maxStatus)
	case "destroy", "delete", "remove":
		n.What = "removed"
	case "restart", "pause", "unpause", "rename", "stop":
		n.What = map[string]string{"restart": "restarted", "pause": "paused", "unpause": "unpaused", "rename": "renamed", "stop": "stopped"}[action]
	}
	return n
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func joined(name, tag string) string {
	if tag == "" {
		return name
	}
	return name + ":" + tag
}

// ShortIDs cuts the ids inside a text to the twelve digits docker shows.
func ShortIDs(s string) string { return shortIDs(s) }

// NamedInBody is what the request's body names: the image of a container, a network,
// a volume.
func NamedInBody(f Facts) []string {
	if f.Call == nil || f.Call.Op == nil {
		return nil
	}
	req := body(f.RequestBody)
	switch f.Call.Op.ID {
	case "ContainerCreate":
		return []string{req.text("Image")}
	case "NetworkCreate", "VolumeCreate", "SecretCreate", "ConfigCreate", "ServiceCreate":
		return []string{req.text("Name")}
	case "NetworkConnect", "NetworkDisconnect":
		return []string{req.text("Container")}
	}
	return nil
}
