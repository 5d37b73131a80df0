package match

import (
	"cmp"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/tarlist"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// entry is a recorded exchange that may be used.
type entry struct {
	x     *load.Exchange
	op    string
	exact key // of everything that is compared, except contents of tars
	loose key // the same without names that clients give
	files key // contents of a tar, zero when they are not known
	life  life
	used  int
	at    int // the latest live request that it answered

	asked      key  // of a thing; see askedOf
	missed     bool // a request that had no answer came in its place
	unanswered bool // its client gave it up before it was answered

	// begins says that nothing its client had asked for before had been
	// answered: a client that plays this part may begin with it.
	begins bool
}

// Index finds recorded exchanges by what they were asked.
type Index struct {
	opt     Options
	entries []*entry
	exact   map[key]*bucket
	loose   map[key]*bucket // of requests that have names
	ops     map[string]*bucket
}

// NewIndex makes an empty index.
func NewIndex(o Options) *Index {
	o.Rules = append(slices.Clip(o.Rules), o.Volatile.aboutFiles()...) // there is nothing of a file to bind
	return &Index{opt: o, exact: map[key]*bucket{}, loose: map[key]*bucket{}, ops: map[string]*bucket{}}
}

// Add takes a recorded exchange with the body of its request as far as it was
// kept. It keeps no reference to body.
func (ix *Index) Add(x *load.Exchange, body []byte) {
	e := &entry{x: x, op: opName(x.Method, &x.Call)}
	e.exact, e.loose, e.files = ix.keys(ix.recorded(x, body))
	ix.entries = append(ix.entries, e)
}

// recorded takes a recorded request apart.
func (ix *Index) recorded(x *load.Exchange, body []byte) *Request {
	r := &Request{Method: x.Method, Call: x.Call, Target: x.Target}
	op := opName(x.Method, &x.Call)
	r.Head = ix.opt.Rules.head(op, &x.Call, same)
	b := &x.Request
	r.Body = Body{
		Bytes: body, Size: b.Size, Type: b.Type, Digests: []digest.Digest{b.Digest}, Whole: b.Whole,
		Tar: b.Tar, TarCut: b.TarCut, TarErr: b.TarErr,
		IsTar: b.Content == decode.ContentTar || b.Listed || takesTar(&x.Call),
	}
	r.Body.list()
	r.Body.flatten(ix.opt.Rules, op, &x.Call, same)
	return r
}

func same(s string) string { return s }

func takesTar(c *engine.Call) bool { return c.Op != nil && c.Op.Request == engine.Tar }

// maxTar bounds the listing of a tar; recordings have no longer one.
const maxTar = 8192

// list makes the listing of a tar that is there.
func (b *Body) list() {
	if !b.IsTar || !b.Whole || b.Size == 0 || len(b.Tar) > 0 || b.TarErr != "" {
		return
	}
	l := tarlist.New(maxTar)
	l.Feed(b.Bytes)
	l.End()
	b.Tar, b.TarCut, b.TarErr = l.Entries(), l.Cut(), l.Err()
}

// keys make what requests are found by.
func (ix *Index) keys(r *Request) (exact, loose, files key) {
	op := opName(r.Method, &r.Call)
	version := ""
	if ix.opt.SameVersion {
		version = r.Call.Version
	}
	all := make([]Leaf, 0, len(r.Head)+len(r.Body.leaves))
	all = append(append(all, r.Head...), r.Body.leaves...)
	exact = keyOf(all, op, version)
	if !ix.opt.Exact {
		for i := range all {
			if naming, _ := bind.Naming(r.Call.Op, all[i].Place); naming {
				all[i].Value = ""
			}
		}
		loose = keyOf(all, op, version)
	}
	if r.Body.IsTar {
		if c := r.Body.contents(ix.opt.Rules.forOp(op)); c != nil {
			files = keyOf(c)
		}
	}
	return exact, loose, files
}

// build puts the entries into buckets, in the order they were recorded.
func (ix *Index) build() {
	slices.SortFunc(ix.entries, func(a, b *entry) int { return cmp.Compare(a.x.Pos, b.x.Pos) })
	answered := map[int]int{} // by group: the first end of an exchange
	for _, e := range ix.entries {
		e.life = lifeOf(e.x, ix.opt.Reuse)
		e.unanswered = gaveUp(e.x)
		put(ix.ops, e.op, e)
		if e.life == session {
			continue
		}
		first := answered[e.x.Group]
		e.begins = first == 0 || e.x.Pos < first
		if end := e.x.End.Pos; end > 0 && (first == 0 || end < first) {
			answered[e.x.Group] = end
		}
		put(ix.exact, e.exact, e)
		if !ix.opt.Exact && e.loose != e.exact {
			put(ix.loose, e.loose, e)
		}
	}
}

// alike are the exchanges whose requests differ in names only, if in anything.
func (ix *Index) alike(loose key) *bucket {
	if b := ix.loose[loose]; b != nil {
		return b
	}
	return ix.exact[loose] // of requests without names
}

// buckets are those that an entry is in.
func (ix *Index) buckets(e *entry) []*bucket {
	if e.life == session {
		return []*bucket{ix.ops[e.op]}
	}
	list := []*bucket{ix.ops[e.op], ix.exact[e.exact]}
	if b := ix.loose[e.loose]; b != nil {
		list = append(list, b)
	}
	return list
}

func put[K comparable](m map[K]*bucket, k K, e *entry) {
	b := m[k]
	if b == nil {
		b = &bucket{}
		m[k] = b
	}
	b.add(e)
}
