// Command syllables writes what union/understanding reads as syllables.bz2: how the 6763 characters of GB 2312 are read, without tones.
// A character with several readings has the commonest one.
//
//	cd tools && go run ./syllables | bzip2 -9 > ../union/understanding/syllables.bz2
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"slices"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The rows of GB 2312 that hold Han characters, and the places in a row.
const firstRow, lastRow, firstPlace, lastPlace = 0xB0, 0xF7, 0xA1, 0xFE

func main() {
	characters := map[string][]rune{}
	decoder := simplifiedchinese.GBK.NewDecoder()
	for row := firstRow; row <= lastRow; row++ {
		for place := firstPlace; place <= lastPlace; place++ {
			decoded, err := decoder.Bytes([]byte{byte(row), byte(place)})
			if err != nil {
				log.Fatal(err)
			}
			for _, r := range string(decoded) {
				if readings := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(readings) > 0 {
					characters[readings[0]] = append(characters[readings[0]], r)
				}
			}
		}
	}
	var syllables []string
	for s := range characters {
		syllables = append(syllables, s)
	}
	slices.Sort(syllables)
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "# Made by tools/syllables from github.com/mozillazg/go-pinyin (MIT): a syllable and the characters that are read so.")
	for _, s := range syllables {
		fmt.Fprintf(out, "%s %s\n", s, string(characters[s]))
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
