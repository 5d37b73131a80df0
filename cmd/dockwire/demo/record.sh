#!/bin/sh
# What the recording of `dockwire demo` shows; `make demo-recording` runs it
# under dockwire, against a daemon that has busybox.
set -e
d=$(mktemp -d) && cd "$d"
printf 'FROM busybox\nCOPY hello /hello\nRUN cat /hello\n' > Dockerfile
echo hello > hello
docker run --name demo -d busybox sh -c 'for i in 1 2 3; do echo line $i; sleep 0.3; done'
docker exec demo echo from exec
docker logs -f demo
DOCKER_BUILDKIT=0 docker build --no-cache -t demo .
docker pull localhost:1/no/such:image || true
docker run --rm busybox sh -c 'echo out; echo err >&2; exit 3' || true
docker rm -f demo
docker rmi demo
cd / && rm -r "$d"
