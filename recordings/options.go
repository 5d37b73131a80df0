package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode/digest"
)

const (
	// DefaultMaxBody is how many bytes of a body or stream are kept.
	DefaultMaxBody = 8 << 20

	// KeepAll as Options.MaxBody keeps bodies and streams of any size.
	KeepAll = -1

	// KeepNone as Options.MaxBody keeps only their sizes and digests.
	KeepNone = -2
)

const (
	maxInline  = 64 << 10 // bytes of a body in one line
	maxRead    = 16 << 20 // length of a line that is read
	maxEntries = 8192     // of the listing of a tar
	holdTime   = 100 * time.Millisecond
)

// Options says how a recording is written.
type Options struct {
	// MaxBody is how many bytes are kept of each direction of an exchange,
	// streams included; of what is beyond, size and digest are written.
	// 0 means DefaultMaxBody.
	MaxBody int64

	// TarUploads keeps tars that go up to the daemon (build contexts, cp into
	// a container, load, import, plugins) like any other body. Otherwise only
	// their listing, size and digest are written: they carry people's files.
	TarUploads bool

	// Digest identifies what is not kept. "" means digest.XXH3.
	Digest digest.Kind

	// Overwrite replaces an existing recording, which stays until the new one has
	// something in it, or Settle or Close are called.
	Overwrite bool

	// WhenWhole makes a file that gets its name when it is closed without an
	// error. A process that is killed before leaves none of that name.
	WhenWhole bool
	settles   bool // it has another name as yet

	// Append continues an existing recording; a torn last line is cut off.
	// Exchanges and connections are numbered on.
	Append bool

	// Bursts lets lines wait for Flush, 64 KiB of them at most, instead of
	// writing each at once: for a caller that knows when nothing more is at
	// hand, and calls Flush then.
	Bursts bool

	// Private says that nobody else has to do with the file, and that it is gone
	// with its process: it is not looked after, Close does not wait for the disk, and
	// up to 1 MiB may wait for Flush. Much of what a line costs is the write, and
	// large ones cost less.
	Private bool

	// Rotate says when the recording goes on in a new file. The one at the
	// path that was given is always the latest.
	Rotate Rotation

	// Notice is called with what the user should know of the file while it is
	// written: that it was moved, deleted or truncated, or that it is complete
	// and a new one was begun.
	Notice func(text string)

	// Header is the first line. Version and Limits are set by the writer.
	Header Header

	// Peers writes what identifies the user of the machine: the user name of
	// client processes and the folder of their executables.
	Peers bool
}

func (o *Options) maxBody() int64 {
	switch {
	case o.MaxBody == 0:
		return DefaultMaxBody
	case o.MaxBody == KeepNone:
		return 0
	case o.MaxBody < 0:
		return KeepAll
	}
	return o.MaxBody
}
