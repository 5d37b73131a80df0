package replay

import (
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// packet is a message by which files travel (tonistiigi/fsutil types/wire.proto).
type packet struct {
	kind uint64
	stat *fileStat
	id   uint32
	data []byte
}

const (
	packetStat = 0
	packetReq  = 1
	packetData = 2
	packetFin  = 3
	packetErr  = 4
)

// fileStat is what a client says of a file.
type fileStat struct {
	path, link string
	mode       uint32
	size       int64
	changed    int64 // Unix nanoseconds
}

// sentFile is a file that was recorded.
type sentFile struct {
	fileStat
	asked  bool          // for its content
	digest digest.Digest // of its content, "" where that was never sent
}

// same tells whether a live file may be the recorded one: what a umask takes
// from modes is of the machine the client runs on.
func (f fileStat) same(o fileStat) bool {
	const kind, owner = 0xffff0000 | 1<<31, 0o700
	folder := f.mode&(1<<31) != 0
	return f.mode&kind == o.mode&kind && f.mode&owner == o.mode&owner && f.link == o.link && (folder || f.size == o.size)
}

func (f fileStat) String() string {
	if f.mode&(1<<31) != 0 {
		return "folder"
	}
	return fmt.Sprintf("mode %o, %d bytes%s", f.mode&0o7777, f.size, f.link)
}

// receive has a client send the files that it sent when it was recorded, and says
// what differs, "" if nothing does.
func (b *builds) receive(client *http.ClientConn, x *load.Exchange) (why string) {
	recorded := b.files(x)
	w, answer, err := b.open(client, x)
	if err != nil {
		return err.Error()
	}
	defer w.Close()
	response, err := answer()
	if err != nil {
		return "" // the client left
	}
	defer response.Body.Close()
	live, err := readStats(response.Body)
	if err != nil {
		return fmt.Sprintf("the client sent no list of files: %v", err)
	}
	name := b.header(x, "dir-name")
	if why := compareFiles(name, recorded, live); why != "" {
		return why
	}
	sums, wanted := map[uint32]hash.Hash{}, map[uint32]*sentFile{}
	for i := range recorded {
		f := &recorded[i]
		id := slices.IndexFunc(live, func(l fileStat) bool { return l.path == f.path })
		if id < 0 || !f.asked && f.digest == "" {
			continue
		}
		wanted[uint32(id)], sums[uint32(id)] = f, f.digest.Kind().New()
		ask := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), packetReq)
		if id > 0 {
			ask = protowire.AppendVarint(protowire.AppendTag(ask, 3, protowire.VarintType), uint64(id))
		}
		if _, err := w.Write(framed(ask)); err != nil {
			return ""
		}
	}
	b.unknown(x, name, recorded, live)
	for left := len(wanted); left > 0; {
		p, err := readPacket(response.Body)
		if err != nil {
			return fmt.Sprintf("the client stopped sending files: %v", err)
		}
		f, sum := wanted[p.id], sums[p.id]
		if p.kind != packetData || f == nil {
			continue
		}
		if sum.Write(p.data); len(p.data) > 0 {
			continue
		}
		left--
		if got := f.digest.Kind().Sum(sum); f.digest != "" && f.digest != got {
			why += fmt.Sprintf("\n  file %s of %s\n    - recorded  content %s\n    + received  content %s", f.path, name, f.digest, got)
		}
	}
	fin := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), packetFin)
	if _, err := w.Write(framed(fin)); err == nil {
		_, _ = readPacket(response.Body) // the client's own
	}
	if why != "" {
		why = "the files that are built from have changed:" + why
	}
	return why
}

