package intercept

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

var seed = flag.Uint64("seed", 0, "seed of the transparency test; 0: from the clock")

// parting is how a player of the transparency test ends its connection.
type parting int

const (
	halfClose parting = iota // after all its bytes; then it reads to the end
	fullClose                // after all its bytes, whatever it has read
	reset                    // after all its bytes, TCP only
	partings
)

// player is one end of a relayed connection.
type player struct {
	conn conn
	says []byte
	part parting
	rng  *rand.Rand

	heard   bytes.Buffer
	readErr error
	wrote   int
}

// play writes in random pieces with random pauses while it reads in random
// pieces, and parts in its manner. It returns when both are over.
func (p *player) play() {
	var reading sync.WaitGroup
	sizes := rand.New(rand.NewPCG(p.rng.Uint64(), 1))
	reading.Go(func() {
		buf := make([]byte, 100<<10)
		for {
			n, err := p.conn.Read(buf[:1+sizes.IntN(len(buf))])
			p.heard.Write(buf[:n])
			if err != nil {
				p.readErr = err
				return
			}
			pause(sizes)
		}
	})
	for p.wrote < len(p.says) {
		n := min(1+p.rng.IntN(1<<p.rng.IntN(18)), len(p.says)-p.wrote)
		n, err := p.conn.Write(p.says[p.wrote : p.wrote+n])
		p.wrote += n
		if err != nil {
			break
		}
		pause(p.rng)
	}
	switch p.part {
	case halfClose:
		p.conn.CloseWrite()
	case fullClose:
		p.conn.Close()
	case reset:
		abortive(p.conn)
		p.conn.Close()
	}
	reading.Wait()
	p.conn.Close()
}

func pause(rng *rand.Rand) {
	if rng.IntN(20) == 0 {
		time.Sleep(time.Duration(rng.IntN(2000)) * time.Microsecond)
	}
}

// Random bytes in random pieces both ways, with every combination of endings:
// what arrives is what was sent, whole where both sides leave in order and a
// beginning of it where one is torn away, and the tap saw the same.
func TestTransparency(t *testing.T) {
	start := *seed
	if start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	rounds := 30
	if testing.Short() {
		rounds = 10
	}
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		for i := range rounds {
			s := start + uint64(i)
			if !transparent(t, r, i, ck, uk, rand.New(rand.NewPCG(s, 0))) {
				t.Fatalf("round %d; again with -seed %d", i, s)
			}
			if *seed != 0 {
				break
			}
		}
	})
}

func transparent(t *testing.T, r *rig, number int, ck, uk string, rng *rand.Rand) bool {
	client := newPlayer(rng, ck)
	upstream := newPlayer(rng, uk)
	client.conn, upstream.conn = r.pair()
	var playing sync.WaitGroup
	playing.Go(client.play)
	playing.Go(upstream.play)
	playing.Wait()
	r.tap.ending(t, number)

	c := r.tap.wait(t, number, "Close", func(c *connLog) bool { return c.end != nil })
	ok := arrived(t, "request", client, upstream, c.bytes[Request].Bytes())
	return arrived(t, "response", upstream, client, c.bytes[Response].Bytes()) && ok
}

func newPlayer(rng *rand.Rand, kind string) *player {
	p := &player{part: parting(rng.IntN(int(partings))), rng: rand.New(rand.NewPCG(rng.Uint64(), 2))}
	if p.part == reset && kind != "tcp" {
		p.part = fullClose
	}
	p.says = make([]byte, rng.IntN(1<<(8+rng.IntN(13))))
	for i := range p.says {
		p.says[i] = byte(rng.Uint32())
	}
	return p
}

// arrived checks one direction.
func arrived(t *testing.T, name string, from, to *player, tapped []byte) bool {
	ok := true
	fail := func(format string, args ...any) {
		t.Errorf(name+": "+format, args...)
		ok = false
	}
	heard := to.heard.Bytes()
	if !bytes.HasPrefix(from.says, heard) {
		fail("%d bytes arrived that were not sent so", len(heard))
	}
	if !bytes.HasPrefix(from.says, tapped) || len(tapped) < len(heard) {
		fail("the tap saw %d bytes, %d arrived", len(tapped), len(heard))
	}
	if errors.Is(to.readErr, os.ErrDeadlineExceeded) {
		fail("no end came")
	}
	// A receiver that stays until the end, and a sender that does not tear:
	// everything must come.
	_, unix := from.conn.(*net.UnixConn)
	whole := to.part == halfClose && (from.part == halfClose || from.part == fullClose && unix)
	if !whole {
		return ok
	}
	if sha256.Sum256(heard) != sha256.Sum256(from.says) {
		fail("%d of %d bytes arrived (%v; sender parted %d, receiver %d)", len(heard), len(from.says), to.readErr, from.part, to.part)
	}
	if sha256.Sum256(tapped) != sha256.Sum256(from.says) {
		fail("the tap saw %d of %d bytes", len(tapped), len(from.says))
	}
	if from.part == halfClose && !errors.Is(to.readErr, io.EOF) {
		fail("ended with %v instead of EOF", to.readErr)
	}
	return ok
}
