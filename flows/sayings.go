package flows

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/packed"
)

// lessons are all that is learnt besides the examples of the services: sayings.tsv, cries.tsv, and the sentences that others
// wrote to measure by, testdata/sentences*.tsv. They are packed for the size of the binary.
//
//go:generate sh -c "cat sayings.tsv cries.tsv testdata/sentences*.tsv | bzip2 -9 > said.bz2"
//go:embed said.bz2
var lessons []byte

// spoken is what people say: by the topic that they mean, by the kind of cry that it is, or as idle.
type spoken map[string][]string

// saidIdle is what names topics and asks for none of them. It is no topic itself.
const saidIdle = "idle"

// sayings are what was packed.
var sayings = sync.OnceValue(func() spoken { return unpacked().by() })

// packedLines are those of the files that were packed.
type packedLines string

func unpacked() packedLines { return packedLines(packed.Text(lessons)) }

// by sorts the lines. A line of a file to measure by has three cells: how clear it is, what for, and the sentence.
func (l packedLines) by() spoken {
	all := spoken{}
	for line := range strings.Lines(string(l)) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		switch {
		case len(cells) == 2:
			all.add(cells[0], cells[1])
		case len(cells) == 3 && cells[0] == KindClear:
			all.add(cells[1], cells[2])
		case len(cells) == 3 && cells[0] == KindCrisis:
			all.add(cryOf[cells[1]], cells[2])
		case len(cells) == 3 && cells[1] == "":
			all.add(saidIdle, cells[2])
			all.add(cryNone, cells[2])
		case len(cells) == 3: // it may be meant for two topics: that is to be learnt of neither
			all.add(cryNone, cells[2])
		}
	}
	return all
}

func (s spoken) add(what, sentence string) { s[what] = append(s[what], bot.Simplified(sentence)) }
