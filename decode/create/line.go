package create

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Line is the docker command line that makes the same call, and the settings,
// by their paths, for which it has no flag. "" is no line: the request is not
// whole.
func Line(query url.Values, body []byte) (line string, without []string) {
	kept, _, ok := Settings(body)
	if !ok {
		return "", nil
	}
	var all map[string]any
	if json.Unmarshal(kept, &all) != nil {
		return "", nil
	}
	l := &asked{rest: all}
	l.flag("--name", query.Get("name"))
	l.flag("--platform", query.Get("platform"))
	for _, f := range flags {
		if v, has := l.take(f.path); has {
			f.write(l, v)
		}
	}
	l.networks()
	program := l.entrypoint()
	image, _ := l.take("Image")
	words := append([]string{"docker", "create"}, l.words...)
	words = append(words, text(image))
	for i, w := range append(words, program...) {
		if i > 0 {
			line += " "
		}
		line += Quote(w)
	}
	return line, l.left("", l.rest)
}

// Flags are the flags of docker create that ask for what is set in a request, by
// the place of the setting: a path, or "query name".
func Flags(query url.Values, body []byte) map[string]string {
	kept, _, ok := Settings(body)
	var all map[string]any
	if !ok || json.Unmarshal(kept, &all) != nil {
		return nil
	}
	found, l := map[string]string{}, &asked{rest: all}
	written := func(place string) {
		if len(l.words) > 0 {
			found[place] = strings.Join(l.words, " ")
		}
		l.words = nil
	}
	for _, name := range []string{"name", "platform"} {
		l.flag("--"+name, query.Get(name))
		written("query " + name)
	}
	for _, f := range flags {
		if v, has := l.take(f.path); has {
			f.write(l, v)
			written(f.path)
		}
	}
	mode, _ := all["HostConfig"].(map[string]any)
	l.flag("--network", text(mode["NetworkMode"]))
	written("HostConfig.NetworkMode")
	l.networks()
	if len(l.words) > 2 {
		l.words = l.words[2:] // behind --network
		written("NetworkingConfig")
	}
	l.words = nil
	l.entrypoint()
	written("Entrypoint")
	return found
}

// asked is a request that becomes a line. What has a flag is taken out.
type asked struct {
	rest  map[string]any
	words []string
}

func (l *asked) flag(name, value string) {
	if value != "" {
		l.words = append(l.words, name, value)
	}
}

// take removes and returns the value at a path.
func (l *asked) take(path string) (any, bool) {
	at := l.rest
	names := strings.Split(path, ".")
	for _, n := range names[:len(names)-1] {
		at, _ = at[n].(map[string]any)
	}
	last := names[len(names)-1]
	v, has := at[last]
	delete(at, last)
	return v, has
}

// left are the paths of what was not taken.
func (l *asked) left(path string, v map[string]any) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		at := name
		if path != "" {
			at = path + "." + name
		}
		if inner, is := v[name].(map[string]any); is {
			all = append(all, l.left(at, inner)...)
			continue
		}
		all = append(all, at)
	}
	return all
}

// entrypoint writes --entrypoint and returns what stands behind the image: the
// flag takes one word, the others come before the command.
func (l *asked) entrypoint() []string {
	v, has := l.take("Entrypoint")
	cmd, _ := l.take("Cmd")
	words := list(v)
	if !has || len(words) == 0 {
		return list(cmd)
	}
	l.words = append(l.words, "--entrypoint", words[0])
	return append(words[1:], list(cmd)...)
}

// networks writes what is asked of the network that the container starts in.
func (l *asked) networks() {
	mode, _ := l.take("HostConfig.NetworkMode")
	l.flag("--network", text(mode))
	config, _ := l.rest["NetworkingConfig"].(map[string]any)
	ends, _ := config["EndpointsConfig"].(map[string]any)
	end, is := ends[text(mode)].(map[string]any)
	if !is {
		return
	}
	in := &asked{rest: end}
	for _, f := range []flagOf{
		{"Aliases", each("--network-alias")}, {"Links", each("--link")}, {"MacAddress", one("--mac-address")},
		{"IPAMConfig.IPv4Address", one("--ip")}, {"IPAMConfig.IPv6Address", one("--ip6")}, {"IPAMConfig.LinkLocalIPs", each("--link-local-ip")},
	} {
		if v, has := in.take(f.path); has {
			f.write(l, v)
		}
	}
}

