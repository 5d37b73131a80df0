package recordings_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// A recording gives back the events that were written to it.
func Example() {
	dir, err := os.MkdirTemp("", "recordings")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "hi.jsonl")

	w, err := recordings.Create(path, recordings.Options{})
	if err != nil {
		log.Fatal(err)
	}
	s := decode.NewSession(func(e decode.Event) {
		if err := w.Event(e); err != nil {
			log.Fatal(err)
		}
	})
	c := s.Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	c.Feed(decode.Request, 0, []byte("HEAD /_ping HTTP/1.1\r\nHost: docker\r\n\r\n"))
	c.Feed(decode.Response, 0, []byte("HTTP/1.1 200 OK\r\nApi-Version: 1.56\r\n\r\n"))
	c.Close(0, decode.Client, decode.EndEOF, "")
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := recordings.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		switch e := e.(type) {
		case *decode.RequestHead:
			fmt.Println(e.Method, e.Target)
		case *decode.ResponseHead:
			fmt.Println(e.Status, e.Fields[0].Name, e.Fields[0].Value)
		}
	}
	// Output:
	// HEAD /_ping
	// 200 Api-Version 1.56
}
