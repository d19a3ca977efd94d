// Package articles holds what the union has to tell about rules and sums: one Markdown file a topic, whose form is that
// of union/article. It holds no code; a union changes an article by a file of the same name in a folder of its own.
package articles

import "embed"

// Files are the articles that come with the program.
//
//go:embed *.md
var Files embed.FS
