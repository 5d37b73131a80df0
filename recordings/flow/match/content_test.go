package match

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// A body that was not kept is found by its digest, of whichever kind that is.
func TestNotKeptBodies(t *testing.T) {
	for _, kind := range digest.Kinds {
		s := exchangetest.New()
		x := s.Connect(7).Request("POST", "/images/load", "Transfer-Encoding: chunked")
		x.Head().Framing, x.Head().Content = decode.FramingChunked, decode.ContentTar
		x.Event(&decode.Omitted{Dir: decode.Request, Bytes: 4, Total: 4, Digest: kind.Of([]byte("gzip")), Why: "tar upload", TarErr: "gzip"})
		x.EndOf(decode.Request)
		tape.Empty(x, 200)
		gone := func(body, err string) bool {
			l := live("a", "POST", "/images/load", body)
			if l.Body.TarErr = err; err == "" {
				l.Body.Tar = []decode.TarEntry{{Name: "a"}}
			}
			_, miss := matcher(t, s).Take(l)
			return miss == nil
		}
		for _, err := range []string{"gzip", ""} { // "": it is listed by now
			if gone("GZIP", err) {
				t.Errorf("%s: another body is taken", kind)
			}
			if !gone("gzip", err) {
				t.Errorf("%s: the same body is a miss", kind)
			}
		}
	}
}
