package reference

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/folder"
)

// MaxPicture is the largest picture that both platforms are sure to take.
const MaxPicture = 2 << 20

// Picture is what is sent with the words on one kind of occasion to some members; the fields are those of Said.
type Picture struct {
	For       string   `yaml:"for"`
	Units     []string `yaml:"units"`
	Posts     []string `yaml:"posts"`
	FromYears int      `yaml:"from_years"`
	ToYears   int      `yaml:"to_years"`
	// File lies beside the file that names it: spring.jpg.
	File string `yaml:"file"`
}

// Image is the file of a picture, or of a paper that goes along with an answer.
type Image struct {
	Name  string
	from  fs.FS
	types []fileType
}

// Read reads it as it is now, and checks anew whether it can be sent: somebody may have put another in its place.
func (i Image) Read() (content []byte, mime string, err error) {
	content, mime, err = readImage(i.from, i.Name, i.types)
	if err != nil {
		return nil, "", fmt.Errorf("read picture %s: %w", i.Name, err)
	}
	return content, mime, nil
}

// Picture finds what is sent with an occasion, as Greetings.Line finds its words: of the nearest unit, then the post, then the years.
func (d *Data) Picture(who Who, names ...string) (Image, bool) {
	for _, name := range names {
		best, found := -1, ""
		for _, p := range d.Greetings.Pictures {
			said := Said{For: p.For, Units: p.Units, Posts: p.Posts, FromYears: p.FromYears, ToYears: p.ToYears}
			if rank := said.rank(name, who); rank > best {
				best, found = rank, p.File
			}
		}
		if best >= 0 {
			image, ok := d.images[found]
			return image, ok
		}
	}
	return Image{}, false
}

// fileType is a kind of file, by how it begins.
type fileType struct{ begins, mime string }

// imageTypes are the pictures that both platforms show. Papers are those, and what only WeCom has a message for.
var (
	imageTypes = []fileType{{"\xff\xd8\xff", "image/jpeg"}, {"\x89PNG\r\n\x1a\n", "image/png"}}
	papers     = append(slices.Clone(imageTypes), fileType{"%PDF-", "application/pdf"})
)

// checkPictures looks for the files of the pictures in the folders, the last first.
func (g *Greetings) checkPictures(d *folder.Document, data *Data, folders []fs.FS) {
	for i, p := range g.Pictures {
		if p.For == "" {
			d.AddAt([]any{"pictures", i}, "for is expected: birthday, festival, anniversary, retirement or the name of a festival")
			continue
		}
		data.checkFile(d, []any{"pictures", i, "file"}, p.File, imageTypes, folders)
	}
}

// checkFile looks for a file that something is sent with.
func (d *Data) checkFile(doc *folder.Document, at []any, name string, types []fileType, folders []fs.FS) {
	if name == "" || path.Base(name) != name || strings.HasPrefix(name, ".") {
		doc.AddAt(at, "the name of a picture beside this file is expected, such as spring.jpg; not %q", name)
		return
	}
	image, wrong := findImage(name, doc.File, types, folders)
	if wrong != "" {
		doc.AddAt(at, "%s: %s", name, wrong)
	}
	if d.images == nil {
		d.images = map[string]Image{}
	}
	d.images[name] = image
}

// File finds a file that an answer names.
func (d *Data) File(name string) (Image, bool) {
	image, ok := d.images[name]
	return image, ok
}

// findImage looks for a file, and says what is wrong with it.
func findImage(name, beside string, types []fileType, folders []fs.FS) (image Image, wrong string) {
	for _, from := range slices.Backward(folders) {
		if from == nil {
			continue
		}
		switch _, _, err := readImage(from, name, types); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return image, err.Error()
		default:
			return Image{Name: name, from: from, types: types}, ""
		}
	}
	return image, "there is no such file beside " + beside
}

// readImage reads a picture, and says what it is; the error says why it cannot be sent.
func readImage(from fs.FS, name string, types []fileType) (content []byte, mime string, err error) {
	file, err := from.Open(name)
	if err != nil {
		return nil, "", fmt.Errorf("cannot be opened: %w", err)
	}
	content, err = io.ReadAll(io.LimitReader(file, MaxPicture+1))
	_ = file.Close() // it was only read
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("cannot be read: %w", err)
	case len(content) > MaxPicture:
		return nil, "", fmt.Errorf("is larger than %d MB, which is the most that both platforms take", MaxPicture>>20)
	}
	for _, t := range types {
		if bytes.HasPrefix(content, []byte(t.begins)) {
			return content, t.mime, nil
		}
	}
	if len(types) > len(imageTypes) {
		return nil, "", errors.New("is neither a JPEG nor a PNG picture nor a PDF")
	}
	return nil, "", errors.New("is neither a JPEG nor a PNG picture")
}

// pictureDigest tells one state of the pictures in folders from another.
func pictureDigest(folders []fs.FS) string {
	sum := sha256.New()
	for _, from := range folders {
		if from == nil {
			continue
		}
		entries, err := fs.ReadDir(from, ".")
		if err != nil {
			continue
		}
		for _, e := range entries {
			info, err := e.Info()
			if ext := strings.ToLower(path.Ext(e.Name())); err != nil || !slices.Contains([]string{".jpg", ".jpeg", ".png", ".pdf"}, ext) {
				continue
			}
			var stamp bytes.Buffer
			_ = binary.Write(&stamp, binary.BigEndian, []int64{info.Size(), info.ModTime().UnixNano()}) // a buffer takes everything
			sum.Write([]byte(e.Name()))
			sum.Write(stamp.Bytes())
		}
	}
	return string(sum.Sum(nil))
}
