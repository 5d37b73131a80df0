package engine

const (
	id1 = "3f2a91c0b7d4b2e51a7c3f2a91c0b7d4b2e51a7c3f2a91c0b7d4b2e51a7cabcd"
	id2 = "sha256:" + id1
)

// An example is an exchange and the line it makes.
type example struct {
	request string // method and target
	status  int
	req     string
	res     string
	want    string
}

// examples by operation id: each operation has one.
var examples = map[string][]example{
	"ContainerCreate": {
		{"POST /v1.41/containers/create?name=web", 201, `{"Image":"nginx:1.27","Env":["A=b"],"Cmd":null}`, `{"Id":"` + id1 + `","Warnings":[]}`, "web ← nginx:1.27 → 3f2a91c0b7d4"},
		{"POST /containers/create", 201, `{"Image":"` + id2 + `"}`, `{"Id":"` + id1 + `"}`, "3f2a91c0b7d4 → 3f2a91c0b7d4"},
		{"POST /containers/create?name=web", 404, `{"Image":"no:such"}`, `{"message":"No such image: no:such"}`, "web ← no:such → No such image: no:such"},
		{"POST /containers/create?name=web", 409, `{"Image":"a"}`, `{"message":"The container name \"/web\" is already in use by container \"` + id1 + `\"."}`, `web ← a → The container name "/web" is already in use by container "3f2a91c0b7d4".`},
		{"POST /containers/create?name=web", 0, `{"Image":"a"}`, ``, "web ← a"},
		{"POST /containers/create?name=web", 0, `{"Image":"a","Env":["X=`, ``, "web ← a"},
		{"POST /containers/create?name=web", 0, `{"Ima`, ``, "web"},
	},
	"ContainerList": {
		{"GET /containers/json?all=1", 200, ``, `[{"Id":"a"},{"Id":"b"},{"Id":"c"}]`, "all → 3 containers"},
		{"GET /containers/json", 200, ``, `[{"Id":"a"}]`, "1 container"},
		{"GET /containers/json", 200, ``, `[]`, "0 containers"},
		{"GET /containers/json", 200, ``, `[{"Id":"a"},{"Id`, "1+ containers"},
		{`GET /containers/json?filters={"label":{"a=b":true},"status":["running"]}`, 200, ``, `[]`, "label=a=b status=running → 0 containers"},
		{"GET /containers/json", 500, ``, `{"message":"boom\u001b[31m\nred"}`, "→ boom red"},
		{"GET /containers/json", 500, ``, ``, ""},
	},
	"ContainerInspect": {
		{"GET /containers/web/json", 200, ``, `{"Id":"` + id1 + `","State":{"Status":"exited","ExitCode":3},"Name":"/web"}`, "web → exited (3)"},
		{"GET /containers/" + id1 + "/json", 200, ``, `{"State":{"Status":"running"},"Name":"/web"}`, "3f2a91c0b7d4 → web running"},
		{"GET /containers/web/json", 404, ``, `{"message":"No such container: web"}`, "web → No such container: web"},
	},
	"ContainerWait": {
		{"POST /containers/" + id1 + "/wait?condition=removed", 200, ``, `{"StatusCode":7}`, "3f2a91c0b7d4 → exit 7"},
		{"POST /containers/" + id1 + "/wait", 200, ``, `{"Error":null,"StatusCode":0}`, "3f2a91c0b7d4 → exit 0"},
		{"POST /containers/" + id1 + "/wait", 200, ``, `{"Error":{"Message":"gone"},"StatusCode":-1}`, "3f2a91c0b7d4 → gone"},
		{"POST /containers/" + id1 + "/wait", 200, ``, ``, "3f2a91c0b7d4"},
	},
	"ContainerLogs": {
		{"GET /containers/web/logs?follow=1&stdout=1&stderr=1&tail=10", 200, ``, "hello", "web follow tail=10"},
		{"GET /containers/web/logs?stdout=true&tail=all&since=5", 200, ``, ``, "web since=5 stdout"},
	},
	"ContainerTop":     {{"GET /containers/web/top?ps_args=aux", 200, ``, `{"Processes":[["1"],["2"]],"Titles":["PID"]}`, "web aux → 2 processes"}},
	"ContainerChanges": {{"GET /containers/web/changes", 200, ``, `null`, "web → 0 changes"}},
	"ContainerExport":  {{"GET /containers/web/export", 200, ``, `0123456789`, "web → 10B"}},
	"ContainerStats": {{"GET /containers/web/stats?stream=0", 200, ``,
		`{"read":"2026-11-23T18:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":300},"system_cpu_usage":2000,"online_cpus":2},"precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},"memory_stats":{"usage":3000000,"stats":{"inactive_file":1000000},"limit":2000000000}}`,
		"web → cpu 40.0% mem 2MB of 2GB"},
		{"GET /containers/web/stats?stream=0", 200, ``, `{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}`, "web"}},
	"ContainerResize":  {{"POST /containers/web/resize?h=40&w=120", 200, ``, ``, "web 120x40"}},
	"ContainerStart":   {{"POST /containers/web/start", 204, ``, ``, "web"}, {"POST /containers/web/start", 304, ``, ``, "web → already started"}},
	"ContainerStop":    {{"POST /containers/web/stop?t=3", 204, ``, ``, "web t=3"}, {"POST /containers/web/stop", 304, ``, ``, "web → already stopped"}},
	"ContainerRestart": {{"POST /containers/web/restart?signal=INT", 204, ``, ``, "web signal=INT"}},
	"ContainerKill":    {{"POST /containers/web/kill?signal=TERM", 204, ``, ``, "web TERM"}},
	"ContainerUpdate":  {{"POST /containers/web/update", 200, `{"Memory":536870912,"CpuShares":0,"NanoCpus":1500000000,"PidsLimit":-1,"RestartPolicy":{"Name":"always"}}`, `{"Warnings":null}`, "web Memory=537MB Cpus=1.5 PidsLimit=unlimited restart=always"}},
	"ContainerRename":  {{"POST /containers/web/rename?name=api", 204, ``, ``, "web as api"}, {"POST /containers/web/rename?name=api", 409, ``, `{"message":"in use"}`, "web as api → in use"}},
	"ContainerPause":   {{"POST /containers/web/pause", 204, ``, ``, "web"}},
	"ContainerUnpause": {{"POST /containers/web/unpause", 204, ``, ``, "web"}},
	"ContainerAttach": {
		{"POST /containers/web/attach?stderr=1&stdin=1&stdout=1&stream=1", 101, ``, ``, "web stdin stdout stderr"},
		{"POST /containers/web/attach?stdout=1", 404, ``, "No such container: web\r\n", "web stdout → No such container: web"},
	},
	"ContainerAttachWebsocket": {{"GET /containers/web/attach/ws?stdout=1", 101, ``, ``, "web stdout"}},
	"ContainerDelete":          {{"DELETE /containers/web?force=1&v=1", 204, ``, ``, "web force with volumes"}, {"DELETE /containers/web?force=0", 204, ``, ``, "web"}},
	"ContainerArchiveInfo":     {{"HEAD /containers/web/archive?path=%2Fetc", 200, ``, ``, "web:/etc → folder -rwxr-xr-x"}},
	"ContainerArchive":         {{"GET /containers/web/archive?path=/etc", 200, ``, `tar`, "web:/etc → folder -rwxr-xr-x"}},
	"PutContainerArchive":      {{"PUT /containers/web/archive?path=/etc", 200, `0123`, ``, "web:/etc ← 4B"}},
	"ContainerPrune":           {{"POST /containers/prune", 200, ``, `{"ContainersDeleted":["a","b"],"SpaceReclaimed":4260000}`, "reclaimed 4.26MB, 2 containers"}, {"POST /containers/prune", 200, ``, `{"ContainersDeleted":null,"SpaceReclaimed":0}`, "reclaimed 0B, 0 containers"}},
	"CheckpointList":           {{"GET /containers/web/checkpoints", 200, ``, `[{"Name":"a"}]`, "web → 1 checkpoint"}},
	"CheckpointCreate":         {{"POST /containers/web/checkpoints", 201, `{"CheckpointID":"c1"}`, ``, "web c1"}},
	"CheckpointDelete":         {{"DELETE /containers/web/checkpoints/c1", 204, ``, ``, "web c1"}},

	"ContainerExec": {{"POST /containers/web/exec", 201, `{"Cmd":["sh","-c","echo it's"],"User":"root"}`, `{"Id":"` + id1 + `"}`, `web: user=root sh -c 'echo it'\''s' → 3f2a91c0b7d4`}},
	"ExecStart":     {{"POST /exec/" + id1 + "/start", 101, `{"Detach":false,"Tty":true}`, ``, "3f2a91c0b7d4 tty"}},
	"ExecResize":    {{"POST /exec/" + id1 + "/resize?h=1&w=2", 200, ``, ``, "3f2a91c0b7d4 2x1"}},
	"ExecInspect": {
		{"GET /exec/" + id1 + "/json", 200, ``, `{"Running":false,"ExitCode":2}`, "3f2a91c0b7d4 → exit 2"},
		{"GET /exec/" + id1 + "/json", 200, ``, `{"Running":true,"ExitCode":null}`, "3f2a91c0b7d4 → running"},
	},

	"ImageList": {{"GET /images/json", 200, ``, `[{},{}]`, "2 images"}},
	"ImageCreate": {
		{"POST /images/create?fromImage=alpine&tag=3.20", 200, ``,
			`{"status":"Pulling from library/alpine","id":"3.20"}` + "\r\n" + `{"status":"Pulling fs layer","progressDetail":{},"id":"aa"}{"status":"Pulling fs layer","id":"bb"}{"status":"Pulling fs layer","id":"cc"}` +
				`{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"aa"}{"status":"Download complete","id":"aa"}{"status":"Pull complete","id":"aa"}{"status":"Already exists","id":"bb"}{"status":"Pull complete","id":"cc"}` +
				`{"status":"Digest: sha256:abc"}{"status":"Status: Downloaded newer image for alpine:3.20"}`, "alpine:3.20 → pulled 3 layers"},
		{"POST /images/create?fromImage=alpine&tag=3.20", 200, ``, `{"status":"Digest: sha256:abc"}{"status":"Status: Image is up to date for alpine:3.20"}`, "alpine:3.20 → up to date"},
		{"POST /images/create?fromImage=alpine&tag=" + id2, 200, ``, `{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}`, "alpine@sha256:3f2a91c0b7d4 → manifest unknown"},
		{"POST /images/create?fromImage=alpine&tag=x", 200, ``, `{"error":"old daemon"}`, "alpine:x → old daemon"},
		{"POST /images/create?fromSrc=-&repo=mine&tag=1", 200, `tar`, `{"status":"` + id2 + `"}`, "mine:1 ← upload → 3f2a91c0b7d4"},
	},
	"ImageInspect":      {{"GET /images/registry:5000/a/b:1/json", 200, ``, `{"Id":"` + id2 + `","Size":4260000,"Os":"linux","Architecture":"amd64"}`, "registry:5000/a/b:1 → 3f2a91c0b7d4 linux/amd64 4.26MB"}},
	"ImageAttestations": {{"GET /images/a/attestations", 200, ``, `[{}]`, "a → 1 statement"}},
	"ImageHistory":      {{"GET /images/a/history", 200, ``, `[{},{}]`, "a → 2 steps"}},
	"ImagePush":         {{"POST /images/reg/a/push?tag=1", 200, ``, `{"status":"Preparing","id":"a"}{"status":"Pushed","id":"a"}{"status":"Mounted from library/b","id":"b"}{"aux":{"Tag":"1","Digest":"sha256:d","Size":5}}`, "reg/a:1 → pushed 2 layers"}},
	"ImageTag":          {{"POST /images/a/tag?repo=b&tag=2", 201, ``, ``, "a as b:2"}},
	"ImageDelete":       {{"DELETE /images/a", 200, ``, `[{"Untagged":"a:latest"},{"Deleted":"sha256:1"},{"Deleted":"sha256:2"}]`, "a → untagged 1, deleted 2"}},
	"ImageSearch":       {{"GET /images/search?term=nginx", 200, ``, `[{}]`, "nginx → 1 result"}},
	"ImagePrune":        {{"POST /images/prune", 200, ``, `{"ImagesDeleted":[{"Deleted":"a"}],"SpaceReclaimed":1}`, "reclaimed 1B, 1 deletion"}},
	"ImageGet":          {{"GET /images/a/b/get", 200, ``, `tar`, "a/b → 3B"}},
	"ImageGetAll":       {{"GET /images/get?names=a&names=b", 200, ``, `tar`, "a b → 3B"}},
	"ImageLoad":         {{"POST /images/load?quiet=1", 200, `tar`, `{"stream":"Loaded image: busybox:latest\n"}`, "3B → busybox:latest"}},
	"ImageCommit":       {{"POST /commit?container=" + id1 + "&repo=r&tag=t", 201, `{}`, `{"Id":"` + id2 + `"}`, "3f2a91c0b7d4 as r:t → 3f2a91c0b7d4"}},
	"ImageBuild": {
		{"POST /build?t=app:1&t=app:2&target=prod", 200, `0123`, `{"stream":"Step 1/2 : FROM x\n"}{"stream":"\n"}{"aux":{"ID":"` + id2 + `"}}{"stream":"Successfully built 3f2a91c0b7d4\n"}`, "app:1 app:2 ← 4B target=prod → 3f2a91c0b7d4"},
		{"POST /build?t=app", 200, `0123`, `{"stream":"Step 1/2 : RUN false"}{"errorDetail":{"code":1,"message":"returned a non-zero code: 1"},"error":"x"}`, "app ← 4B → returned a non-zero code: 1"},
		{"POST /build?t=app&version=2&remote=client-session", 200, ``, `{"id":"moby.image.id","aux":{"ID":"` + id2 + `"}}`, "app by BuildKit → 3f2a91c0b7d4"},
	},
	"BuildPrune":          {{"POST /build/prune", 200, ``, `{"CachesDeleted":null,"SpaceReclaimed":0}`, "reclaimed 0B, 0 cache records"}},
	"BuildCancel":         {{"POST /build/cancel?id=x", 204, ``, ``, "x"}},
	"DistributionInspect": {{"GET /distribution/alpine/json", 200, ``, `{"Descriptor":{"digest":"` + id2 + `"}}`, "alpine → sha256:3f2a91c0b7d4"}},

	"SystemAuth":     {{"POST /auth", 200, `{"username":"u","password":"p","serveraddress":"reg.example"}`, `{"Status":"Login Succeeded","IdentityToken":"t"}`, "reg.example → Login Succeeded"}, {"POST /auth", 401, `{}`, `{"message":"unauthorized"}`, "default registry → unauthorized"}},
	"SystemInfo":     {{"GET /info", 200, ``, `{"Containers":2,"Images":1,"ServerVersion":"20.10","OSType":"linux","Architecture":"x86_64"}`, "Docker 20.10 linux x86_64, 2 containers, 1 image"}},
	"SystemVersion":  {{"GET /version", 200, ``, `{"Version":"20.10.24","ApiVersion":"1.41","Os":"linux","Arch":"amd64"}`, "20.10.24 API 1.41 linux amd64"}},
	"SystemPing":     {{"GET /_ping", 200, ``, `OK`, "API 1.41 BuildKit"}},
	"SystemPingHead": {{"HEAD /_ping", 200, ``, ``, "API 1.41 BuildKit"}},
	"SystemOptions":  {{"OPTIONS /info", 200, ``, ``, "/info"}},
	"SystemEvents": {{`GET /events?filters={"type":["container"]}`, 200, ``,
		`{"status":"start","id":"` + id1 + `","Type":"container","Action":"start","Actor":{"ID":"` + id1 + `","Attributes":{"name":"web","token":"x"}}}` + "\n\x1e" + `{"Type":"network","Action":"exec_create: sh -c secret","Actor":{"ID":"` + id1 + `"}}`,
		"type=container → 2 events, last network exec_create 3f2a91c0b7d4"}},
	"SystemDataUsage": {
		{"GET /system/df", 200, ``, `{"LayersSize":1000,"Images":[{}],"Containers":[],"Volumes":[{},{}],"BuildCache":null}`, "images 1kB, 0 containers, 2 volumes"},
		{"GET /system/df?type=image", 200, ``, `{"ImageUsage":{"TotalSize":2000}}`, "image → images 2kB"},
	},

	"VolumeList":    {{"GET /volumes", 200, ``, `{"Volumes":[{},{}],"Warnings":null}`, "2 volumes"}},
	"VolumeCreate":  {{"POST /volumes/create", 201, `{"Name":"data","Driver":"local"}`, `{"Name":"data"}`, "data → created"}, {"POST /volumes/create", 201, `{"Driver":"nfs"}`, `{"Name":"` + id1 + `"}`, "driver=nfs → 3f2a91c0b7d4"}},
	"VolumeInspect": {{"GET /volumes/data", 200, ``, `{"Driver":"local"}`, "data → local"}},
	"VolumeUpdate":  {{"PUT /volumes/data?version=1", 200, `{}`, ``, "data"}},
	"VolumeDelete":  {{"DELETE /volumes/data?force=1", 204, ``, ``, "data force"}},
	"VolumePrune":   {{"POST /volumes/prune", 200, ``, `{"VolumesDeleted":["a"],"SpaceReclaimed":5}`, "reclaimed 5B, 1 volume"}},

	"NetworkList":       {{"GET /networks/", 200, ``, `[{}]`, "1 network"}},
	"NetworkInspect":    {{"GET /networks/net", 200, ``, `{"Name":"net","Driver":"bridge","Containers":{"a":{},"b":{}}}`, "net → bridge 2 containers"}},
	"NetworkDelete":     {{"DELETE /networks/net", 204, ``, ``, "net"}},
	"NetworkCreate":     {{"POST /networks/create", 201, `{"Name":"net","Driver":"overlay","Internal":true}`, `{"Id":"` + id1 + `"}`, "net driver=overlay internal → 3f2a91c0b7d4"}},
	"NetworkConnect":    {{"POST /networks/net/connect", 200, `{"Container":"web"}`, ``, "net ← web"}},
	"NetworkDisconnect": {{"POST /networks/net/disconnect", 200, `{"Container":"web","Force":true}`, ``, "web from net force"}},
	"NetworkPrune":      {{"POST /networks/prune", 200, ``, `{"NetworksDeleted":["a"]}`, "1 network"}},

	"PluginList":          {{"GET /plugins", 200, ``, `[]`, "0 plugins"}},
	"GetPluginPrivileges": {{"GET /plugins/privileges?remote=vieux/sshfs", 200, ``, `[{},{}]`, "vieux/sshfs → 2 privileges"}},
	"PluginPull":          {{"POST /plugins/pull?remote=vieux/sshfs&name=ssh", 200, `[]`, `{"status":"Digest: sha256:d"}`, "vieux/sshfs as ssh → sha256:d"}},
	"PluginInspect":       {{"GET /plugins/vieux/sshfs/json", 200, ``, `{"Enabled":true}`, "vieux/sshfs → enabled"}},
	"PluginDelete":        {{"DELETE /plugins/a?force=1", 200, ``, ``, "a force"}},
	"PluginEnable":        {{"POST /plugins/a/enable?timeout=0", 200, ``, ``, "a"}},
	"PluginDisable":       {{"POST /plugins/a/disable", 200, ``, ``, "a"}},
	"PluginUpgrade":       {{"POST /plugins/a/upgrade?remote=b", 200, `[]`, ``, "a ← b"}},
	"PluginCreate":        {{"POST /plugins/create?name=a", 204, `tar`, ``, "a ← 3B"}},
	"PluginPush":          {{"POST /plugins/a/push", 200, ``, `{"status":"Pushed","id":"x"}`, "a → pushed 1 layer"}},
	"PluginSet":           {{"POST /plugins/a/set", 204, `["DEBUG=1","TOKEN=x"]`, ``, "a DEBUG TOKEN"}},

	"NodeList":       {{"GET /nodes", 200, ``, `[{}]`, "1 node"}},
	"NodeInspect":    {{"GET /nodes/self", 200, ``, `{"Spec":{"Role":"manager"},"Description":{"Hostname":"h"},"Status":{"State":"ready"}}`, "self → h manager ready"}},
	"NodeDelete":     {{"DELETE /nodes/24ifsmvkjbyhk24ifsmvkjbyh?force=1", 200, ``, ``, "24ifsmvkjbyh force"}},
	"NodeUpdate":     {{"POST /nodes/n/update?version=1", 200, `{"Role":"worker","Availability":"drain"}`, ``, "n worker drain"}},
	"SwarmInspect":   {{"GET /swarm", 200, ``, `{"ID":"24ifsmvkjbyhk24ifsmvkjbyh","JoinTokens":{"Worker":"SWMTKN"}}`, "24ifsmvkjbyh"}},
	"SwarmInit":      {{"POST /swarm/init", 200, `{"AdvertiseAddr":"10.0.0.1"}`, `"24ifsmvkjbyhk24ifsmvkjbyh"`, "10.0.0.1 → 24ifsmvkjbyh"}},
	"SwarmJoin":      {{"POST /swarm/join", 200, `{"RemoteAddrs":["a:1","b:2"],"JoinToken":"SWMTKN"}`, ``, "a:1 b:2"}},
	"SwarmLeave":     {{"POST /swarm/leave?force=1", 200, ``, ``, "force"}},
	"SwarmUpdate":    {{"POST /swarm/update?version=1&rotateWorkerToken=true", 200, `{}`, ``, "rotate worker token"}},
	"SwarmUnlockkey": {{"GET /swarm/unlockkey", 200, ``, `{"UnlockKey":""}`, "no key"}, {"GET /swarm/unlockkey", 200, ``, `{"UnlockKey":"SWMKEY"}`, ""}},
	"SwarmUnlock":    {{"POST /swarm/unlock", 200, `{"UnlockKey":"SWMKEY"}`, ``, "with a key"}},

	"ServiceList":    {{"GET /services", 200, ``, `[{}]`, "1 service"}},
	"ServiceCreate":  {{"POST /services/create", 201, `{"Name":"web","TaskTemplate":{"ContainerSpec":{"Image":"nginx:1@sha256:x"}},"Mode":{"Replicated":{"Replicas":3}}}`, `{"ID":"24ifsmvkjbyhk24ifsmvkjbyh"}`, "web ← nginx:1 replicas=3 → 24ifsmvkjbyh"}},
	"ServiceInspect": {{"GET /services/web", 200, ``, `{"Spec":{"Name":"web","TaskTemplate":{"ContainerSpec":{"Image":"nginx:1"}}}}`, "web → nginx:1"}},
	"ServiceDelete":  {{"DELETE /services/web", 200, ``, ``, "web"}},
	"ServiceUpdate":  {{"POST /services/web/update?version=1", 200, `{"Mode":{"Replicated":{"Replicas":5}}}`, `{}`, "web replicas=5"}, {"POST /services/web/update?version=1&rollback=previous", 200, `{}`, `{}`, "web rollback"}},
	"ServiceLogs":    {{"GET /services/24ifsmvkjbyhk24ifsmvkjbyh/logs?stdout=1&follow=1", 200, ``, ``, "24ifsmvkjbyh follow stdout"}},
	"TaskList":       {{"GET /tasks", 200, ``, `[]`, "0 tasks"}},
	"TaskInspect":    {{"GET /tasks/t", 200, ``, `{"Status":{"State":"running"},"NodeID":"n"}`, "t → running node=n"}},
	"TaskLogs":       {{"GET /tasks/t/logs?stdout=1&stderr=1", 200, ``, ``, "t"}},

	"SecretList":    {{"GET /secrets", 200, ``, `[]`, "0 secrets"}},
	"SecretCreate":  {{"POST /secrets/create", 201, `{"Name":"s","Data":"cHcK"}`, `{"ID":"24ifsmvkjbyhk24ifsmvkjbyh"}`, "s → 24ifsmvkjbyh"}},
	"SecretInspect": {{"GET /secrets/x", 200, ``, `{"Spec":{"Name":"s"}}`, "x → s"}},
	"SecretDelete":  {{"DELETE /secrets/x", 204, ``, ``, "x"}},
	"SecretUpdate":  {{"POST /secrets/x/update?version=1", 200, `{"Name":"s"}`, ``, "x s"}},
	"ConfigList":    {{"GET /configs", 200, ``, `[{}]`, "1 config"}},
	"ConfigCreate":  {{"POST /configs/create", 201, `{"Name":"c","Data":"cHcK"}`, `{"ID":"i"}`, "c → i"}},
	"ConfigInspect": {{"GET /configs/c", 200, ``, `{"Spec":{"Name":"c","Data":"cHcK"}}`, "c"}},
	"ConfigDelete":  {{"DELETE /configs/c", 204, ``, ``, "c"}},
	"ConfigUpdate":  {{"POST /configs/c/update?version=1", 200, `{}`, ``, "c"}},

	"Session":           {{"POST /session", 101, ``, ``, "daemon calls the client's services"}},
	"BuildKitConnect":   {{"POST /grpc", 101, ``, ``, "client calls the daemon's BuildKit"}},
	"BuildKitControl":   {{"POST /moby.buildkit.v1.Control/Solve", 200, ``, ``, "Solve"}},
	"BuildKitFrontend":  {{"POST /moby.buildkit.v1.frontend.LLBBridge/Ping", 200, ``, ``, "Ping"}},
	"ContainerdContent": {{"POST /containerd.services.content.v1.Content/Read", 200, ``, ``, "Read"}},
	"TraceExport":       {{"POST /opentelemetry.proto.collector.trace.v1.TraceService/Export", 200, ``, ``, "traces"}},
	"DebugVars":         {{"GET /debug/vars", 200, ``, `{}`, "counters of the daemon"}},
	"DebugProfileIndex": {{"GET /debug/pprof/", 200, ``, ``, "list of profiles"}},
	"DebugCommandLine":  {{"GET /debug/pprof/cmdline", 200, ``, ``, "command line of the daemon"}},
	"DebugCPUProfile":   {{"GET /debug/pprof/profile?seconds=5", 200, ``, `1`, "cpu seconds=5 → 1B"}},
	"DebugSymbol":       {{"GET /debug/pprof/symbol", 200, ``, ``, "symbols"}},
	"DebugTrace":        {{"GET /debug/pprof/trace", 200, ``, ``, "trace"}},
	"DebugProfile":      {{"GET /debug/pprof/heap", 200, ``, ``, "heap"}},
}
