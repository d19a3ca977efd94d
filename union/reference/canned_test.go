package reference_test

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

func withCanned(t *testing.T, lines string) fstest.MapFS {
	t.Helper()
	source, err := fs.ReadFile(shipped.Files, "talks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := withPictures(t, "  - {for: spring, file: spring.jpg}\n")
	files["talks.yaml"] = &fstest.MapFile{Data: append(source, lines...)}
	files["form.pdf"] = &fstest.MapFile{Data: []byte("%PDF-1.7")}
	files["heavy.pdf"] = &fstest.MapFile{Data: append([]byte("%PDF-1.7"), bytes.Repeat([]byte{7}, reference.MaxPicture)...)}
	return files
}

func TestAnswersAreListedByFolderAndHavePapersBesideThem(t *testing.T) {
	d, err := reference.Load(shipped.Files, withCanned(t, "  - {name: 表格, folder: 开头, text: 见附件, files: [form.pdf, spring.jpg]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	all := reference.NewBook(d).Canned()
	if at := slices.IndexFunc(all, func(c reference.Canned) bool { return c.Name == "表格" }); at != 1 || len(all) != len(d.Talks.Canned) {
		t.Errorf("it is number %d of %d", at+1, len(all))
	}
	for name, want := range map[string]string{"form.pdf": "application/pdf", "spring.jpg": "image/jpeg"} {
		file, ok := d.File(name)
		if content, mime, err := file.Read(); !ok || err != nil || mime != want || len(content) == 0 {
			t.Errorf("%s: %d bytes of %q, %v", name, len(content), mime, err)
		}
	}
}

func TestAnAnswerWhoseFileCannotBeSentIsRefusedWithItsReason(t *testing.T) {
	for line, want := range map[string]string{
		"{name: a, text: b, files: [gone.pdf]}":                                                   "there is no such file beside",
		"{name: a, text: b, files: [heavy.pdf]}":                                                  "heavy.pdf: is larger than 2 MB",
		"{name: a, text: b, files: [notes.jpg]}":                                                  "notes.jpg: is neither a JPEG nor a PNG picture nor a PDF",
		"{name: a, text: b, files: [../form.pdf]}":                                                "beside this file is expected",
		"{name: a, text: b, folder: 收到}":                                                          "收到 is the name of an answer",
		"{name: a, text: b, files: [form.pdf, form.pdf, form.pdf, form.pdf, form.pdf, form.pdf]}": "at most 5 files",
	} {
		_, err := reference.Load(shipped.Files, withCanned(t, "  - "+line+"\n"))
		var problems folder.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), "talks.yaml:") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
	_, err := reference.Load(shipped.Files, withPictures(t, "  - {for: spring, file: form.pdf}\n"), fstest.MapFS{"form.pdf": {Data: []byte("%PDF-1.7")}})
	if err == nil || !strings.Contains(err.Error(), "form.pdf: is neither a JPEG nor a PNG picture") {
		t.Errorf("a greeting has a paper: %v", err)
	}
}