// flagOf says how a setting is written.
type flagOf struct {
	path  string
	write func(*asked, any)
}

// flags are docker create's flags, in the order in which people write them.
var flags = []flagOf{
	{"AttachStdin", nothing}, {"AttachStdout", nothing}, {"AttachStderr", nothing}, {"StdinOnce", nothing}, // docker sets them itself
	{"HostConfig.ContainerIDFile", nothing}, // the client's own
	{"OpenStdin", on("--interactive")}, {"Tty", on("--tty")}, {"HostConfig.AutoRemove", on("--rm")}, {"HostConfig.Init", on("--init")},
	{"Hostname", one("--hostname")}, {"Domainname", one("--domainname")}, {"User", one("--user")}, {"WorkingDir", one("--workdir")},
	{"MacAddress", one("--mac-address")}, {"StopSignal", one("--stop-signal")}, {"StopTimeout", one("--stop-timeout")},
	{"Env", each("--env")}, {"Labels", pairs("--label", "=")}, {"ExposedPorts", keys("--expose")}, {"HostConfig.PortBindings", ports},
	{"HostConfig.PublishAllPorts", on("--publish-all")},
	{"HostConfig.Binds", each("--volume")}, {"Volumes", keys("--volume")}, {"HostConfig.Mounts", mounts}, {"HostConfig.Tmpfs", pairs("--tmpfs", ":")},
	{"HostConfig.VolumesFrom", each("--volumes-from")}, {"HostConfig.VolumeDriver", one("--volume-driver")},
	{"HostConfig.RestartPolicy", restart}, {"Healthcheck", health},
	{"HostConfig.LogConfig.Type", one("--log-driver")}, {"HostConfig.LogConfig.Config", pairs("--log-opt", "=")},
	{"HostConfig.Memory", one("--memory")}, {"HostConfig.MemorySwap", one("--memory-swap")}, {"HostConfig.MemoryReservation", one("--memory-reservation")},
	{"HostConfig.MemorySwappiness", one("--memory-swappiness")}, {"HostConfig.OomKillDisable", on("--oom-kill-disable")}, {"HostConfig.OomScoreAdj", one("--oom-score-adj")},
	{"HostConfig.NanoCpus", cpus}, {"HostConfig.CpuShares", one("--cpu-shares")}, {"HostConfig.CpuPeriod", one("--cpu-period")}, {"HostConfig.CpuQuota", one("--cpu-quota")},
	{"HostConfig.CpusetCpus", one("--cpuset-cpus")}, {"HostConfig.CpusetMems", one("--cpuset-mems")}, {"HostConfig.BlkioWeight", one("--blkio-weight")},
	{"HostConfig.PidsLimit", one("--pids-limit")}, {"HostConfig.ShmSize", one("--shm-size")}, {"HostConfig.Ulimits", ulimits}, {"HostConfig.CgroupParent", one("--cgroup-parent")},
	{"HostConfig.Privileged", on("--privileged")}, {"HostConfig.ReadonlyRootfs", on("--read-only")}, {"HostConfig.CapAdd", each("--cap-add")}, {"HostConfig.CapDrop", each("--cap-drop")},
	{"HostConfig.SecurityOpt", each("--security-opt")}, {"HostConfig.GroupAdd", each("--group-add")}, {"HostConfig.Devices", devices},
	{"HostConfig.DeviceCgroupRules", each("--device-cgroup-rule")}, {"HostConfig.Runtime", one("--runtime")}, {"HostConfig.Isolation", one("--isolation")},
	{"HostConfig.PidMode", one("--pid")}, {"HostConfig.IpcMode", one("--ipc")}, {"HostConfig.UTSMode", one("--uts")}, {"HostConfig.UsernsMode", one("--userns")}, {"HostConfig.CgroupnsMode", one("--cgroupns")},
	{"HostConfig.Dns", each("--dns")}, {"HostConfig.DnsOptions", each("--dns-option")}, {"HostConfig.DnsSearch", each("--dns-search")},
	{"HostConfig.ExtraHosts", each("--add-host")}, {"HostConfig.Links", each("--link")}, {"HostConfig.Sysctls", pairs("--sysctl", "=")},
	{"HostConfig.StorageOpt", pairs("--storage-opt", "=")}, {"HostConfig.Annotations", pairs("--annotation", "=")},
}

func nothing(*asked, any) {}

func on(name string) func(*asked, any) {
	return func(l *asked, v any) {
		if v == true {
			l.words = append(l.words, name)
		}
	}
}

