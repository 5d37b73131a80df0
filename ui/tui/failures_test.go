package tui

import (
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// failedRun is docker run of a program that is not in the image, after a pull.
func failedRun() *exchangetest.Script {
	s := exchangetest.New()
	run := []string{"docker", "run", "--name", "job", "registry.example/tools/job:1.4", "nosuch", "--all"}
	c := s.Connect(4711, run...)
	c.Request("HEAD", "/_ping").EndOf(decode.Request).Reply(200, "", "Api-Version: 1.47")
	create := func() *exchangetest.Exchange {
		return c.Call("POST", "/v1.47/containers/create?name=job", `{"Image":"registry.example/tools/job:1.4","Cmd":["nosuch","--all"]}`, "Content-Type: application/json")
	}
	create().Reply(404, `{"message":"No such image: registry.example/tools/job:1.4"}`, "Content-Type: application/json")
	pull := c.Call("POST", "/v1.47/images/create?fromImage=registry.example%2Ftools%2Fjob&tag=1.4", "").Answer(200, decode.ContentJSONStream)
	s.Wait(300 * time.Millisecond)
	pull.Data(decode.Response, `{"status":"Status: Downloaded newer image for registry.example/tools/job:1.4"}`+"\r\n").End(decode.Server, decode.EndEOF)
	create().Reply(201, `{"Id":"`+containerID+`","Warnings":[]}`, "Content-Type: application/json")
	s.Connect(4711, run...).Call("POST", "/v1.47/containers/"+containerID+"/start", "").
		Reply(400, `{"message":"failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: \"nosuch\": executable file not found in $PATH: unknown"}`, "Content-Type: application/json")
	return s
}

// failedUp is compose up whose second container's port is taken.
func failedUp() *exchangetest.Script {
	s := exchangetest.New()
	c := s.Connect(900, "docker-compose", "compose", "up", "-d")
	c.Request("HEAD", "/_ping").EndOf(decode.Request).Reply(200, "", "Api-Version: 1.47")
	c.Call("GET", "/v1.47/containers/json?all=1&filters=%7B%22label%22%3A%7B%22com.docker.compose.project%3Dshop%22%3Atrue%7D%7D", "").Reply(200, `[]`, "Content-Type: application/json")
	c.Call("GET", "/v1.47/networks/shop_default", "").Reply(404, `{"message":"network shop_default not found"}`, "Content-Type: application/json")
	c.Call("POST", "/v1.47/networks/create", `{"Name":"shop_default"}`, "Content-Type: application/json").Reply(201, `{"Id":"`+containerID+`"}`, "Content-Type: application/json")
	for _, name := range []string{"db", "web"} {
		c.Call("POST", "/v1.47/containers/create?name=shop-"+name+"-1", `{"Image":"shop/`+name+`"}`, "Content-Type: application/json").Reply(201, `{"Id":"`+containerID+`","Warnings":[]}`, "Content-Type: application/json")
	}
	c.Call("POST", "/v1.47/containers/"+containerID+"/start", "").Reply(204, "")
	s.Wait(120 * time.Millisecond)
	c.Call("POST", "/v1.47/containers/shop-web-1/start", "").
		Reply(500, `{"message":"driver failed programming external connectivity on endpoint shop-web-1: Bind for 0.0.0.0:8080 failed: port is already allocated"}`, "Content-Type: application/json")
	return s
}

// TestGoldenFailures is what one sees first of commands that failed.
func TestGoldenFailures(t *testing.T) {
	for _, scene := range []struct {
		name   string
		script func() *exchangetest.Script
		keys   []string
	}{
		{"failed-run", failedRun, []string{"e"}},
		{"failed-run-closed", failedRun, nil},
		{"failed-up", failedUp, []string{"e", "enter"}},
		{"failed-build", exchangetest.Build, []string{"e"}},
		{"failed-build-steps", exchangetest.Build, []string{"t", "f", "'summary~step or op:BuildKitControl", "enter", "G", "k", "enter", "]", "]", "]", "]"}},
	} {
		for _, size := range []struct {
			name          string
			width, height int
		}{{"80x24", 80, 24}, {"120x36", 120, 36}, {"200x50", 200, 50}} {
			t.Run(scene.name+"-"+size.name, func(t *testing.T) {
				s := newStage(t, scene.script(), size.width, size.height, nil)
				s.press(scene.keys...)
				golden(t, scene.name+"-"+size.name, s.text())
			})
		}
	}
}
