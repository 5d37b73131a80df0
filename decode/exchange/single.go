package exchange

import "github.com/dockwire/dockwire/decode"

// Single folds whole calls, one after the other, for those that judge many of them by
// nothing but themselves: it knows no connection and no build, and costs less than a
// Folder.
type Single struct {
	fold Folder
	conn Connection
	x    Exchange
}

// NewSingle keeps so many bytes of a body, as NewFolder does.
func NewSingle(keep int) *Single { return &Single{fold: Folder{keep: max(keep, 0)}} }

// Event folds an event of the call that its RequestHead began.
func (s *Single) Event(e decode.Event) *Exchange {
	if head, ok := e.(*decode.RequestHead); ok {
		s.fold.kept = 0
		s.conn.ID = head.Conn
		s.x.reset()
		s.x.Conn = &s.conn
		s.x.request(head)
	} else {
		s.fold.take(&s.x, e)
	}
	return &s.x
}
