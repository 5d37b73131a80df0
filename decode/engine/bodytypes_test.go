package engine

import (
	"reflect"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/api/types/plugin"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/api/types/volume"
)

type types map[Place]reflect.Type

// bodyTypes says which Go types the daemon reads and writes, for every
// operation whose bodies have fields a secret might hide in.
func bodyTypes() map[string]types {
	req := func(t reflect.Type) types { return types{InRequestBody: t} }
	res := func(t reflect.Type) types { return types{InResponseBody: t} }
	both := func(q, s reflect.Type) types { return types{InRequestBody: q, InResponseBody: s} }
	return map[string]types{
		"ContainerCreate":   both(reflect.TypeFor[container.CreateRequest](), reflect.TypeFor[container.CreateResponse]()),
		"ContainerInspect":  res(reflect.TypeFor[container.InspectResponse]()),
		"ContainerList":     res(reflect.TypeFor[[]container.Summary]()),
		"ContainerUpdate":   req(reflect.TypeFor[container.UpdateConfig]()),
		"ContainerExec":     req(reflect.TypeFor[container.ExecCreateRequest]()),
		"ExecStart":         req(reflect.TypeFor[container.ExecStartRequest]()),
		"ExecInspect":       res(reflect.TypeFor[container.ExecInspectResponse]()),
		"ImageInspect":      res(reflect.TypeFor[image.InspectResponse]()),
		"ImageList":         res(reflect.TypeFor[[]image.Summary]()),
		"ImageHistory":      res(reflect.TypeFor[[]image.HistoryResponseItem]()),
		"ImageCommit":       req(reflect.TypeFor[container.Config]()),
		"SystemAuth":        both(reflect.TypeFor[registry.AuthConfig](), reflect.TypeFor[registry.AuthResponse]()),
		"SystemInfo":        res(reflect.TypeFor[system.Info]()),
		"SystemDataUsage":   res(reflect.TypeFor[system.DiskUsage]()),
		"SystemEvents":      {InStream: reflect.TypeFor[events.Message]()},
		"VolumeCreate":      both(reflect.TypeFor[volume.CreateRequest](), reflect.TypeFor[volume.Volume]()),
		"VolumeInspect":     res(reflect.TypeFor[volume.Volume]()),
		"NetworkDisconnect": req(reflect.TypeFor[network.DisconnectRequest]()),
		"VolumeUpdate":      req(reflect.TypeFor[struct{ Spec *volume.ClusterVolumeSpec }]()),
		"PluginSet":         req(reflect.TypeFor[[]string]()),
		"VolumeList":        res(reflect.TypeFor[volume.ListResponse]()),
		"NetworkCreate":     req(reflect.TypeFor[network.CreateRequest]()),
		"NetworkInspect":    res(reflect.TypeFor[network.Inspect]()),
		"NetworkList":       res(reflect.TypeFor[[]network.Summary]()),
		"NetworkConnect":    req(reflect.TypeFor[network.ConnectRequest]()),
		"PluginInspect":     res(reflect.TypeFor[plugin.Plugin]()),
		"PluginList":        res(reflect.TypeFor[[]plugin.Plugin]()),
		"NodeInspect":       res(reflect.TypeFor[swarm.Node]()),
		"NodeList":          res(reflect.TypeFor[[]swarm.Node]()),
		"NodeUpdate":        req(reflect.TypeFor[swarm.NodeSpec]()),
		"SwarmInspect":      res(reflect.TypeFor[swarm.Swarm]()),
		"SwarmInit":         req(reflect.TypeFor[swarm.InitRequest]()),
		"SwarmJoin":         req(reflect.TypeFor[swarm.JoinRequest]()),
		"SwarmUpdate":       req(reflect.TypeFor[swarm.Spec]()),
		"SwarmUnlock":       req(reflect.TypeFor[swarm.UnlockRequest]()),
		"SwarmUnlockkey":    res(reflect.TypeFor[swarm.UnlockRequest]()),
		"ServiceCreate":     req(reflect.TypeFor[swarm.ServiceSpec]()),
		"ServiceUpdate":     req(reflect.TypeFor[swarm.ServiceSpec]()),
		"ServiceInspect":    res(reflect.TypeFor[swarm.Service]()),
		"ServiceList":       res(reflect.TypeFor[[]swarm.Service]()),
		"TaskInspect":       res(reflect.TypeFor[swarm.Task]()),
		"TaskList":          res(reflect.TypeFor[[]swarm.Task]()),
		"SecretCreate":      req(reflect.TypeFor[swarm.SecretSpec]()),
		"SecretUpdate":      req(reflect.TypeFor[swarm.SecretSpec]()),
		"SecretInspect":     res(reflect.TypeFor[swarm.Secret]()),
		"SecretList":        res(reflect.TypeFor[[]swarm.Secret]()),
		"ConfigCreate":      req(reflect.TypeFor[swarm.ConfigSpec]()),
		"ConfigUpdate":      req(reflect.TypeFor[swarm.ConfigSpec]()),
		"ConfigInspect":     res(reflect.TypeFor[swarm.Config]()),
		"ConfigList":        res(reflect.TypeFor[[]swarm.Config]()),
	}
}

// BodyTypes is for the tests that look through the redactor.
var BodyTypes = bodyTypes
