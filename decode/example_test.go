package decode_test

import (
	"fmt"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// A session decodes what passes on connections. The caller brings bytes and
// times, from whatever source.
func Example() {
	s := decode.NewSession(func(e decode.Event) {
		switch e := e.(type) {
		case *decode.RequestHead:
			fmt.Println("request", e.Exchange, e.Call.Name(e.Method))
		case *decode.ResponseHead:
			fmt.Println("response", e.Exchange, e.Status)
		case *decode.Data:
			fmt.Printf("%v body %q\n", e.Dir, e.Bytes)
		case *decode.ExchangeEnd:
			fmt.Println("ended by", e.By, e.How)
		}
	})
	c := s.Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}})
	c.Feed(decode.Request, time.Millisecond, []byte("GET /v1.41/_ping HTTP/1.1\r\nHost: docker\r\n\r\n"))
	c.Feed(decode.Response, 2*time.Millisecond, []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"))
	c.EOF(decode.Request, 3*time.Millisecond)
	c.Close(3*time.Millisecond, decode.Client, decode.EndEOF, "")
	// Output:
	// request 1 SystemPing
	// response 1 200
	// response body "OK"
	// ended by server eof
}
