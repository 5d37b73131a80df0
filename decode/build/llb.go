package build

import "strings"

// op is a step of an LLB definition (pb.Op), as far as it is read here.
type op struct {
	Exec *struct {
		Meta   struct{ Args []string }
		Mounts []struct {
			Dest, MountType string
		}
	}
	Source *struct{ Identifier string }
	File   *struct{ Actions []fileAction }
	Merge  *struct{}
	Diff   *struct{}
	Build  *struct{}
}

type fileAction struct {
	Copy    *struct{ Src, Dest string }
	Mkfile  *struct{ Path string }
	Mkdir   *struct{ Path string }
	Rm      *struct{ Path string }
	Symlink *struct{ Oldpath, Newpath string }
}

// says says in a line what the step does.
func (o *op) says() string {
	switch {
	case o.Exec != nil:
		words := o.Exec.Meta.Args
		if len(words) == 3 && words[1] == "-c" {
			words = words[2:] // by a shell
		}
		s := "run " + strings.Join(words, " ")
		for _, m := range o.Exec.Mounts {
			if m.MountType != "" {
				s += ", with " + strings.ToLower(m.MountType) + " at " + m.Dest
			}
		}
		return s
	case o.Source != nil:
		return "take " + o.Source.Identifier
	case o.File != nil:
		var parts []string
		for _, a := range o.File.Actions {
			parts = append(parts, a.says())
		}
		return strings.Join(parts, ", ")
	case o.Merge != nil:
		return "merge folders"
	case o.Diff != nil:
		return "take the difference of two folders"
	case o.Build != nil:
		return "build another definition"
	}
	return ""
}

func (a *fileAction) says() string {
	switch {
	case a.Copy != nil:
		return "copy " + a.Copy.Src + " to " + a.Copy.Dest
	case a.Mkfile != nil:
		return "write " + a.Mkfile.Path
	case a.Mkdir != nil:
		return "make folder " + a.Mkdir.Path
	case a.Rm != nil:
		return "remove " + a.Rm.Path
	case a.Symlink != nil:
		return "link " + a.Symlink.Newpath + " to " + a.Symlink.Oldpath
	}
	return "change a file"
}

// maxPlanned bounds what is remembered of definitions.
const maxPlanned = 4096

// define remembers what the steps of a definition do. It often comes before
// the steps themselves.
func (b *Build) define(d *definition) {
	for _, one := range d.Def {
		says := one.Op.says()
		if says == "" {
			continue
		}
		if s := b.byDigest[one.Digest]; s != nil {
			s.Executes = says
		} else if len(b.planned) < maxPlanned {
			if b.planned == nil {
				b.planned = map[string]string{}
			}
			b.planned[one.Digest] = says
		}
	}
}
