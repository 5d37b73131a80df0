// Package bind learns what a client chooses newly each run (names of
// containers, random labels, session ids, ports), and puts the live value
// where the recording has the recorded one.
//
// What may be bound (places.go):
//   - at places where names are given or used (the name of ContainerCreate, the
//     id in a container's path, Name in the body of NetworkCreate, ...): any
//     value;
//   - where a name or a folder of the host is a part of a value (Binds, Links,
//     NetworkMode): that part;
//   - at places that a rule calls volatile: the parts that differ;
//   - HostPort: numbers.
//
// A binding is one to one: a recorded value that is bound, or that the client
// has used itself, is not bound to another one, except where a name is given.
//
// What is replaced in answers (patterns.go): a distinct value (at least five
// bytes, with a digit, '-', '_' or '.' in it) wherever it is between bytes
// that are no letters or digits; any other only in JSON, where the API puts
// names: "Name":"web", "/web", /volumes/web/. Ports only as HostPort and
// PublicPort.
//
// The package is pure: values and bytes in, values and bytes out. Start
// reading at Set.
package bind
