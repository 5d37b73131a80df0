#!/bin/sh
# What the recording of `dockwire demo` shows; `make demo-recording` runs it
# under dockwire, against a daemon that has busybox. The registry to pull from
# is Debian's docker-registry, for as long as this runs.
set -e
d=$(mktemp -d) && cd "$d"
image=localhost:5043/shop/web:1.4
printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s/blobs}}\nhttp: {addr: "127.0.0.1:5043"}\n' "$d" > registry.yml
docker-registry serve registry.yml >/dev/null 2>&1 &
registry=$!
trap 'kill $registry; rm -rf "$d"' EXIT

# Not seen by dockwire: the image to pull, of some layers that take a moment.
(
  export DOCKER_HOST=unix:///var/run/docker.sock DOCKER_BUILDKIT=0
  mkdir image && head -c 20000000 /dev/urandom > image/app && head -c 70000000 /dev/urandom > image/data
  printf 'FROM busybox\nCOPY data /data\nCOPY app /app\nRUN echo ready > /etc/motd\n' > image/Dockerfile
  docker build -q -t "$image" image && docker push -q "$image" && docker rmi "$image"
) >&2

mkdir job
printf 'FROM busybox\nCOPY hello /hello\nRUN cat /hello\n' > job/Dockerfile
echo 'hello from the build' > job/hello

docker pull "$image"
docker network create shop
docker run -d --name shop-web --network shop -e API_TOKEN=s3cret -l tier=front "$image" \
  sh -c 'for i in 1 2 3 4; do echo "GET /cart/$i 200"; sleep 0.4; done; echo "GET /pay 500" >&2; exec sleep 60'
docker logs -f shop-web &
sleep 1
docker exec shop-web cat /etc/motd
docker run --rm -t busybox sh -c 'printf "\033[1;32mok\033[0m    12 tests\n\033[1;31mfail\033[0m   1 test\n"; exit 3' || true
docker ps
DOCKER_BUILDKIT=0 docker build --no-cache -t shop/job job
docker pull localhost:5043/shop/web:9.9 || true
docker cp shop-web:/etc/motd motd
docker stop -t 0 shop-web
docker rm shop-web
docker rmi shop/job "$image"
docker network rm shop
