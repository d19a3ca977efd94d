package flows

import (
	"strings"
	"testing"
)

// TestTheNewestWordsAreReadFirst has somebody who waits to be called say little, much, and more than one message holds.
func TestTheNewestWordsAreReadFirst(t *testing.T) {
	long, half := strings.Repeat("很", wordsAtOnce+1), strings.Repeat("难", wordsAtOnce/2)
	for said, want := range map[string]string{
		"":     "",
		"不想活了": "\n说过的话:不想活了",
		"不想活了\n我在三号楼楼顶\n没有": "\n说过的话:不想活了\n我在三号楼楼顶\n没有",
		long:            "\n说过的话:" + long,
		"不想活了\n" + long: "\n最后说的:" + long + "\n先前说的:不想活了",
		half + "\n" + half + "\n我在三号楼楼顶\n没有": "\n最后说的:" + half + "\n我在三号楼楼顶\n没有\n先前说的:" + half,
		long + "\n我在三号楼楼顶\n没有":               "\n最后说的:我在三号楼楼顶\n没有\n先前说的:" + long,
	} {
		if got := newestFirst(said); got != want {
			t.Errorf("%q is read as %q, want %q", said, got, want)
		}
	}
}
