package reference_test

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

const jpeg = "\xff\xd8\xff"

func withPictures(t *testing.T, lines string) fstest.MapFS {
	t.Helper()
	source, err := fs.ReadFile(shipped.Files, "greetings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"greetings.yaml": {Data: append(source, []byte("pictures:\n"+lines)...)}, "spring.jpg": {Data: []byte(jpeg)}, "plant.png": {Data: []byte("\x89PNG\r\n\x1a\nx")},
		"old.jpg": {Data: []byte(jpeg + "old")}, "large.jpg": {Data: append([]byte(jpeg), bytes.Repeat([]byte{7}, reference.MaxPicture)...)}, "notes.jpg": {Data: []byte("text")},
	}
}

func TestThePictureOfTheNearestUnitPostAndDecadeIsSent(t *testing.T) {
	d, err := reference.Load(shipped.Files, withPictures(t, `  - {for: spring, file: spring.jpg}
  - {for: spring, units: [集团公司/一分厂], file: plant.png}
  - {for: festival, from_years: 30, file: old.jpg}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who   reference.Who
		names []string
		want  string
	}{
		{reference.Who{Unit: "集团公司/二分厂"}, []string{"spring", "festival"}, "spring.jpg"},
		{reference.Who{Unit: "集团公司/一分厂/锅炉班", Years: 40}, []string{"spring", "festival"}, "plant.png"},
		{reference.Who{Years: 31}, []string{"national", "festival"}, "old.jpg"}, {reference.Who{Years: 3}, []string{"national", "festival"}, ""},
		{reference.Who{}, []string{"birthday"}, ""},
	} {
		image, ok := d.Picture(c.who, c.names...)
		if image.Name != c.want || ok != (c.want != "") {
			t.Errorf("%+v, %v: %q", c.who, c.names, image.Name)
		}
	}
	image, _ := d.Picture(reference.Who{Unit: "集团公司/一分厂"}, "spring")
	if content, mime, err := image.Read(); err != nil || mime != "image/png" || !strings.HasSuffix(string(content), "x") {
		t.Errorf("%q is %s, %v", content, mime, err)
	}
}

// The folder may change after it was checked.
func TestAPictureThatWasExchangedIsCheckedAnew(t *testing.T) {
	files := withPictures(t, "  - {for: spring, file: spring.jpg}\n")
	d, err := reference.Load(shipped.Files, files)
	if err != nil {
		t.Fatal(err)
	}
	image, _ := d.Picture(reference.Who{}, "spring")
	for name, want := range map[string]string{"plant.png": "image/png", "notes.jpg": "neither a JPEG", "large.jpg": "larger than", "gone.jpg": "does not exist"} {
		files["spring.jpg"] = files[name]
		if files[name] == nil {
			delete(files, "spring.jpg")
		}
		content, mime, err := image.Read()
		if err == nil && mime != want || err != nil && (content != nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s in its place is %d bytes of %q, %v", name, len(content), mime, err)
		}
	}
}

func TestAPictureThatCannotBeSentIsRefusedWithItsReason(t *testing.T) {
	for line, want := range map[string]string{
		"{for: spring, file: gone.jpg}":    "pictures[1].file: gone.jpg: there is no such file",
		"{for: spring, file: large.jpg}":   "large.jpg: is larger than 2 MB",
		"{for: spring, file: notes.jpg}":   "notes.jpg: is neither a JPEG nor a PNG",
		"{for: spring, file: ../a.jpg}":    "the name of a picture beside this file is expected",
		"{file: spring.jpg}":               "pictures[1]: for is expected",
		"{for: spring, pic: x, file: old}": "pic",
	} {
		_, err := reference.Load(shipped.Files, withPictures(t, "  - "+line+"\n"))
		var problems folder.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), "greetings.yaml:") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
