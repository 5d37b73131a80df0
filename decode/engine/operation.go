package engine

// Kind says what travels in a body or stream of an operation.
type Kind string

// Operation is one call of the Engine API.
type Operation struct {
	ID      string // operationId of the API's description, e.g. ContainerCreate
	Method  string
	Path    string // template without version, e.g. /containers/{id}/json
	Tag     string // group of the API's description, e.g. Container
	Since   string // first API version whose documentation has it, "" if none
	Stream  Kind   // how the exchange behaves: "none", "hijack", "json-stream", …
	Request Kind   // what the request body is
	Result  Kind   // what the response body is
	Query   []string
	Headers []string
}
