package compare

import (
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Parts is an exchange as it is compared.
type Parts struct {
	ID       decode.ExchangeID
	Method   string
	Target   string
	op       *engine.Operation
	Key      string // calls with equal keys may be the same
	request  []match.Leaf
	status   int
	ended    string // how a broken exchange broke, "" when it came to its end
	byClient bool
	answer   []match.Leaf
	streams  []stream
	whole    whole // the answer, where not all of it is in answer and streams
}

// stream is what a call's answer carried, or what its client sent into it.
type stream struct {
	name  string // "stdout", "answer", "stdin"
	lines []string
}

// maxStream bounds what of a stream is compared as text; the rest counts by the
// digest of the whole answer.
const maxStream = 4 << 20

// gathering collects the answer of an exchange while it is read.
type gathering struct {
	parts [numParts]part
	size  int64 // of the answer
	sums  [len(digest.Kinds)]hash.Hash
}

const (
	partStdin, partStdout, partStderr = 0, 1, 2 // as stdcopy numbers them
	partAnswer                        = 4       // bytes that are no frames
	partInput                         = 5       // what the client sent into a hijacked stream
	numParts                          = 6
)

var partNames = [numParts]string{"stdin echo", "stdout", "stderr", "system error", "answer", "stdin"}

type part struct {
	kept []byte
	size int64
}

func (p *part) add(b []byte) {
	p.size += int64(len(b))
	p.kept = append(p.kept, b[:min(len(b), maxStream-len(p.kept))]...)
}

func (p *part) cut() bool { return p.size > int64(len(p.kept)) }

func (g *gathering) data(x *exchange.Exchange, e *decode.Data) {
	if e.Dir == decode.Response {
		g.sum(e.Bytes)
	}
	switch {
	case e.Dir == decode.Request && x.Hijack:
		g.parts[partInput].add(e.Bytes)
	case e.Dir == decode.Request:
	case e.Fd >= 0 && e.Fd < partAnswer:
		g.parts[e.Fd].add(e.Bytes)
	default:
		g.parts[partAnswer].add(e.Bytes)
	}
}

// newParts takes a finished exchange apart.
func newParts(rules match.Rules, x *exchange.Exchange, g *gathering, wanted func([]byte) bool) *Parts {
	c := &Parts{ID: x.ID, Method: x.Method, Target: strings.Clone(x.Target), op: x.Call.Op, status: x.Status}
	c.request = append(rules.HeadLeaves(x.Method, &x.Call, rewrite), requestBody(rules, x)...)
	c.Key = keyOf(x)
	if x.Ended.How != decode.EndEOF && !x.Response.Done {
		c.ended = string(x.Ended.How) + " by " + string(x.Ended.By)
		c.byClient = x.Ended.By == decode.Client
	}
	c.gathered(x, g, wanted)
	return c
}

func requestBody(rules match.Rules, x *exchange.Exchange) []match.Leaf {
	if x.Hijack && x.Request.Framing == decode.FramingNone {
		return nil
	}
	s := &x.Request
	b := match.Body{Bytes: s.Body, Size: s.Size, Whole: !s.Cut && s.Omitted == nil}
	if o := s.Omitted; o != nil {
		b.Digests, b.Tar, b.TarCut, b.TarErr = []digest.Digest{o.Digest}, o.Tar, o.TarCut, o.TarErr
	}
	return rules.BodyLeaves(x.Method, &x.Call, &b, rewrite)
}

// keyOf is the operation, and for images which: with others than images,
// names are chosen newly.
func keyOf(x *exchange.Exchange) string {
	key := match.OpName(x.Method, &x.Call)
	if op := x.Call.Op; op != nil && op.Tag == "Image" {
		for _, p := range x.Call.Params {
			key += " " + rewrite(p.Value)
		}
		key += " " + x.Call.Asks("fromImage")
	}
	return key
}

// gathered makes leaves or lines of the answer.
func (c *Parts) gathered(x *exchange.Exchange, g *gathering, wanted func([]byte) bool) {
	for i := range g.parts {
		p := &g.parts[i]
		if p.size == 0 {
			continue
		}
		if i == partAnswer && !p.cut() && x.Response.Content == decode.ContentJSON {
			if leaves, ok := match.JSONLeaves("answer", p.kept, rewrite); ok {
				c.answer = shaped(c.op, leaves)
				continue
			}
		}
		if i == partAnswer && x.Response.Content == decode.ContentTar && !p.cut() && !omits(x) {
			c.answer = shaped(c.op, files(x, p))
			continue
		}
		c.streams = append(c.streams, stream{partNames[i], c.lines(x, p, wanted)})
	}
	c.whole = g.whole(x)
	if o := x.Response.Omitted; o != nil && !omits(x) {
		c.streams = append(c.streams, stream{"answer not kept", []string{fmt.Sprintf("%d bytes %s", o.Total, o.Digest)}})
	}
}

// files lists a tar that is there whole.
func files(x *exchange.Exchange, p *part) []match.Leaf {
	b := match.Body{Bytes: p.kept, Size: p.size, Whole: true, IsTar: true, Modes: true}
	leaves := slices.Clone((match.Rules{}).BodyLeaves(x.Method, &x.Call, &b, rewrite))
	for i := range leaves {
		leaves[i].Place = rewrite(leaves[i].Place)
	}
	sortByPlace(leaves)
	return leaves
}

func (c *Parts) lines(x *exchange.Exchange, p *part, wanted func([]byte) bool) []string {
	var lines []string
	switch {
	case x.Response.Content == decode.ContentJSONStream:
		lines = values(c.op, p.kept, wanted)
	default:
		lines = strings.Split(rewrite(strings.TrimSuffix(string(p.kept), "\n")), "\n")
		if p.cut() || omits(x) {
			lines = lines[:len(lines)-1] // it may end anywhere
		}
	}
	return lines
}

// Operation names the operation, "" when there is none.
func (c *Parts) Operation() string {
	if c.op != nil {
		return c.op.ID
	}
	return ""
}
