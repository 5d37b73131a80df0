package loadtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// CannedRequest and CannedAnswer are the bytes of Client.Small and of what
// Daemon answers.
const CannedRequest = "GET " + smallPath + " HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n"

func CannedAnswer() []byte {
	return []byte("HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\nOstype: linux\r\n" +
		"Server: Docker/27.5.1 (linux)\r\nDate: Mon, 23 Nov 2026 14:02:11 GMT\r\nContent-Length: " + strconv.Itoa(len(containers)) + "\r\n\r\n" + containers)
}

// Canned is a daemon that answers every request with the same bytes. It and
// Burst cost next to nothing, so that what is measured is what is between
// them.
type Canned struct {
	Addr Addr // as bound

	listener net.Listener
	work     sync.WaitGroup
}

// NewCanned starts such a daemon. Clients that are done let it end.
func NewCanned(listen Addr) (*Canned, error) {
	l, addr, err := listen.listen()
	if err != nil {
		return nil, err
	}
	d := &Canned{Addr: addr, listener: l}
	d.work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.work.Go(func() { answer(c) })
		}
	})
	return d, nil
}

// Close ends the daemon when its clients have gone.
func (d *Canned) Close() error {
	err := d.listener.Close()
	d.work.Wait()
	return err
}

// answer serves a client that sends its next request when it has the answer
// to the last.
func answer(c net.Conn) {
	defer c.Close()
	buf, canned := make([]byte, 4<<10), CannedAnswer()
	for n := 0; ; {
		m, err := c.Read(buf[n:])
		if err != nil {
			return
		}
		if n += m; bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")) {
			n = 0
			if _, err := c.Write(canned); err != nil {
				return
			}
		}
	}
}

// Burst is a load of small exchanges on a Canned daemon, over several
// connections.
type Burst struct {
	Clients int
	Rate    int // exchanges a second; 0: as many as can be
	For     time.Duration
	Calls   int // of each client, instead of a time
}

// Run makes the load and returns how long each exchange took, and all.
func (b Burst) Run(to Addr) (Latencies, time.Duration, error) {
	began := time.Now()
	took, err := b.Each(to)
	return slices.Concat(took...), time.Since(began), err
}

// Each makes the load and returns how long the exchanges of each client took.
func (b Burst) Each(to Addr) ([]Latencies, error) {
	took := make([]Latencies, b.Clients)
	errs := make([]error, b.Clients)
	var work sync.WaitGroup
	began := time.Now()
	for i := range b.Clients {
		work.Go(func() { took[i], errs[i] = b.client(to, i, began) })
	}
	work.Wait()
	return took, errors.Join(errs...)
}

func (b Burst) client(to Addr, i int, began time.Time) (took Latencies, err error) {
	c, err := to.Dial()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	buf := make([]byte, len(CannedAnswer()))
	for n := 0; n < b.Calls || b.Calls == 0 && time.Since(began) < b.For; n++ {
		if b.Rate > 0 { // clients take turns
			due := time.Duration(n*b.Clients+i) * time.Second / time.Duration(b.Rate)
			time.Sleep(due - time.Since(began))
		}
		sent := time.Now()
		if err := ask(c, buf); err != nil {
			return took, fmt.Errorf("after %d answers: %w", n, err)
		}
		took = append(took, time.Since(sent))
	}
	return took, nil
}

// Ask makes one exchange of a Burst on a connection.
func Ask(c net.Conn) error { return ask(c, make([]byte, len(CannedAnswer()))) }

func ask(c net.Conn, buf []byte) error {
	if _, err := io.WriteString(c, CannedRequest); err != nil {
		return err
	}
	_, err := io.ReadFull(c, buf)
	return err
}
