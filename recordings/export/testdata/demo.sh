#!/bin/sh
# Docker API calls of demo, as curl commands. Needs curl and jq.
# They are made on the daemon at $DOCKER_SOCKET: containers may be created and removed.
set -u
socket=${DOCKER_SOCKET:-/var/run/docker.sock}
failed=0

# call STATUS METHOD TARGET [CURL-ARGUMENT...]: makes a call, keeps its answer in $answer, and says when its status is another.
call() {
	want=$1 method=$2 target=$3
	shift 3
	if [ "$method" = HEAD ]; then set -- --head "$@"; else set -- -X "$method" "$@"; fi
	got=$(curl -sS -g --path-as-is --unix-socket "$socket" -w '\n%{http_code}' "$@" "http://docker$target" | tr -d '\000')
	status=${got##*
}
	answer=${got%
*}
	if [ "$status" != "$want" ]; then
		echo "$method $target: $status, not $want: $answer" >&2
		failed=1
	fi
}
# id PATH: a value of the answer.
id() { printf '%s' "$answer" | jq -r "$1"; }

# 1 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 2 ImageCreate localhost:5043/shop/web:1.4 → pulled 3 layers, 1 already there
call 200 'POST' '/v1.41/images/create?fromImage=localhost%3A5043%2Fshop%2Fweb&tag=1.4'

# 3 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 4 NetworkCreate shop → 269ce8154429
call 201 'POST' '/v1.41/networks/create' -H 'Content-Type: application/json' --data-raw '{"Driver":"bridge","Scope":"","IPAM":{"Driver":"default","Options":{},"Config":[]},"Internal":false,"Attachable":false,"Ingress":false,"ConfigOnly":false,"ConfigFrom":null,"Options":{},"Labels":{},"Name":"shop","CheckDuplicate":true}
'
id_4=$(id '.Id // .ID')

# 5 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 6 ContainerCreate shop-web ← localhost:5043/shop/web:1.4 → 5c7c130d1d78
# left out: it has a secret, which was redacted

# 7 ContainerWait shop-web
call 200 'POST' '/v1.41/containers/5c7c130d1d78dc9eb7fa892de05592e8feecd6d5629460a853bd6f788da4f8e5/wait?condition=next-exit' &
sleep 1 # it has to reach the daemon before the next

# 8 ContainerStart shop-web
call 204 'POST' '/v1.41/containers/5c7c130d1d78dc9eb7fa892de05592e8feecd6d5629460a853bd6f788da4f8e5/start'

# 9 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 10 ContainerInspect shop-web → running
call 200 'GET' '/v1.41/containers/shop-web/json'

# 11 ContainerLogs shop-web follow
call 200 'GET' '/v1.41/containers/5c7c130d1d78dc9eb7fa892de05592e8feecd6d5629460a853bd6f788da4f8e5/logs?follow=1&stderr=1&stdout=1&tail=all' &
sleep 1 # it has to reach the daemon before the next

# 12 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 13 ContainerInspect shop-web → running
call 200 'GET' '/v1.41/containers/shop-web/json'

# 14 ContainerExec shop-web: cat /etc/motd → 2ccd416e1cb3
call 201 'POST' '/v1.41/containers/shop-web/exec' -H 'Content-Type: application/json' --data-raw '{"User":"","Privileged":false,"Tty":false,"AttachStdin":false,"AttachStderr":true,"AttachStdout":true,"Detach":false,"DetachKeys":"","Env":null,"WorkingDir":"","Cmd":["cat","/etc/motd"]}
'
id_14=$(id '.Id // .ID')

# 15 ExecStart cat /etc/motd
# left out: the connection becomes a stream, which curl cannot speak

# 16 ExecInspect cat /etc/motd → exit 0
call 200 'GET' '/v1.41/exec/'"$id_14"'/json'

# 17 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 18 ContainerCreate busybox → 316b68a1394f
call 201 'POST' '/v1.41/containers/create' -H 'Content-Type: application/json' --data-raw '{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":true,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":["sh","-c","printf \"\\033[1;32mok\\033[0m    12 tests\\n\\033[1;31mfail\\033[0m   1 test\\n\"; exit 3"],"Image":"busybox","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{},"HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":true,"VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[0,0],"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null},"NetworkingConfig":{"EndpointsConfig":{"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"","DriverOpts":null,"GwPriority":0,"NetworkID":"","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}}}
'
id_18=$(id '.Id // .ID')

# 19 ContainerAttach 316b68a1394f stdout stderr
# left out: the connection becomes a stream, which curl cannot speak

# 20 ContainerWait 316b68a1394f → exit 3
call 200 'POST' '/v1.41/containers/'"$id_18"'/wait?condition=removed' &
sleep 1 # it has to reach the daemon before the next

# 21 ContainerStart 316b68a1394f
call 204 'POST' '/v1.41/containers/'"$id_18"'/start'

# 22 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 23 ContainerList 1 container
call 200 'GET' '/v1.41/containers/json'

# 24 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 25 ImageBuild shop/job ← 3.07kB → fc421f7eee1c
# left out: it has bytes that are no printable text

# 26 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 27 ImageCreate localhost:5043/shop/web:9.9 → manifest for localhost:5043/shop/web:9.9 not found: manifest unknown: manifest unknown
call 404 'POST' '/v1.41/images/create?fromImage=localhost%3A5043%2Fshop%2Fweb&tag=9.9'

# 28 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 29 ContainerArchive shop-web:/etc/motd → file -rw-r--r-- 6B
call 200 'GET' '/v1.41/containers/shop-web/archive?path=%2Fetc%2Fmotd'

# 30 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 31 ContainerStop shop-web t=0
call 204 'POST' '/v1.41/containers/shop-web/stop?t=0'

# 32 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 33 ContainerDelete shop-web
call 204 'DELETE' '/v1.41/containers/shop-web'

# 34 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 35 ImageDelete shop/job → untagged 1, deleted 3
call 200 'DELETE' '/v1.41/images/shop/job'

# 36 ImageDelete localhost:5043/shop/web:1.4 → untagged 2, deleted 4
call 200 'DELETE' '/v1.41/images/localhost:5043/shop/web:1.4'

# 37 SystemPingHead API 1.41
call 200 'HEAD' '/_ping'

# 38 NetworkInspect shop → bridge 0 containers
call 200 'GET' '/v1.41/networks/shop'

# 39 NetworkDelete shop
call 204 'DELETE' '/v1.41/networks/shop'

wait
exit $failed
