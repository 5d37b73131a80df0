package match

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

// layer is an image's layer with one file, made at some time.
func layer(content string, owner int, at time.Time) string {
	var b strings.Builder
	w := tar.NewWriter(&b)
	_ = w.WriteHeader(&tar.Header{Name: "motd", Mode: 0o644, Uid: owner, Size: int64(len(content)), ModTime: at})
	_, _ = w.Write([]byte(content))
	_ = w.Close()
	return b.String()
}

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// imageOf is the upload of an image, and the digest of its manifest.
func imageOf(layer, env string) (upload, manifest string) {
	config := fmt.Sprintf(`{"env":%q,"diff_ids":["sha256:%s"]}`, env, sha(layer))
	text := fmt.Sprintf(`{"config":"sha256:%s","layers":["sha256:%s"]}`, sha(config), sha(layer))
	index := fmt.Sprintf(`{"manifests":["sha256:%s"]}`, sha(text))
	return tarOf("blobs/sha256/"+sha(layer), layer, "blobs/sha256/"+sha(config), config, "blobs/sha256/"+sha(text), text, "index.json", index), sha(text)
}

// An image that was built again has other times in its layers, and so other digests
// everywhere. It is the same, and anything else that differs is a miss.
func TestImagesAreTheSameWithoutTimes(t *testing.T) {
	then, now := time.Unix(1e9, 0), time.Unix(2e9, 5)
	recorded, was := imageOf(layer("hello", 0, then), "A=1")
	for _, tt := range []struct {
		name, layer, env string
		want             int
	}{
		{"as it was", layer("hello", 0, then), "A=1", 2},
		{"another time", layer("hello", 0, now), "A=1", 2},
		{"another content", layer("hullo", 0, now), "A=1", 0},
		{"another owner", layer("hello", 7, now), "A=1", 0},
		{"another configuration", layer("hello", 0, now), "A=2", 0},
		{"no tar", "hello", "A=1", 0},
	} {
		s := exchangetest.New()
		c := s.Connect(7)
		other, _ := imageOf(layer("other", 0, then), "A=1")
		tape.Empty(c.Call("POST", "/images/load", other, "Content-Type: application/x-tar"), 200)
		tape.Empty(c.Call("POST", "/images/load", recorded, "Content-Type: application/x-tar"), 200)
		tape.JSON(c.Call("GET", "/images/motd@sha256:"+was+"/json", ""), 200, `{}`) // 3
		m := matcher(t, s)
		upload, is := imageOf(tt.layer, tt.env)
		if got := ask(m, "x", "POST", "/images/load", upload); got != tt.want {
			t.Errorf("%s: answered by #%d, want #%d", tt.name, got, tt.want)
		}
		if got := ask(m, "x", "GET", "/images/motd@sha256:"+is+"/json", ""); tt.want > 0 && got != 3 {
			t.Errorf("%s: the image is not found by its digest: #%d", tt.name, got)
		}
	}
}

// holes is a tar of a file of 8 GiB, all but its last byte a hole, in the old format of GNU
// tar (https://www.gnu.org/software/tar/manual/html_node/Standard.html).
func holes(t *testing.T) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: sha("a"), Mode: 0o644, Size: 1, Format: tar.FormatGNU}); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte("x"))
	_ = w.Close()
	h := b.Bytes()[:512]
	h[156] = 'S'
	copy(h[386:], "77777777776\x0000000000001\x00") // where the one piece of data is, and its length
	copy(h[483:], "77777777777\x00")                // the file's length
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	if h, err := tar.NewReader(bytes.NewReader(b.Bytes())).Next(); err != nil || h.Size != 8<<30-1 {
		t.Fatalf("the tar is not as it should be: %+v, %v", h, err)
	}
	return b.String()
}

// A few bytes may stand for gigabytes of zeros, which are not read.
func TestHolesAreNotRead(t *testing.T) {
	outer := Body{Bytes: []byte(holes(t)), Whole: true}
	if outer.readImage() != nil {
		t.Error("a file with holes was read")
	}
	inner := Body{Bytes: []byte(tarOf(sha("b"), holes(t))), Whole: true}
	if !sameImage(&inner, &inner) {
		t.Error("an image whose layer has a file with holes is not the same as itself")
	}
}

// An image may come with no name in it that is a digest, or be no tar at all.
func FuzzImage(f *testing.F) {
	upload, _ := imageOf(layer("hello", 0, time.Unix(1e9, 0)), "A=1")
	f.Add([]byte(upload), []byte(upload))
	f.Add([]byte(tarOf("a.json", `{"a":"`+sha("a")+`"}`)), []byte("no tar"))
	f.Add([]byte(tarOf(sha("a"), `["`+sha("b")+`"]`, sha("b"), `["`+sha("a")+`"]`)), []byte(nil)) // a circle, which only a forger makes
	f.Fuzz(func(t *testing.T, a, b []byte) {
		as, bs := Body{Bytes: a, Whole: true}, Body{Bytes: b, Whole: true}
		if same := sameImage(&as, &bs); same != sameImage(&bs, &as) {
			t.Error("the order counts")
		}
		imageNames(&as, &bs)
		if as.readImage() != nil && !sameImage(&as, &as) {
			t.Error("an image is not the same as itself")
		}
	})
}
