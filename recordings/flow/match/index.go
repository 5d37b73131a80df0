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
	x *load.Exchange
	*question
	used int32
	at   int32 // the latest live request that it answered
	life life

	missed     bool // a request that had no answer came in its place
	unanswered bool // its client gave it up before it was answered

	// begins says that nothing its client had asked for before had been
	// answered: a client that plays this part may begin with it.
	begins bool
}

// question is what an exchange is found by: shared by those that have the same.
type question struct {
	op    string
	exact key  // of everything that is compared, except contents of tars
	loose *key // the same without names that clients give; nil: the same
	files *key // contents of a tar, nil when they are not known
}

// maxQuestions bounds of how many it is remembered that they can be shared.
const maxQuestions = 8192

// Index finds recorded exchanges by what they were asked.
type Index struct {
	opt     Options
	entries []*entry
	slab    []entry // memory of the next ones
	scratch Request // the latest one added
	exact   buckets
	loose   buckets // of requests that have names
	ops     map[string]*bucket
	looses  map[key]*key               // each kept once
	plain   map[*load.Asking]*question // of requests without a body
	images  map[string]*entry          // builds, by the names that they gave
	solves  []*entry                   // builds by BuildKit
}

// NewIndex makes an empty index.
func NewIndex(o Options) *Index {
	o.Rules = append(slices.Clip(o.Rules), o.Volatile.aboutFiles()...) // there is nothing of a file to bind
	return &Index{
		opt: o, ops: map[string]*bucket{}, looses: map[key]*key{}, images: map[string]*entry{},
		exact: newBuckets(func(e *entry) *key { return &e.exact }),
		loose: newBuckets(func(e *entry) *key { return e.loose }),
	}
}

// Add takes a recorded exchange with the body of its request as far as it was
// kept. It keeps no reference to body.
func (ix *Index) Add(x *load.Exchange, body []byte) {
	plain := x.Request == (load.Body{Kept: true, Whole: true, Content: decode.ContentNone})
	q := ix.plain[x.Asking]
	if !plain || q == nil {
		q = ix.question(x, body)
	}
	if plain {
		if ix.plain == nil || len(ix.plain) == maxQuestions {
			ix.plain = map[*load.Asking]*question{}
		}
		ix.plain[x.Asking] = q
	}
	if len(ix.slab) == 0 {
		ix.slab = make([]entry, 256)
	}
	e := &ix.slab[0]
	ix.slab = ix.slab[1:]
	e.x, e.question = x, q
	ix.entries = append(ix.entries, e)
	if e.op == "ImageBuild" {
		for _, name := range x.Call.Query()["t"] {
			ix.images[name] = e
		}
	}
}

// AddBuild takes what BuildKit was asked: no request is answered with it, and it may make
// images.
func (ix *Index) AddBuild(x *load.Exchange) {
	if x.Call.Param("rpc") == "Solve" {
		ix.solves = append(ix.solves, &entry{x: x, question: &question{op: "Solve"}})
	}
}

func (ix *Index) question(x *load.Exchange, body []byte) *question {
	q := &question{op: opName(x.Method, &x.Call)}
	ix.recorded(x, body, &ix.scratch)
	exact, loose, files := ix.keys(&ix.scratch)
	if q.exact = exact; loose != exact && !ix.opt.Exact {
		if q.loose = ix.looses[loose]; q.loose == nil {
			q.loose = &loose
			ix.looses[loose] = q.loose
		}
	}
	if files != (key{}) {
		q.files = &files
	}
	return q
}

// buildOf is the build that gave an image its name, which stands in a body; nil: none.
func (ix *Index) buildOf(image string) *entry {
	name, _ := unquote(image)
	return ix.images[name]
}

// built stands for what a build is of, under whatever names.
func (e *entry) built() string {
	loose, files := e.unnamed(), key{}
	if e.files != nil {
		files = *e.files
	}
	return string(loose[:]) + string(files[:])
}

// recorded takes a recorded request apart into r.
func (ix *Index) recorded(x *load.Exchange, body []byte, r *Request) {
	*r = Request{Method: x.Method, Call: x.Call, Target: x.Target}
	op := opName(x.Method, &x.Call)
	r.Head = ix.opt.Rules.head(op, &x.Call, same)
	b, tar := &x.Request, x.Request.Listing()
	r.Body = Body{
		Bytes: body, Size: b.Size, Type: b.Type, Digests: []digest.Digest{b.Digest}, Whole: b.Whole,
		Tar: tar.Entries, TarCut: tar.Cut, TarErr: tar.Err,
		IsTar: b.Content == decode.ContentTar || b.Listed || takesTar(&x.Call),
	}
	r.Body.list()
	r.Body.flatten(ix.opt.Rules, op, &x.Call, same)
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
			if before, _, ok := bind.Name(r.Call.Op, all[i].Place, all[i].Value); ok {
				all[i].Value = before
			} else if e := ix.buildOf(all[i].Value); e != nil && op == "ContainerCreate" && all[i].Place == "body.Image" { // a name that its client gave
				all[i].Value = e.built()
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
	ix.plain, ix.looses, ix.scratch = nil, nil, Request{}
	slices.SortFunc(ix.entries, func(a, b *entry) int { return cmp.Compare(a.x.Pos, b.x.Pos) })
	for op, n := range ix.perOp() {
		ix.ops[op] = &bucket{entries: make([]*entry, 0, n)}
	}
	answered := map[int]int{} // by group: the first end of an exchange
	for _, e := range ix.entries {
		e.life = lifeOf(e.x, ix.opt.Reuse)
		e.unanswered = GaveUp(e.x)
		b := ix.ops[e.op]
		b.entries = append(b.entries, e)
		if e.life == session {
			continue
		}
		first := answered[e.x.Group]
		e.begins = first == 0 || e.x.Pos < first
		if end := e.x.EndPos; end > 0 && (first == 0 || end < first) {
			answered[e.x.Group] = end
		}
	}
	places := make([]place, 0, len(ix.entries))
	ix.exact.sort(ix.entries, places)
	ix.loose.sort(ix.entries, places)
}

// perOp counts the entries of each operation.
func (ix *Index) perOp() map[string]int {
	n := map[string]int{}
	for _, e := range ix.entries {
		n[e.op]++
	}
	return n
}

// unnamed is the key without names that clients give.
func (e *entry) unnamed() key {
	if e.loose == nil {
		return e.exact
	}
	return *e.loose
}

// alike are the exchanges whose requests differ in names only, if in anything.
func (ix *Index) alike(loose key) *bucket {
	return cmp.Or(ix.loose.of(loose), ix.exact.of(loose)) // of requests without names
}

// buckets are those that an entry is in.
func (ix *Index) buckets(e *entry) []*bucket {
	if e.life == session {
		return []*bucket{ix.ops[e.op]}
	}
	list := []*bucket{ix.ops[e.op], ix.exact.of(e.exact)}
	if e.loose != nil {
		list = append(list, ix.loose.of(*e.loose))
	}
	return list
}
