package engine

import (
	"bufio"
	"net/http"
	"strings"
)

// refusal is the mistake that the daemon's server found in a request that it could
// not read. The server is net/http's, which names some mistakes in its status
// line. For the others, net/http's reader reads the request once more.
func (r *reading) refusal() string {
	if r.Status != 400 && r.Status != 431 && r.Status != 505 {
		return ""
	}
	plain := http.StatusText(r.Status)
	body := strings.TrimPrefix(string(r.ResponseBody), "400 ")
	switch {
	case body == "" && r.Reason != "" && r.Reason != plain: // the answer to a HEAD
		return r.Reason
	case r.Status == 431:
		return "the head is longer than 1 MiB, the most that the daemon's server reads"
	case r.Heads != nil && r.Status == 400 && (body == plain || body == "" && r.Method == http.MethodHead):
		return unreadable(r.Heads.Request())
	}
	return ""
}

// unreadable is net/http's error for a head, or "".
func unreadable(head string) string {
	_, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err == nil {
		return ""
	}
	return err.Error()
}
