package engine

func debugSummaries() map[string]summariser {
	return map[string]summariser{
		"DebugVars":         func(r *reading) (string, string) { return "counters of the daemon", "" },
		"DebugProfileIndex": func(r *reading) (string, string) { return "list of profiles", "" },
		"DebugCommandLine":  func(r *reading) (string, string) { return "command line of the daemon", "" },
		"DebugCPUProfile": func(r *reading) (string, string) {
			return spaced("cpu", option("seconds", r.Call.Asks("seconds"))), received(r)
		},
		"DebugSymbol": func(r *reading) (string, string) { return "symbols", "" },
		"DebugTrace": func(r *reading) (string, string) {
			return spaced("trace", option("seconds", r.Call.Asks("seconds"))), received(r)
		},
		"DebugProfile": func(r *reading) (string, string) { return r.Call.Param("name"), received(r) },
	}
}
