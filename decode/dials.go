package decode

import "path"

// maxDials bounds what is remembered; the oldest go first.
const maxDials = 1024

// dials remembers the execs whose command connects stdin and stdout to a daemon's
// socket: their streams speak the protocol of that socket.
type dials struct {
	ids    map[string]bool
	oldest []string
}

func (ds *dials) learn(id string) {
	if id == "" || ds.ids[id] {
		return
	}
	if ds.ids == nil {
		ds.ids = map[string]bool{}
	}
	if len(ds.oldest) == maxDials {
		delete(ds.ids, ds.oldest[0])
		ds.oldest = ds.oldest[1:]
	}
	ds.ids[id] = true
	ds.oldest = append(ds.oldest, id)
}

// passesOn reports whether a command is "buildctl dial-stdio" (buildx's
// docker-container driver) or "docker system dial-stdio" (docker over ssh).
func passesOn(argv []string) bool {
	if len(argv) < 2 || argv[len(argv)-1] != "dial-stdio" {
		return false
	}
	switch path.Base(argv[0]) {
	case "buildctl":
		return true
	case "docker":
		return argv[len(argv)-2] == "system"
	}
	return false
}

// command returns the words of Cmd in the body of an ContainerExec.
func (pk *peeker) command(body []byte) (argv []string) {
	pk.reset(body)
	pk.each(func(name []byte) bool {
		if string(name) != `"Cmd"` || pk.dec.PeekKind() != '[' {
			return pk.skip()
		}
		argv = nil
		if _, err := pk.dec.ReadToken(); err != nil {
			return false
		}
		for pk.dec.PeekKind() == '"' {
			word, err := pk.dec.ReadToken()
			if err != nil {
				return false
			}
			argv = append(argv, word.String())
		}
		end, err := pk.dec.ReadToken()
		return err == nil && end.Kind() == ']'
	})
	return argv
}