func one(name string) func(*asked, any) { return func(l *asked, v any) { l.flag(name, text(v)) } }

func each(name string) func(*asked, any) {
	return func(l *asked, v any) {
		for _, s := range list(v) {
			l.words = append(l.words, name, s)
		}
	}
}

func keys(name string) func(*asked, any) {
	return func(l *asked, v any) {
		m, _ := v.(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(m)) {
			l.words = append(l.words, name, k)
		}
	}
}

func pairs(name, between string) func(*asked, any) {
	return func(l *asked, v any) {
		m, _ := v.(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if s := text(m[k]); s != "" {
				k += between + s
			}
			l.words = append(l.words, name, k)
		}
	}
}

func ports(l *asked, v any) {
	m, _ := v.(map[string]any)
	for _, port := range slices.Sorted(maps.Keys(m)) {
		hosts, _ := m[port].([]any)
		for _, h := range hosts {
			b, _ := h.(map[string]any)
			at := strings.TrimSuffix(port, "/tcp")
			ip, host := text(b["HostIp"]), text(b["HostPort"])
			if strings.Contains(ip, ":") {
				ip = "[" + ip + "]"
			}
			switch {
			case ip != "":
				at = ip + ":" + host + ":" + at
			case host != "":
				at = host + ":" + at
			}
			l.words = append(l.words, "--publish", at)
		}
	}
}

func restart(l *asked, v any) {
	m, _ := v.(map[string]any)
	policy := text(m["Name"])
	if n := text(m["MaximumRetryCount"]); n != "" {
		policy += ":" + n
	}
	l.flag("--restart", policy)
}

func health(l *asked, v any) {
	m, _ := v.(map[string]any)
	switch test := list(m["Test"]); {
	case len(test) == 0:
	case test[0] == "NONE":
		l.words = append(l.words, "--no-healthcheck")
	case test[0] == "CMD-SHELL" && len(test) == 2:
		l.flag("--health-cmd", test[1])
	default: // the flag takes a line for a shell
		var words []string
		for _, w := range test[1:] {
			words = append(words, Quote(w))
		}
		l.flag("--health-cmd", strings.Join(words, " "))
	}
	for _, f := range [...][2]string{{"Interval", "--health-interval"}, {"Timeout", "--health-timeout"}, {"StartPeriod", "--health-start-period"}, {"StartInterval", "--health-start-interval"}} {
		if n, is := m[f[0]].(float64); is {
			l.flag(f[1], time.Duration(n).String())
		}
	}
	l.flag("--health-retries", text(m["Retries"]))
}

func cpus(l *asked, v any) {
	if n, is := v.(float64); is {
		l.flag("--cpus", strconv.FormatFloat(n/1e9, 'f', -1, 64))
	}
}

func ulimits(l *asked, v any) {
	all, _ := v.([]any)
	for _, u := range all {
		m, _ := u.(map[string]any)
		l.flag("--ulimit", fmt.Sprintf("%s=%s:%s", text(m["Name"]), number(m["Soft"]), number(m["Hard"])))
	}
}

func devices(l *asked, v any) {
	all, _ := v.([]any)
	for _, d := range all {
		m, _ := d.(map[string]any)
		l.flag("--device", strings.Trim(text(m["PathOnHost"])+":"+text(m["PathInContainer"])+":"+text(m["CgroupPermissions"]), ":"))
	}
}

func mounts(l *asked, v any) {
	all, _ := v.([]any)
	for _, d := range all {
		m, _ := d.(map[string]any)
		parts := []string{"type=" + text(m["Type"])}
		if s := text(m["Source"]); s != "" {
			parts = append(parts, "source="+s)
		}
		parts = append(parts, "target="+text(m["Target"]))
		if m["ReadOnly"] == true {
			parts = append(parts, "readonly")
		}
		l.flag("--mount", strings.Join(parts, ","))
		for name := range m {
			if !slices.Contains([]string{"Type", "Source", "Target", "ReadOnly"}, name) {
				l.rest["HostConfig.Mounts."+name] = m[name]
			}
		}
	}
}

// text is a string or number as a flag takes it; "" is neither.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		if v != 0 {
			return number(v)
		}
	}
	return ""
}

func number(v any) string {
	n, _ := v.(float64)
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func list(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			s, _ := e.(string)
			all = append(all, s)
		}
	}
	return all
}

// Quote makes a word of a POSIX shell.
func Quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
