package fakedaemon

import (
	"archive/tar"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path"
	"strings"
)

// object is a JSON object.
type object = map[string]any

const longAgo = "2026-01-02T03:04:05Z"

// answers are those of operations whose answer a client looks into.
var answers = map[string]func(*Daemon, http.ResponseWriter, *request){
	"SystemPing":           text("OK"),
	"SystemPingHead":       text(""),
	"SystemVersion":        always(object{"Version": "fake", "ApiVersion": apiVersion, "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64", "KernelVersion": "6", "GoVersion": "go"}),
	"SystemInfo":           always(object{"ID": "fake", "Name": "fake", "OSType": "linux", "Architecture": "x86_64", "NCPU": 2, "MemTotal": 1 << 31, "ServerVersion": "fake", "Driver": "overlayfs", "LoggingDriver": "json-file", "CgroupDriver": "systemd", "Plugins": object{}, "RegistryConfig": object{}, "Swarm": object{"NodeID": "node", "LocalNodeState": "active", "ControlAvailable": true}, "Runtimes": object{"runc": object{"path": "runc"}}, "DefaultRuntime": "runc"}),
	"SystemAuth":           always(object{"Status": "Login Succeeded", "IdentityToken": ""}),
	"SystemDataUsage":      always(object{"LayersSize": 0, "Images": []any{}, "Containers": []any{}, "Volumes": []any{}, "BuildCache": []any{}}),
	"SystemEvents":         text(""),
	"ContainerCreate":      createContainer,
	"ContainerInspect":     inspectContainer,
	"ContainerList":        listContainers,
	"ContainerStart":       startContainer,
	"ContainerStop":        nothing,
	"ContainerRestart":     nothing,
	"ContainerKill":        nothing,
	"ContainerPause":       nothing,
	"ContainerUnpause":     nothing,
	"ContainerRename":      nothing,
	"ContainerWait":        always(object{"StatusCode": 0}),
	"ContainerTop":         always(object{"Titles": []string{"PID", "CMD"}, "Processes": [][]string{{"1", "sh"}}}),
	"ContainerChanges":     always([]any{}),
	"ContainerLogs":        text(""),
	"ContainerUpdate":      always(object{"Warnings": nil}),
	"ContainerStats":       always(object{"read": longAgo, "cpu_stats": object{}, "precpu_stats": object{}, "memory_stats": object{}}),
	"ContainerExport":      archive,
	"ContainerArchive":     archive,
	"ContainerArchiveInfo": archive,
	"PutContainerArchive":  always(nil),
	"ContainerExec": func(_ *Daemon, w http.ResponseWriter, _ *request) {
		reply(w, http.StatusCreated, object{"Id": id("exec")})
	},
	"ExecInspect":         always(object{"ID": id("exec"), "Running": false, "ExitCode": 0, "Pid": 1}),
	"ImageCreate":         lines(object{"status": "Status: Image is up to date"}),
	"ImagePush":           lines(object{"status": "latest: digest: sha256:" + id("push") + " size: 527"}),
	"ImageLoad":           lines(object{"stream": "Loaded image: fake:latest\n"}),
	"ImageBuild":          lines(object{"stream": "Step 1/1 : FROM scratch\n"}, object{"aux": object{"ID": "sha256:" + id("build")}}, object{"stream": "Successfully built " + id("build")[:12] + "\n"}),
	"ImageGet":            archive,
	"ImageGetAll":         archive,
	"ImageInspect":        inspectImage,
	"ImageHistory":        always([]object{{"Id": "sha256:" + id("image"), "Created": 1, "CreatedBy": "sh", "Size": 1}}),
	"ImageDelete":         always([]object{{"Untagged": "fake:latest"}}),
	"ImageSearch":         always([]object{{"name": "fake", "description": "", "star_count": 1}}),
	"ImageTag":            func(_ *Daemon, w http.ResponseWriter, _ *request) { w.WriteHeader(http.StatusCreated) },
	"NetworkCreate":       createNetwork,
	"NetworkInspect":      inspect("network", "id", network),
	"NetworkList":         listNetworks,
	"VolumeCreate":        createVolume,
	"VolumeInspect":       inspect("volume", "name", volume),
	"VolumeList":          listVolumes,
	"DistributionInspect": always(object{"Descriptor": object{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:" + id("image"), "size": 1}, "Platforms": []object{{"architecture": "amd64", "os": "linux"}}}),
	"NodeList":            func(_ *Daemon, w http.ResponseWriter, _ *request) { reply(w, http.StatusOK, []object{generic("node")}) },
	"PluginInspect":       inspectPlugin,
	"PluginPull":          pullPlugin,
	"ConfigList":          listAsked,
	"SecretList":          listAsked,
	"ServiceList":         listServices,
	"SwarmInit":           always("node"),
	"SwarmInspect":        always(object{"ID": "swarm", "Version": object{"Index": 1}, "Spec": object{"Name": "default"}, "JoinTokens": object{"Worker": "-", "Manager": "-"}}),
	"SwarmUnlockkey":      always(object{"UnlockKey": "-"}),
	"GetPluginPrivileges": always([]any{}),
}

// always answers the same, whatever was asked.
func always(v any) func(*Daemon, http.ResponseWriter, *request) {
	return func(_ *Daemon, w http.ResponseWriter, _ *request) { reply(w, http.StatusOK, v) }
}

func text(s string) func(*Daemon, http.ResponseWriter, *request) {
	return func(_ *Daemon, w http.ResponseWriter, _ *request) { _, _ = w.Write([]byte(s)) }
}

func lines(values ...object) func(*Daemon, http.ResponseWriter, *request) {
	return func(_ *Daemon, w http.ResponseWriter, _ *request) {
		w.Header().Set("Content-Type", "application/json")
		for _, v := range values {
			_ = json.NewEncoder(w).Encode(v)
		}
	}
}

func nothing(_ *Daemon, w http.ResponseWriter, _ *request) { w.WriteHeader(http.StatusNoContent) }

func createContainer(d *Daemon, w http.ResponseWriter, q *request) {
	m := d.create("container", q.URL.Query().Get("name"), q)
	reply(w, http.StatusCreated, object{"Id": m.id, "Warnings": []any{}})
}

func startContainer(d *Daemon, w http.ResponseWriter, q *request) {
	d.start(q.params["id"])
	w.WriteHeader(http.StatusNoContent)
}

func inspectContainer(d *Daemon, w http.ResponseWriter, q *request) {
	name := q.params["id"]
	m, ok := d.find("container", name)
	if !ok {
		missing(w, "container", name)
		return
	}
	config := object{"Image": "fake", "Tty": false, "Env": []any{}, "Cmd": []string{"sh"}, "Labels": m.labels()}
	for k, v := range m.body {
		if k != "HostConfig" && k != "NetworkingConfig" {
			config[k] = v
		}
	}
	host, _ := m.body["HostConfig"].(object)
	if host == nil {
		host = object{"NetworkMode": "default", "RestartPolicy": object{"Name": "no"}}
	}
	reply(w, http.StatusOK, object{
		"Id": m.id, "Name": "/" + m.name, "Created": longAgo, "Path": "sh", "Args": []any{}, "Image": "sha256:" + id("image"),
		"State":  object{"Status": m.state(), "Running": m.state() == "running", "Pid": 1, "ExitCode": 0, "StartedAt": longAgo, "FinishedAt": longAgo},
		"Config": config, "HostConfig": host, "Mounts": []any{}, "NetworkSettings": object{"Networks": object{}, "Ports": object{}},
		"GraphDriver": object{"Name": "overlayfs", "Data": object{}},
	})
}

func listContainers(d *Daemon, w http.ResponseWriter, q *request) {
	out := []object{}
	for _, m := range d.list("container", q) {
		out = append(out, object{
			"Id": m.id, "Names": []string{"/" + m.name}, "Image": m.body["Image"], "ImageID": "sha256:" + id("image"), "Command": "sh",
			"Created": 1, "State": m.state(), "Status": m.state(), "Labels": m.labels(), "Ports": []any{}, "Mounts": []any{},
			"HostConfig": object{}, "NetworkSettings": object{"Networks": object{}},
		})
	}
	reply(w, http.StatusOK, out)
}

func inspectImage(_ *Daemon, w http.ResponseWriter, q *request) {
	reply(w, http.StatusOK, object{
		"Id": "sha256:" + id("image"), "RepoTags": []string{q.params["name"]}, "Created": longAgo, "Os": "linux", "Architecture": "amd64",
		"Config": object{"Cmd": []string{"sh"}, "Env": []string{"PATH=/bin"}, "Labels": object{}}, "RootFS": object{"Type": "layers", "Layers": []any{}}, "Size": 1,
	})
}

func createNetwork(d *Daemon, w http.ResponseWriter, q *request) {
	var body struct{ Name string }
	_ = json.Unmarshal(q.body, &body)
	reply(w, http.StatusCreated, object{"Id": d.create("network", body.Name, q).id, "Warning": ""})
}

func network(m made) object {
	return object{"Id": m.id, "Name": m.name, "Created": longAgo, "Scope": "local", "Driver": "bridge", "Labels": m.labels(), "IPAM": object{"Driver": "default", "Config": []any{}}, "Containers": object{}, "Options": object{}}
}

// inspect answers with the object of that kind which a parameter of the path names.
func inspect(kind, param string, show func(made) object) func(*Daemon, http.ResponseWriter, *request) {
	return func(d *Daemon, w http.ResponseWriter, q *request) {
		name := q.params[param]
		m, ok := d.find(kind, name)
		if !ok {
			missing(w, kind, name)
			return
		}
		reply(w, http.StatusOK, show(m))
	}
}

func listNetworks(d *Daemon, w http.ResponseWriter, q *request) {
	out := []object{}
	for _, m := range d.list("network", q) {
		out = append(out, network(m))
	}
	for _, name := range d.stack(q) {
		out = append(out, network(made{id: id(name), name: name}))
	}
	reply(w, http.StatusOK, out)
}

func volume(m made) object {
	return object{"Name": m.name, "Driver": "local", "Mountpoint": path.Join("/var/lib/docker/volumes", m.name, "_data"), "CreatedAt": longAgo, "Scope": "local", "Labels": m.labels(), "Options": object{}}
}

func createVolume(d *Daemon, w http.ResponseWriter, q *request) {
	var body struct{ Name string }
	_ = json.Unmarshal(q.body, &body)
	reply(w, http.StatusCreated, volume(d.create("volume", body.Name, q)))
}

func listVolumes(d *Daemon, w http.ResponseWriter, q *request) {
	out := []object{}
	for _, m := range d.list("volume", q) {
		out = append(out, volume(m))
	}
	reply(w, http.StatusOK, object{"Volumes": out, "Warnings": nil})
}

// archive is a tar with one file, or only its description.
func archive(_ *Daemon, w http.ResponseWriter, q *request) {
	name := path.Base(strings.TrimSuffix(q.URL.Query().Get("path"), "/"))
	stat, _ := json.Marshal(object{"name": name, "size": 0, "mode": 0o644, "mtime": longAgo, "linkTarget": ""})
	w.Header().Set("X-Docker-Container-Path-Stat", base64.StdEncoding.EncodeToString(stat))
	w.Header().Set("Content-Type", "application/x-tar")
	if q.Method == http.MethodHead {
		return
	}
	t := tar.NewWriter(w)
	_ = t.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg})
	_ = t.Close()
}

func inspectPlugin(_ *Daemon, w http.ResponseWriter, q *request) {
	p := generic(q.params["name"])
	p["PluginReference"] = q.params["name"] + ":latest"
	reply(w, http.StatusOK, p)
}

// pullPlugin says under which name the plugin is there: the client enables that.
func pullPlugin(_ *Daemon, w http.ResponseWriter, q *request) {
	name := cmp.Or(q.URL.Query().Get("name"), q.URL.Query().Get("remote"))
	w.Header().Set("Docker-Plugin-Name", name)
	reply(w, http.StatusOK, object{})
}

// listAsked lists what the filters name: a service's secrets and configs.
func listAsked(d *Daemon, w http.ResponseWriter, q *request) {
	out := []object{}
	for _, name := range d.asked(q) {
		out = append(out, generic(name))
	}
	reply(w, http.StatusOK, out)
}

// listServices lists the services that the filters name, or those of a stack.
func listServices(d *Daemon, w http.ResponseWriter, q *request) {
	out := []object{}
	for _, name := range append(d.asked(q), d.stack(q)...) {
		service := generic(name)
		service["ServiceStatus"] = object{"RunningTasks": 1, "DesiredTasks": 1}
		out = append(out, service)
	}
	reply(w, http.StatusOK, out)
}

// generic is anything else, by its name. As a node it has no role: with one, either
// docker node promote or docker node demote would find nothing to change.
func generic(name string) object {
	return object{"Id": id(name), "ID": id(name)[:25], "Name": name, "Version": object{"Index": 1}, "CreatedAt": longAgo, "UpdatedAt": longAgo,
		"Spec":        object{"Name": name, "Labels": object{}, "Availability": "active", "Mode": object{"Replicated": object{"Replicas": 1}}, "TaskTemplate": object{"ContainerSpec": object{"Image": "fake"}}},
		"Description": object{"Hostname": name}, "Status": object{"State": "ready"}, "Config": object{}, "Settings": object{}, "Enabled": false}
}
