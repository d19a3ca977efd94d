// Package articles holds what the union has to tell about rules and sums: one Markdown file a topic, whose form is that
// of union/article. It holds no code; a union changes an article by a file of the same name in a folder of its own.
package articles

import (
	_ "embed"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../../tools && go run ./pack ../flows/articles/*.md | bzip2 -9 > ../flows/articles/packed.bz2"
//go:embed packed.bz2
var archive []byte

// Files are the articles that come with the program.
var Files = packed.Files(archive)
