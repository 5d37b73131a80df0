package engine

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Secret says where a secret travels in an operation, and how to take it out.
type Secret struct {
	Kind string // names the placeholder: "registry_auth", "env", "join_token", …
	In   Place
	At   string // within In, see Place
	How  How
}

// Place is the part of an exchange that holds a secret. It says how
// Secret.At is read:
//
// For headers and the query, At is the name of the header or parameter;
// header names have no case, and an asterisk at the end matches any rest.
//
// For bodies and streams, At is the way through the JSON value: segments
// joined with slashes, "*" for any one index or key, "**" for any number of
// them, none included. Keys have no case, as encoding/json has none for the
// daemon. "" is the whole body, be it JSON or text. A stream is a row of JSON
// values, each taken by itself.
type Place string

const (
	InTarget         Place = "target" // the request target before the query; At is ""
	InRequestHeader  Place = "request-header"
	InResponseHeader Place = "response-header"
	InQuery          Place = "query"
	InRequestBody    Place = "request-body"
	InResponseBody   Place = "response-body"
	InError          Place = "error"  // the JSON object of an answer that is an error
	InStream         Place = "stream" // the JSON values of the response
)

// How says what of the value is secret. "Looks secret" is a Strength of Weak or more.
// Whatever the rule leaves in place still loses the userinfo of URLs.
type How string

const (
	// Whole: the value, of whatever JSON type.
	Whole How = "whole"

	// EnvPair: a string "NAME=value"; the value when NAME looks secret.
	EnvPair How = "env-pair"

	// EnvObject: an object (in a query: the text of one) with names and
	// values; each value whose name looks secret. Other types are left alone.
	EnvObject How = "env-object"

	// OptionObject is EnvObject, and a value may be a list of options itself
	// (cifs mounts have o=username=me,password=x): what stands after
	// "name=" up to a comma, when that name looks secret.
	OptionObject How = "option-object"

	// NamedValue: in bodies an object with Name and Value; the value when the
	// name looks secret. In headers and queries the value when the header or
	// parameter is called so.
	NamedValue How = "named-value"

	// URLUserinfo: "user:password" or "user" before the @ of each URL.
	URLUserinfo How = "url-userinfo"

	// AuthHeader: base64url of a JSON object; its values, while the names of
	// the fields that were set, and serveraddress, may be shown.
	AuthHeader How = "auth-header"

	// Base64Text: a text or a binary message in base64; the whole of it when
	// something in it looks secret.
	Base64Text How = "base64-text"

	// FreeText: a command line, output or another text, as a string or an array of
	// arguments: the value of NAME=value and --name value and --name=value
	// when the name looks secret, and the userinfo of URLs.
	FreeText How = "text"
)

//go:embed secrets.tsv
var secretsTSV string

// secretTable holds the secrets by operation id, those of every operation
// included, and under "" those of requests that are no operation.
type secretTable map[string][]Secret

var theSecrets = sync.OnceValue(func() secretTable {
	return parseSecrets(secretsTSV, theTable().operations)
})

// Secrets returns where secrets travel in the operation, the places that
// every request has included. A nil operation, which is a request that we do
// not know, has a cautious list of its own. Rules of the operation come
// first: of several rules for one header or parameter, the first decides. The slice is
// shared and must not be changed.
func (op *Operation) Secrets() []Secret {
	if op == nil {
		return theSecrets()[""]
	}
	if s, ok := theSecrets()[op.ID]; ok {
		return s
	}
	return theSecrets()[""]
}

func parseSecrets(tsv string, ops []*Operation) secretTable {
	t := secretTable{}
	everywhere, unknown := []Secret(nil), []Secret(nil)
	for _, f := range Rows("secrets.tsv", tsv, 5) {
		s := Secret{Kind: f[0], In: Place(f[1]), At: f[2], How: How(f[3])}
		switch f[4] {
		case "*":
			everywhere = append(everywhere, s)
		case "?":
			unknown = append(unknown, s)
		default:
			for _, id := range strings.Split(f[4], ",") {
				t[id] = append(t[id], s)
			}
		}
	}
	for _, op := range ops {
		t[op.ID] = slices.Concat(t[op.ID], everywhere)
	}
	t[""] = slices.Concat(unknown, everywhere)
	return t
}
