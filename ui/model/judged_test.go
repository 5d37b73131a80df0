package model

import (
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// What decides a refusal is that nothing comes after it. The command's verdict
// on the screen is then that of the refusal, also where the recording ends with
// its connection open.
func TestVerdictFollowsWhatIsJudgedLate(t *testing.T) {
	s := exchangetest.New()
	s.Connect(1, "docker", "inspect", "nosuch").Call("GET", "/v1.47/containers/nosuch/json", "").Reply(404, `{"message":"No such container: nosuch"}`)
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	for _, e := range s.Events() {
		in.Event(e)
	}
	in.Conclude()
	m.Pull()
	m.Judge(never)
	m.Arrange()
	c := m.Command(m.Line(0).Command)
	if m.Totals().Failed != 1 || !c.Verdict.Result.Bad() {
		t.Errorf("%d failed, verdict %+v", m.Totals().Failed, c.Verdict)
	}
}

// A call that began early and ends last has the last word, also when the screen
// hears of all of them at once.
func TestTheLatestVerdictStays(t *testing.T) {
	s := exchangetest.New()
	run := []string{"docker", "run", "busybox"}
	wait := s.Connect(1, run...).Call("POST", "/v1.47/containers/web/wait", "").Answer(200, decode.ContentJSON)
	s.Connect(1, run...).Call("POST", "/v1.47/containers/web/start", "").Reply(204, "")
	wait.End(decode.Server, decode.EndCancel)
	in := NewIntake(IntakeOptions{})
	m := New(in, Options{})
	for _, e := range s.Events() {
		in.Event(e)
	}
	in.Flush()
	m.Pull()
	m.Judge(never)
	m.Arrange()
	c := m.Command(m.Line(0).Command)
	if want := "docker run: ContainerWait web, cut off by the daemon"; c.Verdict.Line != want || !c.Verdict.Result.Bad() {
		t.Errorf("%+v, want %s", c.Verdict, want)
	}
}
