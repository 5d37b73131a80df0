package dockercontext

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// TLSFiles are the PEM files of a connection with TLS. An empty CA means the
// system's authorities (docker trusts only ca.pem when there is one), an empty
// Cert or Key means that no client certificate is shown.
type TLSFiles struct {
	CA, Cert, Key string
	SkipVerify    bool // the server's certificate is not verified
}

// tlsSettings are docker's TLS flags after flags, environment and default
// files were weighed (docker/cli cli/flags).
type tlsSettings struct {
	on    bool
	files TLSFiles
}

// settings weighs the flags. TLS is on as soon as --tlsverify is given at all,
// even as false, or DOCKER_TLS_VERIFY is not empty, even as "0".
func (in Input) settings() tlsSettings {
	verify := in.env("DOCKER_TLS_VERIFY") != ""
	if v := in.Flags.TLSVerify; v != nil {
		verify = *v
	}
	on := in.env("DOCKER_TLS") != ""
	if v := in.Flags.TLS; v != nil {
		on = *v
	}
	if !verify && !on && in.Flags.TLSVerify == nil {
		return tlsSettings{}
	}
	dir := cmp.Or(in.env("DOCKER_CERT_PATH"), in.Dir())
	return tlsSettings{on: true, files: TLSFiles{
		CA:         orDefault(in.Flags.CACert, filepath.Join(dir, "ca.pem")),
		Cert:       orDefault(in.Flags.Cert, ifExists(filepath.Join(dir, "cert.pem"))),
		Key:        orDefault(in.Flags.Key, ifExists(filepath.Join(dir, "key.pem"))),
		SkipVerify: !verify,
	}}
}

// load finds that the files can be read, as docker does before it looks at
// the host. Without any file and with verification docker does not use TLS.
func (s tlsSettings) load() (*TLSFiles, error) {
	if !s.on {
		return nil, nil
	}
	for _, path := range []string{s.files.CA, s.files.Cert, s.files.Key} {
		if path == "" {
			continue
		}
		if err := readable(path); err != nil {
			return nil, err
		}
	}
	if s.files == (TLSFiles{}) {
		return nil, nil
	}
	return &s.files, nil
}

func orDefault(flag *string, preset string) string {
	if flag != nil {
		return *flag
	}
	return preset
}

func ifExists(path string) string {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}
