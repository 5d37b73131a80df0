package load

import (
	"fmt"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// What a client sent into a stream, and when, and its leaving, are kept, so
// that it can be done again.
func TestAgain(t *testing.T) {
	s := exchangetest.New()
	attach := s.Connect(7, "docker").Request("POST", "/containers/x/attach", "Connection: Upgrade", "Upgrade: tcp").
		Answer(101, decode.ContentStdcopy, "Connection: Upgrade", "Upgrade: tcp")
	other := s.Connect(8, "docker").Call("GET", "/info", "")
	s.Wait(time.Second)
	attach.Data(decode.Request, "hi\n").Frame(decode.Response, 1, "ho\n")
	tape.JSON(other, 200, `{}`)
	attach.EndOf(decode.Request).End(decode.Client, decode.EndCancel)

	rec, err := Open(tape.Write(t, s), Options{Inputs: true})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	x := rec.Exchanges[0]
	if len(x.Sent) != 2 || x.Sent[0].EOF || !x.Sent[1].EOF || x.Sent[0].Idle < time.Second || x.EndPos <= x.Sent[1].Pos {
		t.Errorf("sent %+v, end %+v", x.Sent, x.End)
	}
	got := ""
	err = rec.Again(x, func(e decode.Event) {
		switch e := e.(type) {
		case *decode.RequestHead:
			got += e.Method + " "
		case *decode.ResponseHead:
			got += fmt.Sprint(e.Status, " ")
		case *decode.Data:
			got += fmt.Sprintf("%s %q ", e.Dir, e.Bytes)
		case *decode.ExchangeEnd:
			got += fmt.Sprint(e.How, " by ", e.By)
		}
	})
	if want := `POST 101 request "hi\n" response "ho\n" cancel by client`; err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if rec, err = Open(tape.Write(t, s), Options{}); err != nil || len(rec.Exchanges[0].Sent) != 0 {
		t.Errorf("%v: input that nobody asked for is kept", err)
	} else {
		rec.Close()
	}
}
