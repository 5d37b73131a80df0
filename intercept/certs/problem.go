package certs

import (
	"errors"
	"strings"
)

// errExpired is the cause of a Problem with a certificate whose time is over.
var errExpired = errors.New("certificate has expired")

// A Problem is what is wrong with one file, for a person.
type Problem struct {
	File   string // path
	Field  string // the part of it that is wrong, e.g. "notAfter"; may be empty
	What   string // what is wrong with it, and since when
	Advice string // what to do; may be empty
	Fatal  bool   // it cannot work; otherwise the other side may yet accept it
	Err    error  // cause, if there is one
}

func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Field != "" {
		b.WriteString(": " + p.Field)
	}
	b.WriteString(": " + p.What)
	if p.Advice != "" {
		b.WriteString(" (" + p.Advice + ")")
	}
	return b.String()
}

func (p *Problem) Unwrap() error { return p.Err }
