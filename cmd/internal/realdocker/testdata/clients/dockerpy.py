"""Makes calls of every kind with docker-py and prints what comes back.

usage: dockerpy.py NAME   (NAME begins all names; the daemon is DOCKER_HOST)

Values are printed as the daemon gave them, ids and times included: a replay
has to give the very same.
"""
import io
import json
import socket
import sys
import tarfile

import docker
from docker.utils.socket import frames_iter

NAME = sys.argv[1]
client = docker.from_env(timeout=60)
api = client.api


def show(what, value):
    if isinstance(value, bytes):
        value = value.decode()
    print(f"{what}: {json.dumps(value, sort_keys=True, default=bytes.decode)}")


def error(what, call, *args, **kwargs):
    try:
        show(what, call(*args, **kwargs))
    except docker.errors.APIError as e:
        show(what, [type(e).__name__, e.status_code, e.explanation])


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            t.addfile(entry, io.BytesIO(text))
    return out.getvalue()


def daemon():
    show("ping", client.ping())
    version = client.version()
    show("version", [version["Version"], version["ApiVersion"], version["Os"]])
    info = client.info()
    show("info", [info["ServerVersion"], info["Driver"], info["OSType"], info["SystemTime"]])
    show("df", sorted(client.df()))


def images():
    show("images", [i.tags for i in client.images.list("busybox")])
    image = client.images.get("busybox:latest")
    show("image", [image.id, image.attrs["Created"], image.attrs["Size"]])
    show("history", len(image.history()))
    show("tag", image.tag(NAME + "-image", "v1"))
    show("tagged", client.images.list(NAME + "-image")[0].id)
    client.images.remove(NAME + "-image:v1")
    error("no such image", client.images.get, "dockwire-no-such-image")
    saved = sum(len(chunk) for chunk in image.save())
    show("save", saved)


def lifecycle():
    c = client.containers.create("busybox", ["sh", "-c", "echo out; echo err >&2; exit 7"], name=NAME + "-first", labels={"dw.what": "first"})
    show("created", [c.id, c.name, c.status])
    c.start()
    show("wait", c.wait())
    show("logs", c.logs())
    show("stderr", c.logs(stdout=False, stderr=True))
    show("logs with times", c.logs(timestamps=True))
    show("logs tail", c.logs(tail=1))
    show("follow", [line for line in c.logs(stream=True, follow=True)])
    c.reload()
    show("state", [c.status, c.attrs["State"]["ExitCode"], c.attrs["State"]["FinishedAt"]])
    c.rename(NAME + "-renamed")
    c.reload()
    show("renamed", c.name)
    show("inspected", client.containers.get(NAME + "-renamed").id)
    show("diff", c.diff())
    image = c.commit(repository=NAME + "-committed", tag="x", changes=["ENV a=b"])
    show("commit", [image.id, image.tags])
    client.images.remove(NAME + "-committed:x")
    c.remove()
    error("gone", client.containers.get, NAME + "-renamed")


def running():
    c = client.containers.run("busybox", ["sleep", "100"], name=NAME + "-long", detach=True, environment={"A": "1"}, network_mode="none")
    show("env", c.attrs["Config"]["Env"])
    show("top", c.top()["Titles"])
    show("listed", [x.name for x in client.containers.list(filters={"name": NAME + "-long"})])
    c.pause()
    show("paused", [c.reload(), c.status])
    c.unpause()
    show("unpaused", [c.reload(), c.status])
    stats = c.stats(stream=False)
    show("stats", [stats["read"], stats["name"], stats["memory_stats"].get("usage")])
    first = next(c.stats(stream=True, decode=True))
    show("first of stats", [first["id"], first["read"]])
    execs(c)
    archives(c)
    c.update(mem_limit="64m", memswap_limit="64m")
    error("conflict", client.containers.create, "busybox", name=NAME + "-long")
    error("running", c.remove)
    c.restart(timeout=0)
    c.kill("SIGKILL")
    show("killed", c.wait())
    c.remove(v=True)


