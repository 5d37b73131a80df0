package export

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

//go:embed page.html
var pageHTML string

// The page holds so many calls, and so many bytes of bodies. It says what was left
// out beyond that.
const (
	maxPageCalls  = 20000
	maxPageBodies = 24 << 20
	maxPageBody   = 16 << 10 // of one body, once the page is half full
)

// htmlExporter writes one page that needs nothing else: its Content-Security-Policy
// allows only its own script and no access to a network. The page can be read
// without JavaScript, too.
type htmlExporter struct {
	*collector
	w        io.Writer
	groups   *groups
	stats    stats
	page     page
	seen     int
	bodies   int
	cut      bool // a body or stream, because there was no room
	sequence []*call

	maxCalls, maxBodies int
}

// page is what the template shows.
type page struct {
	Title, When, Tool, Daemon, Redact string
	Notes                             []string
	Calls, Failed, Commands           int
	Took                              string
	Groups                            []*pageGroup
	Stats                             []statRow
	Sequence                          template.HTML // made by sequenceSVG, which escapes
}

type pageGroup struct {
	Name, PID, Start, Took, Verdict string
	Failed                          bool
	Calls                           []pageCall
}

// Blocks are the calls in runs that become elements together.
func (g *pageGroup) Blocks() [][]pageCall { return slices.Collect(slices.Chunk(g.Calls, 50)) }

type pageCall struct {
	ID                                        decode.ExchangeID
	Op, Method, Target, Status, Summary, Took string
	Code                                      int
	Start, TTFB, Error, Up, Down              string
	Failed                                    bool
	Request, Response                         pageSide
	Pieces                                    []pagePiece
	More                                      string // what of the stream is not shown
	Steps                                     []string
}

type pageSide struct {
	Head, Body, Note string
}

type pagePiece struct{ At, From, Text string }

func newHTML(w io.Writer, o *Options) Exporter {
	h := &htmlExporter{w: w, maxCalls: maxPageCalls, maxBodies: maxPageBodies}
	h.collector = newCollector(o, forPeople, h.add)
	h.groups = newGroups(0, h.group)
	h.judge = func(j exchange.Judgement) { h.groups.judge(j, &h.stats) }
	h.page = page{Title: cmp.Or(o.Name, "Docker API calls"), Tool: o.Header.Tool, Redact: o.Header.Redact}
	if !o.Header.Start.IsZero() {
		h.page.When = o.Header.Start.Format("2006-01-02 15:04:05 MST")
	}
	if d := o.Header.Daemon; d.Version != "" {
		h.page.Daemon = "Docker " + d.Version + ", API " + d.API
	}
	return h
}

func (h *htmlExporter) add(c *call) {
	h.seen++
	h.stats.add(c)
	if h.seen > h.maxCalls {
		return
	}
	k := c.keep()
	h.bound(k)
	h.groups.add(k)
}

// bound cuts what a call shows to what the page still has room for.
func (h *htmlExporter) bound(c *call) {
	room := h.maxBodies - h.bodies
	if room < h.maxBodies/2 {
		room = min(room, maxPageBody)
	}
	for _, s := range []*[]byte{&c.Request.Body, &c.Response.Body} {
		if len(*s) > room {
			*s = (*s)[:max(room, 0)]
			h.cut = true
			c.Request.Cut = c.Request.Cut || s == &c.Request.Body
			c.Response.Cut = c.Response.Cut || s == &c.Response.Body
		}
		h.bodies += len(*s)
	}
	for i := range c.pieces {
		if room <= 0 {
			for _, p := range c.pieces[i:] {
				c.more += int64(len(p.bytes))
			}
			c.pieces = c.pieces[:i]
			h.cut = true
			break
		}
		room -= len(c.pieces[i].bytes)
		h.bodies += len(c.pieces[i].bytes)
	}
}

func (h *htmlExporter) group(g *group) {
	p := pageGroup{Name: g.name, Start: since(g.start()), Took: took(g.end() - g.start())}
	verdict, bad := g.verdict()
	p.Verdict, p.Failed = oneLine(verdict), bad
	if pid := g.command.Peer.PID; pid != 0 {
		p.PID = itoa(pid)
	}
	h.page.Commands++
	h.page.Failed += g.failed
	h.sequence = append(h.sequence, g.calls...)
	for _, c := range g.calls {
		p.Calls = append(p.Calls, newPageCall(c))
	}
	h.page.Groups = append(h.page.Groups, &p)
}

func newPageCall(c *call) pageCall {
	p := pageCall{
		ID: c.ID, Op: oneLine(c.Name()), Method: oneLine(c.Method), Target: printable(c.Target),
		Status: statusText(c.Exchange), Code: c.Status, Summary: oneLine(c.Summary()), Took: took(c.Took()), Start: since(c.Start),
		Up: bytesSize(c.Request.Size), Down: bytesSize(c.Response.Size), Failed: c.Failed(), Error: oneLine(c.Error()),
	}
	if t, ok := c.TTFB(); ok {
		p.TTFB = took(t)
	}
	p.Request, p.Response = c.pageSide(decode.Request), c.pageSide(decode.Response)
	for _, piece := range c.pieces {
		p.Pieces = append(p.Pieces, pagePiece{At: since(piece.at), From: piece.from(), Text: strings.TrimRight(pieceText(piece.bytes), "\n")})
	}
	if c.more > 0 {
		p.More = bytesSize(c.more) + " more are not in this page"
	}
	if c.Build != nil {
		p.Steps = buildSteps(c)
	}
	return p
}

func (c *call) pageSide(d decode.Direction) pageSide {
	s := c.Side(d)
	p := pageSide{Head: printable(c.HeadText(d)), Note: bodyNote(s)}
	if !c.streamed(d) {
		p.Body = bodyText(s.Body)
	}
	return p
}

// Close writes the page.
func (h *htmlExporter) Close() error {
	h.finish()
	h.groups.finish()
	p := &h.page
	p.Notes = h.notes()
	if h.seen > h.maxCalls {
		p.Notes = append(p.Notes, fmt.Sprintf("The page shows the first %d of %d calls. Statistics count all. Choose calls with --filter.", h.maxCalls, h.seen))
	}
	if h.cut {
		p.Notes = append(p.Notes, "Bodies are shortened: together they are larger than a page can hold.")
	}
	p.Calls, p.Took = h.seen, took(h.stats.last-h.stats.first)
	p.Stats = h.stats.rows()
	p.Sequence = template.HTML(sequenceSVG(h.sequence, 0, ""))
	out := bufio.NewWriterSize(h.w, 64<<10)
	fmt.Fprintf(out, pageTop, hashOf(pageCSS), hashOf(pageJS), template.HTMLEscapeString(p.Title), pageCSS)
	if err := template.Must(template.New("page").Parse(pageHTML)).Execute(out, p); err != nil {
		return err
	}
	fmt.Fprintf(out, "<script>%s</script>\n</body></html>\n", pageJS)
	return out.Flush()
}

// pageTop is not part of the template, which would change style and script
// and so their hashes.
const pageTop = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>%s · dockwire</title>
<style>%s</style></head>
`

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}
