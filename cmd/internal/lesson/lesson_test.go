package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func builtIn(t *testing.T) *Course {
	t.Helper()
	c, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What the course promises in docs/lessons.md is in it.
func TestEveryQuestionHasItsLesson(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/lessons.md")
	if err != nil {
		t.Fatal(err)
	}
	lessons := map[string][]string{}
	for i, l := range builtIn(t).Lessons {
		for _, q := range l.Answers {
			lessons[q] = append(lessons[q], fmt.Sprint(i+1))
		}
	}
	for q, in := range lessons {
		if row := fmt.Sprintf("| %s | %s |\n", q, strings.Join(in, ", ")); !strings.Contains(string(doc), row) {
			t.Errorf("docs/lessons.md has no row %q", row)
		}
	}
	_, table, _ := strings.Cut(string(doc), "| Question | Lesson |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if n := strings.Count(table, "\n") + 1; n != len(lessons) {
		t.Errorf("docs/lessons.md has %d questions, the lessons answer %d", n, len(lessons))
	}
	for _, q := range []string{ // of the document that the course is made from
		"What is a socket?", "Which two kinds does Docker use?", "Where is the socket's file?", "Who may open it?", "Why is its mode 660?",
		"Why does a TCP socket need TLS?", "How do I reach a daemon on another machine?", "What is each of ca, cert and key for?",
	} {
		if len(lessons[q]) == 0 {
			t.Errorf("no lesson answers %q", q)
		}
	}
}

// Each lesson has its pages, and what it shows of its recording is there.
func TestTheCourseIsWhole(t *testing.T) {
	for _, l := range builtIn(t).Lessons {
		pages, err := l.Pages()
		if err != nil {
			t.Errorf("%s: %v", l.Name, err)
		}
		if len(pages) < 3 || l.Recording == "" || l.Task == "" || l.Check == "" {
			t.Errorf("%s: %d pages, recording %q, task %q, check %q", l.Name, len(pages), l.Recording, l.Task, l.Check)
		}
		for _, p := range pages {
			if strings.Contains(p, "```wire") {
				t.Errorf("%s: a wire block was not filled", l.Name)
			}
		}
	}
}

func TestWhatIsNoLesson(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"# Hello\n", "no front matter"},
		{"---\ntitle: x\n", "does not end"},
		{"---\nrecording: x.jsonl\n---\n", "no title"},
		{"---\ntitle: x\ncheque: op:a\n---\n", "cheque"},
		{"---\ntitle: x\nlisten: udp\n---\n", "give unix, tcp or tls"},
		{"---\ntitle: x\nrecording: ../secret\n---\n", "beside the lesson"},
		{"---\ntitle: x\nfiles: ..\n---\n", "a folder beside the lesson"},
		{"---\ntitle: x\nrecording: x.jsonl\ncheck: status>>3\n---\n", "check"},
		{"---\ntitle: x\ntry: [docker ps]\n---\n", "needs a recording"},
	} {
		if _, err := parse("x", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
	if l, err := parse("x", []byte("---\r\ntitle: x\r\n---\r\none\r\n## two\r\n```\n## no page\n```\n")); err != nil {
		t.Error(err)
	} else if pages, err := l.Pages(); err != nil || len(pages) != 2 {
		t.Errorf("%q, %v", pages, err)
	}
}

func TestWireBlocks(t *testing.T) {
	c := builtIn(t)
	l := *c.Lessons[0]
	for _, want := range []struct{ block, shows string }{
		{"request 1", "HEAD /_ping HTTP/1.1"},
		{"calls", "SystemVersion"},
		{"request 9", "no call 9"},
		{"reply 1", "give calls, request"},
		{"request", "give calls, request"},
		{"request one", "no number"},
	} {
		l.text = []byte("```wire\n" + want.block + "\n```\n")
		text, err := l.markdown()
		if err != nil {
			text = err.Error()
		}
		if !strings.Contains(text, want.shows) {
			t.Errorf("%s: %q, want %q", want.block, text, want.shows)
		}
	}
}

// A draft is a lesson that can be played and exported.
func TestDraft(t *testing.T) {
	for _, name := range []string{"run.jsonl", "copy.jsonl", "build.jsonl", "ps.jsonl"} {
		dir := t.TempDir()
		recording, err := Recording(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		var draft bytes.Buffer
		if err := Draft(&draft, recording); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "x.md"), draft.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Open(dir)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, &draft)
		}
		for format, shows := range map[string][]string{
			"markdown": {"```mermaid", "sequenceDiagram", "### Call 2", "/_ping"},
			"html":     {"<!doctype html>", "<h3>Call 2", "<iframe sandbox=\"allow-scripts\"", "/_ping"},
		} {
			var out bytes.Buffer
			if err := Export(&out, c.Lessons, format); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, part := range shows {
				if !strings.Contains(out.String(), part) {
					t.Errorf("%s as %s: no %q", name, format, part)
				}
			}
		}
	}
	if err := Draft(&bytes.Buffer{}, "nothing.jsonl"); err == nil {
		t.Error("there is no recording, and no error")
	}
}

func TestProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "learn.json")
	c := builtIn(t)
	replace := func(path string, b []byte) error {
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, b, 0o600))
	}
	p, err := ReadProgress(path, replace)
	if err != nil || p.First(c) != 0 {
		t.Fatalf("%v, first %d", err, p.First(c))
	}
	if err := p.Finish(c, c.Lessons[0], time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if p, err = ReadProgress(path, replace); err != nil || p.First(c) != 1 || !p.IsDone(c, c.Lessons[0]) {
		t.Errorf("%v, first %d", err, p.First(c))
	}
	if p.IsDone(&Course{ID: "another"}, c.Lessons[0]) {
		t.Error("courses share their progress")
	}
	if err := os.WriteFile(path, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err = ReadProgress(path, replace); err != nil || p.First(c) != 0 {
		t.Errorf("a broken file: %v", err)
	}
}
