package exchange

// Aside says that the call belongs to what clients do around builds, and tells
// a person nothing of them: connections that carry no call, questions what
// BuildKit is able to, health checks, tracing that went well. Views that fold
// such calls away count them.
func (x *Exchange) Aside() bool {
	if x.State != Done || x.Call.Op == nil || x.Failed() {
		return false
	}
	if x.Build != nil && x.Build.Probe {
		return true
	}
	switch x.Call.Op.ID {
	case "BuildKitConnect", "Session":
		return x.Streams == 0
	case "TraceExport", "SessionHealth", "ContainerdContent":
		return true
	case "BuildKitControl", "BuildKitFrontend":
		switch x.Call.Param("rpc") {
		case "ListWorkers", "Info", "ListenBuildHistory", "Ping":
			return true
		}
	}
	return false
}
