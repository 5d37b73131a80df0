package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
)

// maxShape bounds the credentials that are looked into for their shape, and
// maxHosts the registries that are told.
const (
	maxShape = 64 << 10
	maxHosts = 32
)

// authConfig is moby api/types/registry.AuthConfig, as far as it tells a shape.
type authConfig struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	Auth          string `json:"auth"`
	Email         string `json:"email"`
	ServerAddress string `json:"serveraddress"`
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

// authShape says which fields of X-Registry-Auth or X-Registry-Config are set,
// and for which registries; "" when it cannot be read.
func authShape(header []byte) string {
	raw := decodeBase64(header)
	if len(raw) == 0 || len(raw) > maxShape {
		return ""
	}
	// X-Registry-Config is an object of objects: host to AuthConfig.
	byHost := map[string]authConfig{}
	if json.Unmarshal(raw, &byHost) == nil && len(byHost) > 0 {
		return configShape(byHost)
	}
	var auth authConfig
	if json.Unmarshal(raw, &auth) != nil {
		return ""
	}
	return string(auth.appendShape(nil))
}

// learnAuth keeps the passwords and tokens of X-Registry-Auth, X-Registry-Config
// or the field auth.
func (e *echoes) learnAuth(header []byte) {
	raw := decodeBase64(header)
	byHost := map[string]authConfig{}
	var one authConfig
	switch {
	case len(raw) == 0 || len(raw) > maxShape:
	case json.Unmarshal(raw, &one) == nil && one != (authConfig{}):
		e.learnConfig(one)
	case json.Unmarshal(raw, &byHost) == nil:
		for _, auth := range byHost {
			e.learnConfig(auth)
		}
	default:
		if _, password, ok := bytes.Cut(raw, []byte(":")); ok {
			e.learn(password)
		}
	}
}

func (e *echoes) learnConfig(a authConfig) {
	for _, secret := range []string{a.Password, a.Auth, a.IdentityToken, a.RegistryToken} {
		e.learn([]byte(secret))
	}
	if _, password, ok := bytes.Cut(decodeBase64([]byte(a.Auth)), []byte(":")); ok {
		e.learn(password)
	}
}

func configShape(byHost map[string]authConfig) string {
	out := []byte{'{'}
	for i, host := range slices.Sorted(maps.Keys(byHost)) {
		if i == maxHosts {
			break
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendHost(out, host), ':')
		auth := byHost[host]
		out = auth.appendShape(out)
	}
	return string(append(out, '}'))
}

func (a *authConfig) appendShape(out []byte) []byte {
	out = append(out, '{')
	if a.ServerAddress != "" {
		out = appendHost(append(out, `"serveraddress":`...), a.ServerAddress)
	}
	for _, f := range []struct{ name, value string }{
		{"username", a.Username}, {"password", a.Password}, {"auth", a.Auth}, {"email", a.Email},
		{"identitytoken", a.IdentityToken}, {"registrytoken", a.RegistryToken},
	} {
		if f.value == "" {
			continue
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), f.name...), `":true`...)
	}
	return append(out, '}')
}

// appendHost writes the address of a registry, which is no secret unless
// someone put credentials into it.
func appendHost(out []byte, host string) []byte {
	if bytes.ContainsAny([]byte(host), "@ \t\r\n") || len(host) > 255 || suspect([]byte(host)) {
		host = "redacted"
	}
	quoted, _ := json.Marshal(host) // a string always marshals
	return append(out, quoted...)
}

// decodeBase64 takes both alphabets, padded or not: clients differ.
func decodeBase64(v []byte) []byte {
	v = bytes.TrimRight(bytes.TrimSpace(v), "=")
	for _, enc := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
		if out, err := enc.DecodeString(string(v)); err == nil {
			return out
		}
	}
	return nil
}
