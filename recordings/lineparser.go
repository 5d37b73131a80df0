package recordings

import "github.com/dockwire/dockwire/decode"

// LineParser turns single lines of a recording into events, in any order, for
// callers that keep offsets (see Reader.Line) and read back what they need.
// What a line says only together with others is not there: the connection of
// an exchange, the end of an exchange by a second fin.
type LineParser struct{ lines decoder }

// NewLineParser makes a parser for lines of the recording with that header.
func NewLineParser(h Header) *LineParser { return &LineParser{versions[h.Version]()()} }

// Parse takes a line; its events then come from Next until that is nil. They
// are valid until the next call of either.
func (p *LineParser) Parse(line []byte) error { return p.lines.Parse(line) }

// Next returns the next event of the line, or nil.
func (p *LineParser) Next() decode.Event { return p.lines.Next() }
