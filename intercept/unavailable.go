package intercept

import (
	"errors"
	"io"
	"time"
)

// refuse answers a client in upstream's place. It waits for the client's first
// bytes, because an answer before the request is an error to an HTTP client.
// opening is the part of them that the tap has already.
func (s *Server) refuse(client conn, tap *guard, opening []byte, why error) {
	defer func() { tap.close(time.Now(), Ending{By: Proxy, How: HowError, Err: why}) }()
	src := newReader(client, s.buffers)
	defer src.close()

	var err error
	if opening == nil {
		opening, err = s.opening(tap, src)
	}
	if err == nil {
		s.answer(client, tap, opening, why)
		err = s.drain(client, tap, src)
	}
	if errors.Is(err, io.EOF) {
		tap.eof(Request, time.Now())
	}
}

// opening waits for a client's first bytes and keeps the beginning of them.
func (s *Server) opening(tap *guard, src reader) ([]byte, error) {
	b, err := src.next()
	if err != nil {
		return nil, err
	}
	defer b.drop(heldByRelay)
	tap.chunk(Request, time.Now(), b)
	tap.sent(Request)
	return beginning(b), nil
}

// answer sends what Unavailable makes of the client's first bytes.
func (s *Server) answer(client conn, tap *guard, opening []byte, why error) {
	var p []byte
	if s.cfg.Unavailable != nil {
		p = s.cfg.Unavailable(opening, why)
	}
	if len(p) > 0 {
		tap.chunk(Response, time.Now(), NewBuffer(p))
		_, _ = client.Write(p) // a client that is gone shows in the drain
		tap.sent(Response)
	}
	tap.eof(Response, time.Now())
	_ = client.CloseWrite()
}

// drain reads on for a while so that the answer is not overtaken by the reset
// which closing over unread bytes would send.
func (s *Server) drain(client conn, tap *guard, src reader) error {
	_ = client.SetReadDeadline(time.Now().Add(s.lingerFor))
	for {
		b, err := src.next()
		if err != nil {
			return err
		}
		tap.chunk(Request, time.Now(), b)
		tap.sent(Request)
		b.drop(heldByRelay)
	}
}