def execs(c):
    show("exec", list(c.exec_run(["sh", "-c", "echo one; echo two >&2; exit 3"], demux=True)))
    show("exec stream", sorted(c.exec_run(["echo", "streamed"], stream=True).output))
    made = api.exec_create(c.id, ["sh", "-c", "read x; echo got $x; cat; exit 4"], stdin=True)
    sock = api.exec_start(made["Id"], socket=True)._sock
    sock.sendall(b"first\n")
    sock.sendall(b"second\n")
    sock.shutdown(socket.SHUT_WR)
    show("exec socket", b"".join(data for _, data in frames_iter(sock, tty=False)))
    done = api.exec_inspect(made["Id"])
    show("exec inspect", [done["ID"], done["ExitCode"], done["Running"]])
    show("exec tty", c.exec_run(["sh", "-c", "echo $TERM; test -t 1 && echo tty"], tty=True).output)
    api.exec_start(api.exec_create(c.id, ["touch", "/made"])["Id"], detach=True)


def archives(c):
    show("put_archive", c.put_archive("/tmp" if c.exec_run(["mkdir", "-p", "/tmp"]).exit_code == 0 else "/", tar({"a.txt": b"hello", "b/c.txt": b"deep" * 5000})))
    show("cat", c.exec_run(["cat", "/tmp/a.txt"]).output)
    stream, stat = c.get_archive("/tmp/b")
    show("stat", stat)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as t:
        show("get_archive", [[m.name, m.size, m.mtime] for m in t.getmembers()])
    error("no such path", c.get_archive, "/nowhere")


def attached():
    c = client.containers.create("busybox", ["sh", "-c", "cat; echo bye >&2; exit 5"], name=NAME + "-attached", stdin_open=True)
    sock = c.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})._sock
    c.start()
    sock.sendall(b"into it\n")
    sock.shutdown(socket.SHUT_WR)
    show("attach", [[stream, data] for stream, data in ((s, d.decode()) for s, d in frames_iter(sock, tty=False))])
    show("attached wait", c.wait())
    c.remove()
    show("run and remove", client.containers.run("busybox", ["echo", "ran"], name=NAME + "-ran", remove=True))
    try:
        client.containers.run("busybox", ["sh", "-c", "echo no >&2; exit 9"], name=NAME + "-fails", remove=True)
    except docker.errors.ContainerError as e:
        show("run fails", [e.exit_status, e.stderr])


def events():
    watched = client.events(decode=True, filters={"container": NAME + "-watched"})
    c = client.containers.create("busybox", ["true"], name=NAME + "-watched")
    c.start()
    c.wait()
    c.remove()
    seen = []
    for e in watched:
        seen.append([e["Type"], e["Action"], e["Actor"]["Attributes"]["name"], e["timeNano"]])
        if e["Action"] == "destroy":
            break
    watched.close()
    show("events", seen)


def networks_and_volumes():
    network = client.networks.create(NAME + "-net", driver="bridge", internal=True, labels={"dw.run": NAME + "-net"})
    show("network", [network.id, network.name])
    volume = client.volumes.create(NAME + "-vol", labels={"dw.run": NAME + "-vol"})
    show("volume", [volume.name, volume.attrs["Mountpoint"]])
    c = client.containers.create("busybox", ["sh", "-c", "echo kept > /data/f"], name=NAME + "-with", volumes={NAME + "-vol": {"bind": "/data", "mode": "rw"}})
    network.connect(c, aliases=["with"])
    c.start()
    show("with", c.wait())
    c.reload()
    show("mounts", [[m["Type"], m["Name"], m["Destination"]] for m in c.attrs["Mounts"]])
    show("networks", sorted(c.attrs["NetworkSettings"]["Networks"], key=len))
    network.disconnect(c)
    show("network list", [n.name for n in client.networks.list(names=[NAME + "-net"])])
    show("volume list", [v.name for v in client.volumes.list(filters={"name": NAME + "-vol"})])
    error("volume in use", volume.remove)
    c.remove()
    network.remove()
    volume.remove()
    error("network gone", client.networks.get, NAME + "-net")
    error("volume gone", client.volumes.get, NAME + "-vol")


def prune():
    c = client.containers.create("busybox", ["true"], name=NAME + "-pruned", labels={"dw.run": NAME + "-pruned"})
    pruned = client.containers.prune(filters={"label": "dw.run=" + NAME + "-pruned"})
    show("pruned", [c.id, pruned])
    show("networks pruned", client.networks.prune(filters={"label": "dw.run=" + NAME + "-pruned"}))


for part in (daemon, images, lifecycle, running, attached, events, networks_and_volumes, prune):
    part()
client.close()
