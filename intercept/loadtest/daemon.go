package loadtest

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Daemon answers what Client asks, with heads like dockerd's.
type Daemon struct {
	Addr Addr // as bound

	server *http.Server
	work   sync.WaitGroup
}

// containers is the body of a small answer: a list with one container.
const containers = `[{"Id":"3f2a91c0b7d44e5f8a6b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f","Names":["/web"],"Image":"nginx:1.27","ImageID":"sha256:b52e0b094bc0e26c9eddc9e4ab7a64ce0033c3360d8b7ad4ff4132c4e03e8f7b","Command":"/docker-entrypoint.sh nginx -g 'daemon off;'","Created":1763920000,"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"com.example.role":"front"},"State":"running","Status":"Up 2 hours","HostConfig":{"NetworkMode":"default"},"Mounts":[]}]` + "\n"

// NewDaemon starts a daemon.
func NewDaemon(listen Addr) (*Daemon, error) {
	l, addr, err := listen.listen()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+smallPath, small)
	mux.HandleFunc("GET "+downloadPath, download)
	mux.HandleFunc("POST "+uploadPath, upload)
	d := &Daemon{Addr: addr, server: &http.Server{Handler: mux}}
	d.work.Go(func() { d.server.Serve(l) })
	return d, nil
}

// Close ends the daemon and its connections.
func (d *Daemon) Close() error {
	err := d.server.Close()
	d.work.Wait()
	return err
}

func head(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Api-Version", "1.47")
	h.Set("Docker-Experimental", "false")
	h.Set("Ostype", "linux")
	h.Set("Server", "Docker/27.5.1 (linux)")
	h.Set("Content-Type", contentType)
}

func small(w http.ResponseWriter, _ *http.Request) {
	head(w, "application/json")
	io.WriteString(w, containers)
}

// download writes as many bytes as the query asks for, chunked or whole.
func download(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.ParseInt(r.URL.Query().Get("bytes"), 10, 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	head(w, "application/x-tar")
	if r.URL.Query().Has("whole") {
		w.Header().Set("Content-Length", strconv.FormatInt(n, 10))
	}
	w.(http.Flusher).Flush()
	io.CopyN(w, noise{}, n)
}

func upload(w http.ResponseWriter, r *http.Request) {
	buf := make([]byte, 256<<10)
	var n int64
	for {
		m, err := r.Body.Read(buf)
		n += int64(m)
		if err != nil {
			break
		}
	}
	head(w, "application/json")
	fmt.Fprintf(w, "{\"stream\":\"%d\"}\r\n", n)
}

// noise is an endless body that costs nothing to make: the reader's memory as
// it is.
type noise struct{}

func (noise) Read(p []byte) (int, error) { return len(p), nil }
