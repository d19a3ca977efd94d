package reference

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strconv"

	"github.com/unionbot/unionbot/union/folder"
)

// Figures are numbers to ring and sums; Data and Book have them.
type Figures interface {
	Hotline(name string) (Line, bool)
	// Standard is a sum in fen.
	Standard(name string) (fen int, ok bool)
	// GroupNames lists the groups that a file may name.
	GroupNames() []string
}

// placeholder is what stands in a file for a number that is written in the reference data: {hotline:mind}, or in a formula
// {standard:hospital}, in yuan.
var placeholder = regexp.MustCompile(`\{(hotline|standard):([a-z][a-z0-9_]*)\}`)

// Fill is a folder whose YAML files have the figures in place of their placeholders. One of which the data knows nothing stays,
// for the reader of the file to refuse. A nil folder stays nil.
func Fill(files fs.FS, figures Figures) fs.FS {
	if files == nil {
		return nil
	}
	return filled{files, figures}
}

type filled struct {
	files   fs.FS
	figures Figures
}

// GroupNames lists the groups that the files may name, for whoever reads them.
func (f filled) GroupNames() []string { return f.figures.GroupNames() }

// ReadDir implements fs.ReadDirFS.
func (f filled) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.files, name) }

// Open implements fs.FS.
func (f filled) Open(name string) (fs.File, error) {
	file, err := f.files.Open(name)
	if err != nil || path.Ext(name) != ending {
		return file, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return file, err
	}
	source, err := io.ReadAll(io.LimitReader(file, folder.MaxBytes+1)) // one more than a reader takes, so that it can refuse it
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return text{bytes.NewReader(f.fill(source)), info}, nil
}

func (f filled) fill(source []byte) []byte {
	return placeholder.ReplaceAllFunc(source, func(found []byte) []byte {
		m := placeholder.FindSubmatch(found)
		if string(m[1]) == "hotline" {
			if line, ok := f.figures.Hotline(string(m[2])); ok {
				return []byte(line.Number)
			}
			return found
		}
		if fen, ok := f.figures.Standard(string(m[2])); ok {
			return []byte(strconv.Itoa(fen / 100)) // standards are whole yuan
		}
		return found
	})
}

// text is a file that was read.
type text struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat implements fs.File.
func (t text) Stat() (fs.FileInfo, error) { return t.info, nil }

// Close implements fs.File.
func (t text) Close() error { return nil }
