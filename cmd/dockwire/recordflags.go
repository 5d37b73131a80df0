package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
)

// redactedByDefault is the header's name for the default redaction rules.
const redactedByDefault = "default-1"

// recordFlags say what is recorded and sent on, and where.
type recordFlags struct {
	output      string
	overwrite   bool
	atOnce      bool // overwrite before there is anything new
	appendTo    bool
	rotate      rotation
	maxBody     string
	tarUploads  bool
	tarsToo     *pflag.Flag // --tar-uploads, which follows --max-body=all unless it was given; nil: it does not
	digest      digest.Kind
	showSecrets bool
	redact      []string
	literalsOf  []string
	telemetry   telemetryFlags

	private bool // no flag: the file is dockwire's own
}

func (f *recordFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "record to this `FILE` (.jsonl, or .jsonl.zst for a compressed one)")
	flags.BoolVar(&f.overwrite, "overwrite", false, "replace an existing recording")
	flags.BoolVar(&f.appendTo, "append", false, "go on with an existing recording")
	flags.Var(&f.rotate, "rotate", "go on in a new file after this `SIZE|TIME`, such as 100MiB or 24h; full files get a name with the time at which they began")
	flags.StringVar(&f.maxBody, "max-body", "8MiB", "`SIZE` of each body and stream to record; \"all\" keeps everything, tars that go up included (unless --tar-uploads=false), and may slow the traffic down to the disk's speed")
	flags.Var((*digestKind)(&f.digest), "digest", "what identifies bodies that are not recorded, xxh3 or sha256: xxh3 is fast, sha256 is proof against bytes that were made to look the same, and slows downloads")
	flags.BoolVar(&f.tarUploads, "tar-uploads", false, "record the content of tars that go up to the daemon, not only their listing")
	f.tarsToo = flags.Lookup("tar-uploads")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "do not redact credentials, tokens and secret values")
	flags.StringArrayVar(&f.redact, "redact", nil, "also redact the value of variables, options and fields of this `NAME` (repeatable)")
	flags.StringArrayVar(&f.literalsOf, "redact-value-of", nil, "also redact, everywhere and in streams too, the value that dockwire's own environment variable `NAME` has (repeatable)")
}

// keepsAll reports whether the recording must not lose a byte.
func (f *recordFlags) keepsAll() bool { return f.output != "" && f.maxBody == "all" }

func (f *recordFlags) redaction(env func(string) string) (redact.Options, error) {
	o := redact.Options{Off: f.showSecrets, Extra: f.redact}
	for _, name := range f.literalsOf {
		value := env(name)
		if value == "" {
			return o, fmt.Errorf("--redact-value-of %s: there is no such variable in the environment, or it is empty", name)
		}
		o.Literals = append(o.Literals, value)
	}
	return o, nil
}

// create opens the recording; nil without --output.
func (f *recordFlags) create(start time.Time, upstream intercept.Endpoint, tell record.Tell) (*recordings.Writer, error) {
	if f.output == "" {
		if f.rotate != (rotation{}) {
			return nil, errors.New("--rotate is for a recording: name its file with --output")
		}
		return nil, nil
	}
	o := recordings.Options{
		TarUploads: f.tarUploads,
		Digest:     f.digest,
		Bursts:     true,
		Private:    f.private,
		Overwrite:  f.overwrite,
		Append:     f.appendTo,
		Rotate:     recordings.Rotation(f.rotate),
		Notice:     func(text string) { tell("%s", text) },
		Header: recordings.Header{
			Tool:     "dockwire " + versionText(),
			Start:    start,
			Upstream: upstream.String(),
			Redact:   redactedByDefault,
		},
	}
	if f.showSecrets {
		o.Header.Redact = "off"
	}
	switch size, err := units.RAMInBytes(f.maxBody); {
	case f.maxBody == "all":
		o.MaxBody = recordings.KeepAll
		o.TarUploads = o.TarUploads || f.tarsToo != nil && !f.tarsToo.Changed
	case err != nil || size < 0:
		return nil, fmt.Errorf("--max-body %q: give a size such as 64KiB or 8MiB, 0, or all", f.maxBody)
	case size == 0:
		o.MaxBody = recordings.KeepNone
	default:
		o.MaxBody = size
	}
	w, err := recordings.Create(f.output, o)
	if err != nil && strings.Contains(err.Error(), "file exists") {
		return nil, fmt.Errorf("%w (--overwrite, --append)", err)
	}
	if err == nil && f.atOnce {
		w.Settle()
		w.Tick(0)
	}
	return w, err
}

// digestKind is the value of --digest.
type digestKind digest.Kind

func (k *digestKind) Set(s string) error {
	if !slices.Contains(digest.Kinds[:], digest.Kind(s)) {
		return errors.New("give xxh3 or sha256")
	}
	*k = digestKind(s)
	return nil
}

func (k *digestKind) String() string { return string(cmp.Or(*k, digestKind(digest.XXH3))) }
func (k *digestKind) Type() string   { return "HASH" }

// rotation is the value of --rotate: a size or a time.
type rotation recordings.Rotation

func (r *rotation) Set(s string) error {
	*r = rotation{}
	if age, err := time.ParseDuration(s); err == nil && age >= time.Second {
		r.Age = age
		return nil
	}
	size, err := units.RAMInBytes(s)
	if err != nil || size < minRotateSize {
		return errors.New("give a size such as 100MiB (64KiB at least) or a time such as 24h (1s at least)")
	}
	r.Size = size
	return nil
}

// minRotateSize keeps a mistyped size from making a file a call.
const minRotateSize = 64 << 10

func (r *rotation) String() string {
	switch {
	case r.Age > 0:
		return r.Age.String()
	case r.Size > 0:
		return units.BytesSize(float64(r.Size))
	}
	return ""
}

func (r *rotation) Type() string { return "SIZE|TIME" }
