package engine

import "fmt"

func execSummaries() map[string]summariser {
	return map[string]summariser{
		"ContainerExec": execCreate,
		"ExecStart":     execStart,
		"ExecResize":    resize,
		"ExecInspect":   execInspect,
	}
}

func execCreate(r *reading) (string, string) {
	return spaced(r.name("id")+":", option("user", r.req.text("User")), commandLine(r.req.strings("Cmd"))), shortID(r.res.text("Id"))
}

func execStart(r *reading) (string, string) {
	return spaced(r.name("id"), flag(r.req.isTrue("Detach"), "detached"), flag(r.req.isTrue("Tty"), "tty")), ""
}

func execInspect(r *reading) (string, string) {
	switch {
	case r.res.isTrue("Running"):
		return r.name("id"), "running"
	case r.res.text("ExitCode") != "":
		return r.name("id"), fmt.Sprintf("exit %d", r.res.number("ExitCode"))
	}
	return r.name("id"), ""
}
