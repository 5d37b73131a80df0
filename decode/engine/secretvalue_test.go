package engine

import "testing"

func TestMayBeSecret(t *testing.T) {
	for _, c := range [][2]string{
		{"PASSWORD", "secret"}, {"DB_PASSWORD", "postgres"}, {"DB_PASSWORD", "1234"}, {"MYPASS", "hunter"}, {"DBPASS", "x"}, {"DBPWD", "x"}, {"BINDPW", "x"}, {"PGPASS", "x"},
		{"TS_AUTHKEY", "tskey"}, {"API_KEY", "abc"}, {"CLIENT_SECRET", "abc"}, {"AWS_ACCESS_KEY_ID", "AKIA"}, {"SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T/B/x"},
		{"TOKEN", "north south"}, {"TOKEN", "a1b2c3"}, {"SSH_KEY", "-----BEGIN X"}, {"SENTRY_DSN", "https://key@host/1"}, {"AUTH", "user:password"}, {"AUTH_URL", "https://u:p9x8w7v6u5t4s3r2q@h/"},
		{"TOKEN", "hunter22x"}, {"JWT", "eyJhbGciOiJIUzI1NiJ9.e30.x"}, {"COOKIE", "sid=8f7e6d5c"}, {"KEY", "9f86d081884c7d659a2feaa0c55ad015"}, {"TOKEN_NAME", "9f86d081884c7d659a2feaa0c55ad015"},
		{"TOKEN", "ZQentrypointQZ"}, {"SALT", "x$y"}, {"LICENSE_KEY", "AB12-CD34-EF56-7890"},
		{"DB_PASSWORT", "x"}, {"USER_PSW", "x"}, {"ROOT_PASSWRD", "x"}, {"traefik.http.middlewares.a.basicauth.users", "admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/"},
	} {
		if s := (Names{}).Strength(c[0]); !MayBeSecret(s, []byte(c[1])) {
			t.Errorf("%s=%s is shown, strength %d", c[0], c[1], s)
		}
	}
}
