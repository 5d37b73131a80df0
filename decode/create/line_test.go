package create

import (
	"maps"
	"net/url"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ query, body, want, without string }{
		{"name=web", `{"Image":"nginx","Hostname":"","Env":null,"HostConfig":{"NetworkMode":"default","RestartPolicy":{"Name":"no","MaximumRetryCount":0}}}`,
			"docker create --name web nginx", ""},
		{"", `{"Image":"busybox","Cmd":["sh","-c","echo $HOME"],"Entrypoint":["nice","-n","5"],"Tty":true,"OpenStdin":true,"AttachStdin":true,"StdinOnce":true}`,
			"docker create --interactive --tty --entrypoint nice busybox -n 5 sh -c 'echo $HOME'", ""},
		{"", `{"Image":"a","ExposedPorts":{"80/tcp":{}},"HostConfig":{"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"53/udp":[{"HostIp":"","HostPort":""}]}}}`,
			"docker create --expose 80/tcp --publish 53/udp --publish 127.0.0.1:8080:80 a", ""},
		{"", `{"Image":"a","HostConfig":{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"NanoCpus":1500000000,"Memory":8388608,"Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}]}}`,
			"docker create --restart on-failure:3 --memory 8388608 --cpus 1.5 --ulimit nofile=10:20 a", ""},
		{"", `{"Image":"a","Healthcheck":{"Test":["CMD-SHELL","test -e /ok"],"Interval":1000000000,"Retries":3}}`,
			"docker create --health-cmd 'test -e /ok' --health-interval 1s --health-retries 3 a", ""},
		{"", `{"Image":"a","HostConfig":{"NetworkMode":"shop","Mounts":[{"Type":"volume","Source":"v","Target":"/d","VolumeOptions":{"NoCopy":true}}],"DeviceRequests":[{"Count":-1}]},"NetworkingConfig":{"EndpointsConfig":{"shop":{"Aliases":["db"],"IPAMConfig":{"IPv4Address":"10.0.0.2"},"DriverOpts":null}}}}`,
			"docker create --mount type=volume,source=v,target=/d --network shop --network-alias db --ip 10.0.0.2 a", "HostConfig.DeviceRequests HostConfig.Mounts.VolumeOptions.NoCopy"},
		{"", `{"Image":"a","Labels":{"x":"","y":"{{redacted.label.1}}"}}`, "docker create --label x --label 'y={{redacted.label.1}}' a", ""},
		{"", `{"Image":"a","Env":["A=1"`, "", ""},
		{"", `[]`, "", ""},
	} {
		query, _ := url.ParseQuery(c.query)
		line, without := Line(query, []byte(c.body))
		if line != c.want || strings.Join(without, " ") != c.without {
			t.Errorf("%s\n%s, without %s\nwant %s", c.body, line, without, c.want)
		}
	}
}

func TestSettings(t *testing.T) {
	kept, left, ok := Settings([]byte(`{"Image":"a","User":"","Volumes":{"/d":{}},"HostConfig":{"Binds":[],"ConsoleSize":[0, 0],"CapAdd":["X"],"LogConfig":{"Type":"","Config":{}}},"NetworkingConfig":{"EndpointsConfig":{"default":{"Aliases":null}}}}`))
	want := "{\n  \"Image\": \"a\",\n  \"Volumes\": {\n    \"/d\": {}\n  },\n  \"HostConfig\": {\n    \"CapAdd\": [\n      \"X\"\n    ]\n  }\n}"
	if string(kept) != want || left != 6 || !ok {
		t.Errorf("%d left out, %v\n%s", left, ok, kept)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("name=x", []byte(`{"Image":"a","HostConfig":{"Mounts":[{}]},"NetworkingConfig":{"EndpointsConfig":{"x":1}}}`))
	f.Fuzz(func(_ *testing.T, query string, body []byte) {
		q, _ := url.ParseQuery(query)
		Line(q, body)
		Settings(body)
	})
}

func TestFlags(t *testing.T) {
	body := `{"Image":"a","Entrypoint":["sh"],"HostConfig":{"AutoRemove":true,"PortBindings":{"80/tcp":[{"HostPort":"8080"}]},"NetworkMode":"shop"},"NetworkingConfig":{"EndpointsConfig":{"shop":{"Aliases":["db"]}}}}`
	got := Flags(url.Values{"name": {"web"}}, []byte(body))
	want := map[string]string{
		"query name": "--name web", "HostConfig.AutoRemove": "--rm", "HostConfig.PortBindings": "--publish 8080:80",
		"HostConfig.NetworkMode": "--network shop", "NetworkingConfig": "--network-alias db", "Entrypoint": "--entrypoint sh",
	}
	if !maps.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := Flags(nil, []byte(`[]`)); len(got) > 0 {
		t.Errorf("%q", got)
	}
}
