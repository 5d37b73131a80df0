// Package jsonl prints exchanges as JSON Lines for jq and scripts: one object
// for each exchange, when it is over. The shape is a promise: fields are added,
// never changed or taken away.
//
//	{
//	  "id": 2,                                  // number of the exchange
//	  "conn": 1,                                // number of its connection
//	  "start": "2026-11-23T14:02:11.129000Z",   // request head; absent when the wall clock is unknown
//	  "offset_ms": 6.2,                         // the same, since the observation began
//	  "took_ms": 7.1,                           // to the end, or to the latest event if it has none
//	  "ttfb_ms": 5.9,                           // to the first byte of the answer; absent without one
//	  "client": {"pid": 4711, "uid": 1000, "user": "ada", "command": ["docker", "ps"],
//	             "address": "10.0.0.7:5123", "name": "ada"},       // what is known of it
//	  "method": "POST",
//	  "target": "/v1.47/containers/create?name=web",               // as on the wire
//	  "path": "/containers/create",             // without version and query
//	  "query": {"name": ["web"]},               // always there
//	  "version": "1.47",                        // absent when the path has none
//	  "operation": "ContainerCreate",           // absent when it is not of the Engine API
//	  "params": {"id": "3f2a"},                 // of the path; absent when it has none
//	  "status": 201,                            // null when there was no answer
//	  "request": {
//	    "size": 54,                             // bytes of body or stream
//	    "content": "json",                      // none json json-stream text tar stdcopy raw http2 websocket grpc ws-data unknown
//	    "headers": {"content-type": ["application/json"]},         // asked for; names in lower case
//	    "body": {"Image": "nginx"},             // asked for; one of body (JSON), text, b64
//	    "cut": true,                            // only the beginning of the body was kept; else absent
//	    "omitted": {"bytes": 7, "xxh3": "…", "why": "tar upload"} // a recording did not keep this, its digest is xxh3 or sha256; else absent
//	  },
//	  "response": {},                           // alike
//	  "stream": {                               // asked for, like bodies: what streamed, in place of a body
//	    "frames": [{"t_ms": 3.1, "dir": "response", "fd": 1, "text": "hello\n"}],  // t_ms since offset_ms;
//	                                            // fd of stdcopy frames; one of json, text, b64; "more": goes on
//	    "left_out": {"frames": 3, "bytes": 999} // what is not listed for its size; else absent
//	  },
//	  "build": {                                // a build that is over with this call; else absent
//	    "ref": "x1", "frontend": "dockerfile.v0", "dockerfile": "Dockerfile", "target": "last",
//	    "args": {"A": "1"}, "outputs": [{"type": "moby", "attrs": {"name": "web"}}], "took_ms": 4100,
//	    "steps": [{"digest": "sha256:…", "name": "[2/3] RUN make", "state": "done", // or cached failed canceled running waiting
//	               "executes": "run make", "started": "…", "completed": "…", "took_ms": 12, "log": "…", "error": "…"}],
//	    "files": [{"name": "context", "listed": 12, "sent": 1, "unchanged": 11, "bytes": 512,
//	               "files": [{"path": "a.txt", "size": 512, "sent": true, "xxh3": "…"}]}], // the first 1,024; or sha256
//	    "asked": [{"kind": "secret", "name": "mysecret", "state": "given"}],         // or missing, asked
//	    "result": {"containerimage.digest": "sha256:…"}, "error": "…"
//	  },
//	  "trace": {"build": "x1", "spans": [{"name": "bake", "start": "…", "took_ms": 12, "error": "…"}]},
//	                                            // the client's own work on a build, in the call that brings it; else absent
//	  "end": {"by": "server", "how": "eof", "error": "…"},         // null: still open; how: eof cancel reset timeout error
//	  "summary": "web ← nginx → 3f2a91c0b7d4",
//	  "error": "No such image: nginx",          // what went wrong; absent when nothing did
//	  "outcome": "failed",                      // pending ok refused probe failed "broken off"
//	  "reason": "exit 137",                     // in a few words; absent when there is nothing to say
//	  "exit": 137,                              // exit code that it reports; absent without one
//	  "health": "unhealthy",                    // health that it reports; absent without one
//	  "command": 1,                             // number of the client's command
//	  "verdict": "docker run: web exited 137",  // what came of the command, as far as it is known
//	  "redacted": [{"at": "body/Env/0", "as": "env.1"}],           // secrets replaced; absent when none
//	  "gaps": {"count": 1, "bytes": 4096},      // passed unseen; absent when none
//	  "anomalies": 1                            // runs that could not be decoded; absent when none
//	}
//
// Bodies that are JSON are kept as they are, except for white space; text is text;
// anything else is base64. What cannot be shown safely in a string is escaped,
// which changes no value. Only in headers, paths and the like, bytes that are
// no UTF-8 become U+FFFD.
//
// Start reading at printer.go.
package jsonl
