package main

import (
	"context"
	"strings"
)

// examineFont looks for the font with which papers and charts are made.
func examineFont(_ context.Context, p *patient) []finding {
	return []finding{fontFinding(p.config.Font, fontFolders)}
}

func fontFinding(file string, folders []string) finding {
	const name = "font"
	_, from, err := findFont(file, folders, readFont)
	if err != nil {
		return warning(name, getFont, "cases cannot be printed (打印), and numbers come without a chart: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return fine(name, "papers and charts use %s", from)
}
