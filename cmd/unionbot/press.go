package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union/paper"
)

// fontFolders are where systems keep their fonts.
var fontFolders = []string{
	"/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", `C:\Windows\Fonts`,
}

// fontNames are what the files of Chinese fonts are called, the preferred first; the last of them have outlines that cannot be used,
// and are named where there is nothing else.
var fontNames = []string{
	"wqy-microhei", "wqy-zenhei", "notosanssc", "notoserifsc", "simsun", "msyh", "simhei", "songti", "stheiti", "uming", "ukai", "gbsn00lp", "gkai00mp",
	"notosanscjk", "notoserifcjk", "sourcehan",
}

// getFont is what doctor and the bot's documentation tell an operator to install.
const getFont = "install a Chinese TrueType font (Debian: apt-get install fonts-wqy-microhei; Fedora: dnf install wqy-microhei-fonts) or name one with FONT"

// press prints with the font of this machine. It is looked for at the first need, and again as long as there is none: whoever
// installs one need not restart the service.
type press struct {
	file string // the operator's; empty looks for one

	mu      sync.Mutex
	font    *paper.Font
	refused map[string]refusedFont

	making sync.Mutex // each paper takes megabytes while it is made
}

// refusedFont is a file that will not do, as long as it stays as it was.
type refusedFont struct {
	size    int64
	changed time.Time
	err     error
}

func newPress(file string) *press { return &press{file: file, refused: map[string]refusedFont{}} }

// Ready implements cases.Press.
func (p *press) Ready() error {
	_, err := p.get()
	return err
}

// PDF implements cases.Press.
func (p *press) PDF(d paper.Document) ([]byte, error) {
	font, err := p.get()
	if err != nil {
		return nil, err
	}
	p.making.Lock()
	defer p.making.Unlock()
	return font.PDF(d)
}

// PNG implements cases.Press.
func (p *press) PNG(c paper.Chart) ([]byte, error) {
	font, err := p.get()
	if err != nil {
		return nil, err
	}
	p.making.Lock()
	defer p.making.Unlock()
	return font.PNG(c)
}

func (p *press) get() (*paper.Font, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.font != nil {
		return p.font, nil
	}
	font, _, err := findFont(p.file, fontFolders, p.read)
	p.font = font
	return font, err
}

// read is readFont without what was read before and would not do.
func (p *press) read(file string) (*paper.Font, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if was, ok := p.refused[file]; ok && was.size == info.Size() && was.changed.Equal(info.ModTime()) {
		return nil, was.err
	}
	font, err := readFont(file)
	if err != nil {
		p.refused[file] = refusedFont{size: info.Size(), changed: info.ModTime(), err: err}
	}
	return font, err
}

// findFont reads the operator's font, or the first of the folders' that will do. The error is paper.ErrNoFont and says
// what was wrong with those that were found.
func findFont(file string, folders []string, read func(file string) (*paper.Font, error)) (font *paper.Font, from string, err error) {
	files := []string{file}
	if file == "" {
		files = fontFiles(folders)
	}
	problems := []error{paper.ErrNoFont}
	for _, file := range files {
		font, err := read(file)
		if err == nil {
			return font, file, nil
		}
		problems = append(problems, fmt.Errorf("%s: %w", file, err))
	}
	return nil, "", errors.Join(problems...)
}

// mostFont is larger than any font.
const mostFont = 256 << 20

func readFont(file string) (*paper.Font, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostFont {
		return nil, errors.New("it is no file, or larger than any font")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return paper.ParseFont(data)
}

// fontFiles lists what may be a Chinese font, the preferred first. Folders that cannot be read hold none.
func fontFiles(folders []string) []string {
	var files []string
	for _, folder := range folders {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && fontRank(path) < len(fontNames) {
				files = append(files, path)
			}
			return nil
		})
	}
	sort.SliceStable(files, func(i, j int) bool { return fontRank(files[i]) < fontRank(files[j]) })
	return files
}

func fontRank(path string) int {
	name := strings.ToLower(filepath.Base(path))
	if !slices.Contains([]string{".ttf", ".ttc", ".otf", ".otc"}, filepath.Ext(name)) {
		return len(fontNames)
	}
	i := slices.IndexFunc(fontNames, func(known string) bool { return strings.HasPrefix(name, known) })
	if i < 0 {
		return len(fontNames)
	}
	return i
}
