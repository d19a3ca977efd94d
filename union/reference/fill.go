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
	"strings"

	"github.com/unionbot/unionbot/union/folder"
)

// Figures are numbers to ring and sums; Data and Book have them.
type Figures interface {
	Hotline(name string) (Line, bool)
	// Standard is a sum in fen.
	Standard(name string) (fen int, ok bool)
	// StandardPlaces are the units with sums of their own, the most specific first.
	StandardPlaces() []StandardPlace
	// GroupNames lists the groups that a file may name.
	GroupNames() []string
}

var (
	// placeholder is what stands in a file for a number that is written in the reference data: {hotline:mind}, or in a formula
	// {standard:hospital}, in yuan; {standards:places} are the rules of units that have their own.
	placeholder = regexp.MustCompile(`\{(hotline|standards?):([a-z][a-z0-9_]*)\}`)
	// inFormula is a sum in a formula, which goes by where whoever files belongs.
	inFormula = regexp.MustCompile(`yuan\(\{standard:([a-z][a-z0-9_]*)\}\)`)
)

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
	source = inFormula.ReplaceAllFunc(source, func(found []byte) []byte {
		name, each := string(inFormula.FindSubmatch(found)[1]), ""
		for _, at := range f.figures.StandardPlaces() {
			if yuan, own := at.Yuan[name]; own {
				each += fmt.Sprintf("under(author_org,`/%s`)?%d:", at.Unit, yuan)
			}
		}
		return []byte("yuan(" + each + "{standard:" + name + "})")
	})
	return placeholder.ReplaceAllFunc(source, func(found []byte) []byte {
		m := placeholder.FindSubmatch(found)
		if string(m[1]) == "standards" {
			if string(m[2]) != "places" {
				return found
			}
			var rules []string
			for _, at := range f.figures.StandardPlaces() {
				rules = append(rules, fmt.Sprintf("{unit: '%s', rule: '%s', source: '%s', as_of: %s}", at.Unit, at.Rule, at.Source, at.AsOf))
			}
			return []byte("[" + strings.Join(rules, ", ") + "]")
		}
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
