// Package grpc knows the messages of BuildKit's gRPC services: which type
// travels on which method, and what a message says as JSON.
//
// Descriptors are data: a set made by go generate from BuildKit's .proto files
// is embedded, no generated code is. Everything here is a pure function. It
// must not know streams, frames, events or secrets.
//
// A message as JSON loses nothing but the bytes of files: Encode gives back
// what AppendJSON was given, except for the order of fields and the way numbers
// were written. The mapping is that of protobuf, with these differences, for
// people and for redaction:
//
//   - bytes that are UTF-8 are a string, others are {"b64":"..."};
//   - 64-bit integers are numbers up to 2^53, and strings above that;
//   - a field that the set does not know stands under its number;
//   - bytes of a file are {"n":…}, their number (see HoldsFile);
//   - bytes that hold a message of another type (the steps of an LLB
//     definition) are that message.
//
// Start reading at TypeOf, then AppendJSON.
package grpc

//go:generate go run -C ../../.ci/descriptors . ../../decode/grpc/buildkit.binpb
