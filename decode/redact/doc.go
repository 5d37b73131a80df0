// Package redact takes secrets out of the stream of events, once, before any
// file, screen or log sees it. A secret becomes a placeholder
// {{redacted.KIND.N}}; equal secrets of one observation have equal N, and no
// hash of a secret is ever written: short secrets could be guessed from it.
//
// What is looked at:
//   - heads: header values, the query, the client's command line (head.go,
//     target.go, argv.go);
//   - JSON bodies and streams, at the paths the engine's table names
//     (rewriter.go, body.go), whatever their Content-Type says;
//   - texts: errors, forms, the YAML of libpod (text.go, manifest.go);
//   - in every header, query and JSON string: URLs with credentials and the
//     token shapes of rules.go and shapes.tsv;
//   - in the same places and in texts: values that were taken for secrets before
//     (echo.go). They are kept in memory, up to 1 MiB of them; those shorter than
//     six bytes and plain words are not looked for;
//   - bytes that could not be decoded (opaque.go), of which only what reads like
//     the lines of a head is let through.
//
// What is not looked at, and passes as it is: output and input of containers
// (attach, exec, logs) and tars. A secret that was replaced in a body is NOT
// searched for there. Options.Literals masks known values in them.
// What cannot be looked into although secrets are known to travel there, such
// as HTTP/2 (BuildKit's session carries registry credentials) and compressed
// JSON, is left out: decode.Omitted says how many bytes.
//
// What cannot be parsed is hidden rather than shown: the rest of a JSON text that
// is broken, and bodies behind a head that could not be read.
//
// Replacing changes lengths: Content-Length and the other framing headers stay
// as they were on the wire and may not match the body that is delivered. Ids
// and digests are never replaced.
//
// The package must not know files, formats of recordings or screens. Start
// reading with redactor.go. What is secret is written in four places: names in
// decode/engine/secretnames.go, places in decode/engine/secrets.tsv, flags of
// programs and shapes in rules.go, and gitleaks' shapes in shapes.tsv.
package redact