// unknown counts the files whose contents cannot be compared: the daemon had them
// before the recording began, and they were changed since. A file that was not is
// the same to BuildKit, too, which then asks for no content.
func (b *builds) unknown(x *load.Exchange, name string, recorded []sentFile, live []fileStat) {
	n := 0
	for i := range recorded {
		f := &recorded[i]
		if f.asked || f.digest != "" || f.size == 0 || f.mode&(1<<31) != 0 || f.link != "" {
			continue
		}
		if l := slices.IndexFunc(live, func(l fileStat) bool { return l.path == f.path }); l >= 0 && live[l].changed != f.changed {
			n++
		}
	}
	if n == 0 {
		return
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.p.unchecked += n
	b.p.warn(x, "%d %s of %s could be compared by name, mode and size only: changed at another time, and the daemon had the content from a build before, so the recording has not",
		n, plural(n, "file", "files"), name)
}

// sentContents are the digests of all files that were sent in the recording. A file
// is sent once: to builds that follow it is known by what else is known of it.
func (b *builds) sentContents() map[fileStat]digest.Digest {
	b.readOnce.Do(func() {
		b.contents = map[fileStat]digest.Digest{}
		for _, s := range b.sessions {
			for _, x := range s.calls {
				if !strings.HasSuffix(x.Target, "FileSync/DiffCopy") {
					continue
				}
				for _, f := range b.listed(x) {
					if f.digest != "" {
						b.contents[f.fileStat] = f.digest
					}
				}
			}
		}
	})
	return b.contents
}

// compareFiles compares the lists of files.
func compareFiles(name string, recorded []sentFile, live []fileStat) string {
	var b strings.Builder
	for _, f := range recorded {
		i := slices.IndexFunc(live, func(l fileStat) bool { return l.path == f.path })
		switch {
		case i < 0:
			fmt.Fprintf(&b, "\n  file %s of %s\n    - recorded  %s\n    + received  (nothing)", f.path, name, f.fileStat)
		case !f.same(live[i]):
			fmt.Fprintf(&b, "\n  file %s of %s\n    - recorded  %s\n    + received  %s", f.path, name, f.fileStat, live[i])
		}
	}
	for _, l := range live {
		if !slices.ContainsFunc(recorded, func(f sentFile) bool { return f.path == l.path }) {
			fmt.Fprintf(&b, "\n  file %s of %s\n    - recorded  (nothing)\n    + received  %s", l.path, name, l)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "the files that are built from have changed:" + b.String()
}

// files lists the files of a recorded call, with their contents as far as any
// call of the recording had them.
func (b *builds) files(x *load.Exchange) []sentFile {
	files := b.listed(x)
	for i := range files {
		if f := &files[i]; !f.asked && f.digest == "" {
			f.digest = b.sentContents()[f.fileStat]
		}
	}
	return files
}

// listed lists the files of a recorded call as they are in it.
func (b *builds) listed(x *load.Exchange) (files []sentFile) {
	each := func(l load.Line, f func(m *decode.Message, p *packetJSON)) {
		_ = b.p.rec.Events(l, func(e decode.Event) error { // it was read before
			if m, ok := e.(*decode.Message); ok {
				var p packetJSON
				if json.Unmarshal(m.JSON, &p) == nil {
					f(m, &p)
				}
			}
			return nil
		})
	}
	for _, s := range x.Steps() {
		each(s.Line, func(m *decode.Message, p *packetJSON) {
			if p.Stat != nil && p.Type == "" {
				files = append(files, sentFile{fileStat: fileStat{p.Stat.Path, p.Stat.Linkname, p.Stat.Mode, number(p.Stat.Size), number(p.Stat.ModTime)}})
			}
			if m.Digest != "" && int(p.ID) < len(files) {
				files[p.ID].digest = m.Digest
			}
		})
	}
	for i := range x.Asked {
		each(x.Asked[i].Line, func(_ *decode.Message, p *packetJSON) {
			if p.Type == "PACKET_REQ" && int(p.ID) < len(files) {
				files[p.ID].asked = true
			}
		})
	}
	return files
}

// packetJSON is a packet as a recording has it.
type packetJSON struct {
	Type string
	ID   uint32
	Stat *struct {
		Path, Linkname string
		Mode           uint32
		Size, ModTime  json.RawMessage // numbers, or strings above 2^53
	}
}

func number(b json.RawMessage) (n int64) {
	_, _ = fmt.Sscan(strings.Trim(string(b), `"`), &n) // absent is 0
	return n
}

// readStats reads the list of files that begins a call.
func readStats(r io.Reader) (files []fileStat, err error) {
	for {
		p, err := readPacket(r)
		switch {
		case err != nil:
			return nil, err
		case p.kind == packetErr:
			return nil, fmt.Errorf("%.200s", p.data)
		case p.kind == packetStat && p.stat == nil:
			return files, nil
		case p.stat != nil:
			files = append(files, *p.stat)
		}
	}
}

func readPacket(r io.Reader) (packet, error) {
	b, err := readMessage(r)
	if err != nil {
		return packet{}, err
	}
	var p packet
	err = eachField(b, func(n protowire.Number, v uint64, data []byte) {
		switch n {
		case 1:
			p.kind = v
		case 2:
			p.stat = &fileStat{}
			_ = eachField(data, p.stat.field) // what is no message is no file either
		case 3:
			p.id = uint32(v)
		case 4:
			p.data = data
		}
	})
	return p, err
}

func (f *fileStat) field(n protowire.Number, v uint64, data []byte) {
	switch n {
	case 1:
		f.path = string(data)
	case 2:
		f.mode = uint32(v)
	case 5:
		f.size = int64(v)
	case 6:
		f.changed = int64(v)
	case 7:
		f.link = string(data)
	}
}

// eachField calls f with the fields of a message.
func eachField(b []byte, f func(n protowire.Number, v uint64, data []byte)) error {
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		var v uint64
		var data []byte
		switch kind {
		case protowire.VarintType:
			v, size = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			data, size = protowire.ConsumeBytes(b)
		default:
			size = protowire.ConsumeFieldValue(n, kind, b)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		f(n, v, data)
		b = b[size:]
	}
	return nil
}
