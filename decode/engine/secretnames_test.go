package engine

import "testing"

// looksSecret reports whether the value of this name may be a secret.
func looksSecret(n Names, name string) bool { return n.Strength(name) >= Weak }

func TestLooksSecret(t *testing.T) {
	secret := []string{
		"PASSWORD", "POSTGRES_PASSWORD", "MYSQL_PWD", "PGPASSWORD", "DB_PASS", "PASSWORD2", "rootPassword",
		"GITHUB_TOKEN", "GITHUBTOKEN", "GITHUB_PAT", "token", "splunk-token", "csrfToken",
		"API_KEY", "apiKey", "api-key", "APIKEY", "SSH_KEY", "sshKey", "KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"CLIENT_SECRET", "secret", "NPM_AUTH", "SENTRY_DSN", "SLACK_WEBHOOK_URL", "AZURE_STORAGE_CONNECTION_STRING",
		"GOOGLE_CREDENTIALS", "JWT", "X-Api-Key", "X-Auth", "session.cookie", "credentialspec",
		"com.example.deploy-token", "build-arg:NPM_TOKEN", "SALT", "mot_de_passwd_é",
	}
	plain := []string{
		"", "PATH", "HOME", "PWD", "OLDPWD", "LANG", "HOSTNAME", "TERM", "GPG_KEY", "MONKEY", "KEYBOARD", "AUTHOR",
		"PYTHON_VERSION", "POSTGRES_PASSWORD_FILE", "SSH_AUTH_SOCK", "TOKEN_PATH", "SSH_PUBLIC_KEY", "KEY_ID", "COMPASS", "BYPASS",
		"HTTP_PROXY", "DATABASE_URL", "maintainer", "com.docker.compose.project", "com.docker.swarm.task.id",
		"com.docker.network.bridge.name", "max-size", "type", "device", "o", "mtu", "PATTERN", "___", "123",
		"Content-Type", "X-Docker-Expose-Session-Uuid", "Sec-WebSocket-Key", "Traceparent", "Accept", "local.sharedkeyhint",
	}
	for _, name := range secret {
		if !looksSecret(Names{}, name) {
			t.Errorf("%q is taken for harmless", name)
		}
	}
	for _, name := range plain {
		if looksSecret(Names{}, name) {
			t.Errorf("%q is taken for a secret", name)
		}
	}
}

func TestNamesOfTheUser(t *testing.T) {
	n := NewNames("Customer", "INTERNAL_*", "*.ip", "a*b*c")
	for _, name := range []string{"CUSTOMER", "customer", "internal_host", "INTERNAL_", "host.ip", "abc", "a.b.b.c", "TOKEN"} {
		if !looksSecret(n, name) {
			t.Errorf("%q is taken for harmless", name)
		}
	}
	for _, name := range []string{"CUSTOMERS", "MY_INTERNAL_HOST", "host.ipv6", "ab", "acb", "PATH"} {
		if looksSecret(n, name) {
			t.Errorf("%q is taken for a secret", name)
		}
	}
	if looksSecret(NewNames("pwd"), "PWD") != true {
		t.Error("the user's name gives way to the list of innocent names")
	}
}

// The Engine API's own parameters and headers are harmless by name, unless
// the table of secrets names them.
func TestParametersOfTheAPIAreNoSecrets(t *testing.T) {
	for _, op := range Operations() {
		for _, q := range op.Query {
			if looksSecret(Names{}, q) {
				t.Errorf("%s: query parameter %s", op.ID, q)
			}
		}
		for _, h := range op.Headers {
			if looksSecret(Names{}, h) && h != "X-Registry-Auth" && h != "X-Docker-Expose-Session-Sharedkey" {
				t.Errorf("%s: header %s", op.ID, h)
			}
		}
	}
}

func FuzzLooksSecret(f *testing.F) {
	f.Add("API_KEY", "*key*")
	f.Add("é\xff", "**")
	f.Fuzz(func(t *testing.T, name, extra string) {
		was := looksSecret(Names{}, name)
		if is := looksSecret(NewNames(extra), name); was && !is {
			t.Errorf("%q: an extra name made it harmless", name)
		}
	})
}

func BenchmarkLooksSecret(b *testing.B) {
	for _, name := range []string{"Content-Type", "PATH", "PYTHON_VERSION", "POSTGRES_PASSWORD", "com.docker.compose.project.working_dir"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				looksSecret(Names{}, name)
			}
		})
	}
}
