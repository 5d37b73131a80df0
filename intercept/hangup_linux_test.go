package intercept

import (
	"errors"
	"syscall"
	"testing"
	"time"
)

// dockerd lets go of an attach when its socket hangs up: a client that is
// gone must hang up on upstream, whatever it did before.
func TestClientThatIsGoneHangsUp(t *testing.T) {
	gone := func(t *testing.T, r *rig, upstream conn) {
		t.Helper()
		eventually(t, "upstream sees a hang-up", func() bool { return hungUp(upstream) })
		if _, err := upstream.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("upstream's write: %v; want a broken pipe", err)
		}
		if end := r.tap.ending(t, 0); end != (Ending{By: Client, How: HowEOF}) {
			t.Errorf("ended %+v", end)
		}
	}
	t.Run("at once", func(t *testing.T) {
		r := newRig(t, "unix", "unix")
		client, upstream := r.pair()
		client.Close()
		wantEOF(t, upstream)
		if !hungUp(upstream) {
			t.Error("a full close came as a half-close first")
		}
		gone(t, r, upstream)
	})
	t.Run("after a half-close", func(t *testing.T) {
		r := newRig(t, "unix", "unix")
		client, upstream := r.pair()
		client.CloseWrite()
		wantEOF(t, upstream)
		write(t, upstream, "still here")
		wantRead(t, client, "still here")
		if hungUp(upstream) {
			t.Fatal("a half-close hung up")
		}
		client.Close()
		gone(t, r, upstream)
	})
	t.Run("with stdin that nobody reads", func(t *testing.T) {
		r := newRig(t, "unix", "unix")
		r.server.stuckAfter = 50 * time.Millisecond
		client, upstream := r.pair()
		client.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		for {
			if _, err := client.Write(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		client.Close()
		gone(t, r, upstream)
	})
}

func TestUpstreamThatIsGoneHangsUp(t *testing.T) {
	for _, half := range []bool{false, true} {
		r := newRig(t, "unix", "unix")
		client, upstream := r.pair()
		if half {
			upstream.CloseWrite()
			wantEOF(t, client)
			write(t, client, "still here")
			wantRead(t, upstream, "still here")
			if hungUp(client) {
				t.Fatal("a half-close hung up")
			}
		}
		upstream.Close()
		eventually(t, "client sees a hang-up", func() bool { return hungUp(client) })
		if end := r.tap.ending(t, 0); end != (Ending{By: Upstream, How: HowEOF}) {
			t.Errorf("ended %+v", end)
		}
	}
}

// A TCP upstream cannot be hung up on, but it is closed: what it writes is
// refused.
func TestClientThatIsGoneClosesTCPUpstream(t *testing.T) {
	r := newRig(t, "unix", "tcp")
	client, upstream := r.pair()
	client.CloseWrite()
	wantEOF(t, upstream)
	client.Close()
	if end := r.tap.ending(t, 0); end != (Ending{By: Client, How: HowEOF}) {
		t.Errorf("ended %+v", end)
	}
	eventually(t, "upstream's write fails", func() bool {
		_, err := upstream.Write([]byte("x"))
		return err != nil
	})
}
