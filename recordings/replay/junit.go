package replay

import (
	"encoding/xml"
	"io"
	"strings"
)

// junitFailure, junitCase and junitSuite are JUnit's XML.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *struct{}     `xml:"skipped,omitempty"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      string      `xml:"system-out,omitempty"`
}

// JUnit writes reports as JUnit XML, as CI systems read it: a suite for each
// recording, with a test for each request that was missed, and one for each
// exchange that was not used, which fails with StrictAll only, as starts in another
// order do.
func JUnit(w io.Writer, reports []Report, s Strict) error {
	all := struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}{}
	for i := range reports {
		all.Suites = append(all.Suites, reports[i].junit(s))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junit(s Strict) junitSuite {
	suite := junitSuite{Name: "replay of " + r.File, Out: r.Text()}
	if len(r.Missed) == 0 {
		suite.Cases = append(suite.Cases, junitCase{Name: "every request was recorded", Class: r.File})
	}
	for _, m := range r.Missed {
		text := m.Text(nil)
		title, _, _ := strings.Cut(text, "\n")
		suite.Cases = append(suite.Cases, junitCase{Name: m.Method + " " + m.Target, Class: r.File, Failure: &junitFailure{title, text}})
	}
	for _, u := range r.Unused {
		c := junitCase{Name: u.Method + " " + u.Target + " is used", Class: r.File, Skipped: &struct{}{}}
		if s == StrictAll {
			c.Skipped, c.Failure = nil, &junitFailure{Message: "a recorded exchange was not used"}
		}
		suite.Cases = append(suite.Cases, c)
	}
	for _, d := range r.Disorder {
		if s == StrictAll {
			suite.Cases = append(suite.Cases, junitCase{Name: "containers are started in the recorded order", Class: r.File, Failure: &junitFailure{Message: d}})
		}
	}
	for _, c := range suite.Cases {
		if c.Failure != nil {
			suite.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
	}
	suite.Tests = len(suite.Cases)
	return suite
}
