package media

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
)

// FuzzParseBucket reads the setting of a bucket. What is taken has all its parts; what is refused is not quoted.
func FuzzParseBucket(f *testing.F) {
	for _, seed := range []string{"s3://key:secret@host/bucket?region=cn&tls=false&style=path", "s3://k:s%2F@[::1]:9000/b/", "s3://:@//", "file:media", "s3://k:s@h/b?%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rawURL string) {
		a, err := parseBucket(rawURL)
		if err == nil && (a.host == "" || a.bucket == "" || a.key == "" || a.secret == "" || strings.Contains(a.bucket, "/")) {
			t.Errorf("%q is read as %+v", rawURL, a)
		}
		if err != nil && len(rawURL) > 40 && strings.Contains(err.Error(), rawURL) {
			t.Errorf("%q is quoted: %v", rawURL, err)
		}
	})
}

// FuzzLegible looks at people's own pictures: it says one of few things, and neither fails nor takes the memory of a huge one.
func FuzzLegible(f *testing.F) {
	var blank bytes.Buffer
	if err := png.Encode(&blank, image.NewGray(image.Rect(0, 0, 600, 500))); err != nil {
		f.Fatal(err)
	}
	f.Add(blank.Bytes())
	f.Add(blank.Bytes()[:60])
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, picture []byte) {
		if d := doubt(picture); !slices.Contains([]string{"", DoubtSmall, DoubtDark, DoubtBlurred}, d) {
			t.Errorf("it says %q", d)
		}
	})
}
