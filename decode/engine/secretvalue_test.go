package engine

import "testing"

func TestMayBeSecret(t *testing.T) {
	// What people put into variables whose names have to do with secrets and
	// that are none.
	for _, c := range [][2]string{
		{"MAX_TOKENS", "4096"}, {"TOKEN_TTL", "3600"}, {"TOKEN_TTL", "30m"}, {"AUTH_URL", "http://x/"}, {"AUTH_URL", "https://login.example.com/oauth2/v2.0"},
		{"KEY_PREFIX", "app"}, {"COOKIE_NAME", "sid"}, {"SORT_KEY", "created_at"}, {"SORT_KEY", "userID"}, {"PARTITION_KEY", "tenant"},
		{"PASSWORD_MIN_LENGTH", "12"}, {"PASSWORD_RESET_URL", "https://example.com/reset"}, {"SECRET_NAME", "db-credentials"},
		{"JWT_ALGORITHM", "HS256"}, {"JWT_ALG", "RS256"}, {"JWT_EXPIRES", "1h"}, {"AUTH_ENABLED", "true"}, {"AUTH_TYPE", "basic"}, {"AUTH_METHOD", "scram-sha-256"},
		{"TOKENIZER", "gpt2"}, {"TOKENIZERS_PARALLELISM", "false"}, {"KEYBOARD", "de"}, {"MONKEY", "bonobo7x"}, {"AUTHOR", "jane"}, {"AUTHORITY", "x9y8z7a6"},
		{"COOKIE_DOMAIN", ".example.com"}, {"COOKIE_SAMESITE", "lax"}, {"COOKIE_SECURE", "1"}, {"COOKIE_MAX_AGE", "86400"},
		{"KEY", "name"}, {"CACHE_KEY", "v1"}, {"CACHE_KEY", "users:42"}, {"ROUTING_KEY", "orders.created"}, {"PUBLIC_KEY", "ssh-ed25519"}, {"SSH_AUTH_SOCK", "/run/x.sock"},
		{"TOKEN_ENDPOINT", "https://idp/token"}, {"AUTH_HOST", "idp.internal"}, {"AUTH_PORT", "8443"}, {"AUTH", "none"}, {"AUTH", "localhost:8080"},
		{"COMPASS", "north"}, {"BYPASS", "yes"}, {"PWD", "/srv/app"}, {"OLDPWD", "/"}, {"PASSWORD_FILE", "/run/secrets/db"}, {"SECRETS_DIR", "/run/secrets"},
		{"detach-keys", "ctrl-p,ctrl-q"}, {"detach-keys", "ctrl-@"}, {"API_KEY_HEADER", "X-Api-Key"}, {"TOKEN_TYPE", "Bearer"}, {"AUTH_REALM", "Registry"},
		{"SALT_ROUNDS", "10"}, {"HMAC_ALGO", "sha512"}, {"TOKEN", "$TOKEN"}, {"TOKEN", "${CI_TOKEN}"}, {"TOKEN", ""}, {"PASSWORD", ""}, {"PASSWORD", "true"},
		{"KEY_FILE", "/x"}, {"TLS_KEY", "/etc/ssl/private.pem"}, {"SSL_KEY", "./certs/key.pem"}, {"KEY", "~/.ssh/id"}, {"KEYS", "a,b,c"}, {"TOKENS_PER_MINUTE", "90000"},
		{"traefik.http.middlewares.a.basicauth.realm", "Staff"}, {"traefik.http.middlewares.a.basicauth.removeheader", "true"}, {"traefik.http.middlewares.a.basicauth.usersfile", "/users"},
	} {
		if MayBeSecret(Names{}.Strength(c[0]), []byte(c[1])) {
			t.Errorf("%s=%s is hidden", c[0], c[1])
		}
	}
	for _, c := range [][2]string{
		{"PASSWORD", "secret"}, {"DB_PASSWORD", "postgres"}, {"DB_PASSWORD", "1234"}, {"MYPASS", "hunter"}, {"DBPASS", "x"}, {"DBPWD", "x"}, {"BINDPW", "x"}, {"PGPASS", "x"},
		{"TS_AUTHKEY", "tskey"}, {"API_KEY", "abc"}, {"CLIENT_SECRET", "abc"}, {"AWS_ACCESS_KEY_ID", "AKIA"}, {"SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T/B/x"},
		{"TOKEN", "north south"}, {"TOKEN", "a1b2c3"}, {"SSH_KEY", "-----BEGIN X"}, {"SENTRY_DSN", "https://key@host/1"}, {"AUTH", "user:password"}, {"AUTH_URL", "https://u:p9x8w7v6u5t4s3r2q@h/"},
		{"TOKEN", "hunter22x"}, {"JWT", "eyJhbGciOiJIUzI1NiJ9.e30.x"}, {"COOKIE", "sid=8f7e6d5c"}, {"KEY", "9f86d081884c7d659a2feaa0c55ad015"}, {"TOKEN_NAME", "9f86d081884c7d659a2feaa0c55ad015"},
		{"TOKEN", "ZQentrypointQZ"}, {"SALT", "x$y"}, {"traefik.http.middlewares.a.basicauth.users", "admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/"},
	} {
		if s := (Names{}).Strength(c[0]); !MayBeSecret(s, []byte(c[1])) {
			t.Errorf("%s=%s is shown, strength %d", c[0], c[1], s)
		}
	}
}
