package match

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/moby/moby/api/types/checkpoint"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/api/types/volume"
)

// bodyTypes are what dockerd decodes request bodies into. What a type cannot
// tell apart, dockerd reads alike: a member that is left out, null, or zero,
// unless it is a pointer to a number, a text or a truth value.
var bodyTypes = map[string]reflect.Type{
	"CheckpointCreate":  reflect.TypeFor[checkpoint.CreateRequest](),
	"ConfigCreate":      reflect.TypeFor[swarm.ConfigSpec](),
	"ConfigUpdate":      reflect.TypeFor[swarm.ConfigSpec](),
	"ContainerCreate":   reflect.TypeFor[container.CreateRequest](),
	"ContainerExec":     reflect.TypeFor[container.ExecCreateRequest](),
	"ContainerStart":    reflect.TypeFor[container.HostConfig](),
	"ContainerUpdate":   reflect.TypeFor[container.UpdateConfig](),
	"ExecStart":         reflect.TypeFor[container.ExecStartRequest](),
	"ImageCommit":       reflect.TypeFor[container.Config](),
	"NetworkConnect":    reflect.TypeFor[network.ConnectRequest](),
	"NetworkCreate":     reflect.TypeFor[network.CreateRequest](),
	"NetworkDisconnect": reflect.TypeFor[network.DisconnectRequest](),
	"NodeUpdate":        reflect.TypeFor[swarm.NodeSpec](),
	"SecretCreate":      reflect.TypeFor[swarm.SecretSpec](),
	"SecretUpdate":      reflect.TypeFor[swarm.SecretSpec](),
	"ServiceCreate":     reflect.TypeFor[swarm.ServiceSpec](),
	"ServiceUpdate":     reflect.TypeFor[swarm.ServiceSpec](),
	"SwarmInit":         reflect.TypeFor[swarm.InitRequest](),
	"SwarmJoin":         reflect.TypeFor[swarm.JoinRequest](),
	"SwarmUnlock":       reflect.TypeFor[swarm.UnlockRequest](),
	"SwarmUpdate":       reflect.TypeFor[swarm.Spec](),
	"SystemAuth":        reflect.TypeFor[registry.AuthConfig](),
	"VolumeCreate":      reflect.TypeFor[volume.CreateRequest](),
}

// members are the types of a structure's members by the lower case of their
// JSON names: encoding/json takes any case.
func members(t reflect.Type) map[string]reflect.Type {
	if m, ok := memberCache.Load(t); ok {
		return m.(map[string]reflect.Type)
	}
	m := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous && name == "" || name == "-" {
			continue
		}
		name = cmp.Or(name, f.Name)
		m[strings.ToLower(name)] = f.Type
	}
	memberCache.Store(t, m)
	return m
}

var memberCache sync.Map // from reflect.Type

// child is the type of a member or an element, nil if nothing is known of it.
func child(t reflect.Type, key string) reflect.Type {
	switch t = pointed(t); {
	case t == nil:
	case t.Kind() == reflect.Struct:
		return members(t)[strings.ToLower(key)]
	case t.Kind() == reflect.Map, t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		return t.Elem()
	}
	return nil
}

func pointed(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// wasPlain are members that are pointers today and were plain values in older
// versions of the API, with zero for what absent means now (moby api docs:
// EnableIPv6 before 1.48; OomKillDisable and PidsLimit of HostConfig). Clients of
// either age are there.
var wasPlain = map[string]bool{"enableipv6": true, "oomkilldisable": true, "pidslimit": true}

// member is the type of a structure's member as far as zero is concerned.
func member(t reflect.Type, key string) reflect.Type {
	of := child(t, key)
	if of == nil {
		return removed // dockerd passes over it
	}
	if wasPlain[strings.ToLower(key)] {
		return pointed(of)
	}
	return of
}

// removed is the type of what the API had once (KernelMemory): zero said
// nothing then, and anything else is a difference.
var removed = reflect.TypeFor[struct{}]()

// keyed reports whether the keys of an object are data: they count whatever stands
// under them.
func keyed(t reflect.Type) bool {
	t = pointed(t)
	return t == nil || t.Kind() != reflect.Struct
}

// isZero reports whether a member means what leaving it out means.
func isZero(v any, t reflect.Type) bool {
	if v == nil {
		return true
	}
	if t == nil {
		return false
	}
	scalar := t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface
	switch v := v.(type) {
	case string:
		return scalar && v == ""
	case bool:
		return scalar && !v
	case json.Number:
		return scalar && strings.Trim(v.String(), "-0.") == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		if len(v) > 0 && keyed(t) {
			return false
		}
		for k, e := range v {
			if !isZero(e, member(t, k)) {
				return false
			}
		}
		return true
	}
	return false
}

// passedOver are members that older docker clients always send, and newer ones never,
// as dockerd passes over them: it looks for duplicates whatever it is told (since API
// 1.44), and the start of an exec says whether it is detached.
var passedOver = map[string]string{"NetworkCreate": "CheckDuplicate", "ContainerExec": "Detach"}

// withoutDefaults takes out of the body of a create what means nothing: the
// settings, all zero, of the network that the container joins anyhow. docker
// sends them since 26 (docker/cli, container/create.go), and the network by the
// name "default" or by none.
func withoutDefaults(op string, v any) {
	body, ok := v.(map[string]any)
	if member := passedOver[op]; ok && member != "" {
		delete(body, member)
	}
	if !ok || op != "ContainerCreate" {
		return
	}
	host, _ := body["HostConfig"].(map[string]any)
	volumesAsBinds(host)
	mode, _ := host["NetworkMode"].(string)
	if mode == "default" {
		delete(host, "NetworkMode")
	}
	networking, _ := body["NetworkingConfig"].(map[string]any)
	endpoints, _ := networking["EndpointsConfig"].(map[string]any)
	mode = cmp.Or(mode, "default")
	if e, ok := endpoints[mode]; ok && isZero(e, reflect.TypeFor[network.EndpointSettings]()) {
		delete(endpoints, mode)
	}
}

// volumesAsBinds writes mounts of volumes that say nothing else as binds: dockerd makes
// the same of both, and versions of compose send the one or the other. A bind that can be
// written says so or not.
func volumesAsBinds(host map[string]any) {
	binds, _ := host["Binds"].([]any)
	for i, b := range binds {
		if s, ok := b.(string); ok {
			binds[i] = strings.TrimSuffix(s, ":rw")
		}
	}
	mounts, _ := host["Mounts"].([]any)
	left := slices.DeleteFunc(slices.Clone(mounts), func(v any) bool {
		var plain struct {
			Type, Source, Target string
			ReadOnly             bool
			VolumeOptions        *struct{}
		}
		b, _ := json.Marshal(v) // it was JSON
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if d.Decode(&plain) != nil || plain.Type != "volume" || plain.Source == "" {
			return false
		}
		bind := plain.Source + ":" + plain.Target
		if plain.ReadOnly {
			bind += ":ro"
		}
		binds = append(binds, bind)
		return true
	})
	if len(left) < len(mounts) {
		host["Mounts"], host["Binds"] = left, binds
	}
}
