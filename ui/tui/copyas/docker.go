package copyas

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/model"
)

// dockerCommands are operations that one docker command makes, with {name} for
// path parameters and [name] for query parameters.
var dockerCommands = map[string]string{
	"SystemPing": "docker version", "SystemVersion": "docker version", "SystemInfo": "docker info",
	"SystemDataUsage": "docker system df", "SystemEvents": "docker events",
	"ContainerInspect": "docker container inspect {id}", "ContainerTop": "docker top {id}", "ContainerLogs": "docker logs {id}",
	"ContainerChanges": "docker diff {id}", "ContainerExport": "docker export {id}", "ContainerStats": "docker stats {id}",
	"ContainerStart": "docker start {id}", "ContainerStop": "docker stop {id}", "ContainerRestart": "docker restart {id}",
	"ContainerKill": "docker kill {id}", "ContainerRename": "docker rename {id} [name]", "ContainerPause": "docker pause {id}",
	"ContainerUnpause": "docker unpause {id}", "ContainerAttach": "docker attach {id}", "ContainerWait": "docker wait {id}",
	"ContainerDelete": "docker rm {id}", "ContainerPrune": "docker container prune",
	"ImageInspect": "docker image inspect {name}", "ImageHistory": "docker history {name}", "ImagePush": "docker push {name}",
	"ImageDelete": "docker rmi {name}", "ImageSearch": "docker search [term]", "ImagePrune": "docker image prune",
	"NetworkList": "docker network ls", "NetworkInspect": "docker network inspect {id}", "NetworkDelete": "docker network rm {id}",
	"NetworkPrune": "docker network prune", "VolumeList": "docker volume ls", "VolumeInspect": "docker volume inspect {name}",
	"VolumeDelete": "docker volume rm {name}", "VolumePrune": "docker volume prune",
	"NodeList": "docker node ls", "ServiceList": "docker service ls", "ServiceInspect": "docker service inspect {id}",
	"SecretList": "docker secret ls", "ConfigList": "docker config ls", "PluginList": "docker plugin ls",
}

// flagsOf are query parameters that are flags of the command.
var flagsOf = map[string]map[string]string{
	"ContainerLogs":   {"follow": "--follow", "timestamps": "--timestamps"},
	"ContainerDelete": {"force": "--force", "v": "--volumes"},
	"ImageDelete":     {"force": "--force", "noprune": "--no-prune"},
}

// asDocker is the docker command that makes this call, or "".
func asDocker(d *model.Detail) string {
	if d.Call.Op == nil {
		return ""
	}
	q := d.Call.Query()
	switch d.Call.Op.ID {
	case "ContainerCreate":
		if d.Request.Cut {
			return ""
		}
		line, _ := create.Line(q, d.Request.Body)
		return line
	case "ContainerList":
		if engine.BoolValue(q.Get("all")) {
			return "docker ps --all"
		}
		return "docker ps"
	case "ImageList":
		return "docker images"
	case "ImageCreate":
		return pull(q)
	case "ContainerArchive":
		return "docker cp " + create.Quote(d.Call.Param("id")+":"+q.Get("path")) + " -"
	}
	words := strings.Fields(dockerCommands[d.Call.Op.ID])
	for i, w := range words {
		switch {
		case w[0] == '{':
			words[i] = create.Quote(d.Call.Param(strings.Trim(w, "{}")))
		case w[0] == '[':
			words[i] = create.Quote(q.Get(strings.Trim(w, "[]")))
		}
	}
	if len(words) > 2 {
		flags := flagsOf[d.Call.Op.ID]
		for _, name := range slices.Sorted(maps.Keys(flags)) {
			if engine.BoolValue(q.Get(name)) {
				words = slices.Insert(words, 2, flags[name])
			}
		}
	}
	return strings.Join(words, " ")
}

func pull(q url.Values) string {
	name, tag := q.Get("fromImage"), q.Get("tag")
	switch {
	case name == "":
		return ""
	case strings.Contains(tag, ":"):
		name += "@" + tag
	case tag != "":
		name += ":" + tag
	}
	return "docker pull " + create.Quote(name)
}
