package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	_ "image/jpeg" // what phones send
	_ "image/png"
	"slices"
	"sync"
)

// Why a picture of a paper can hardly be read.
const (
	DoubtSmall   = "small"
	DoubtDark    = "dark"
	DoubtBlurred = "blurred"
)

const (
	// legibleSide is the least longer side, in pixels, of a picture of a page.
	legibleSide = 480
	// gaugedSide is the longer side that every picture is reduced to before it is gauged: blur is measured at one size.
	gaugedSide = 1000
	// lightest is the brightness that a page reaches somewhere, of 255, however dim the room.
	lightest = 64
	// sharpest is the variance of the Laplacian that a page in focus reaches where its letters are.
	sharpest = 60
	// tileSide is the side of the squares that are gauged each for itself: a page is sharp where its letters are, and plain elsewhere.
	tileSide = 50
	// decodedBytes is the most memory that a picture may take to be looked at.
	decodedBytes = 64 << 20
	// mostScans is in how many passes a JPEG may come to be looked at: each takes time for every pixel, and a file has room for a million.
	mostScans = 64
)

// gauging lets one picture be decoded at a time, whatever comes in.
var gauging sync.Mutex

// doubt says why a picture can hardly be read. It is empty where nothing speaks against it, and where nobody can tell: of what
// cannot be decoded, or would take too much memory.
func doubt(picture []byte) string {
	config, format, err := image.DecodeConfig(bytes.NewReader(picture))
	switch {
	case err != nil || config.Width <= 0 || config.Height <= 0:
		return ""
	case max(config.Width, config.Height) < legibleSide:
		return DoubtSmall
	case int64(config.Width)*int64(config.Height) > decodedBytes/pixelBytes(picture, config, format):
		return ""
	case format == "jpeg" && bytes.Count(picture, []byte{0xff, 0xda}) > mostScans: // within data an 0xff is never followed by that
		return ""
	}
	gauging.Lock()
	defer gauging.Unlock()
	decoded, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return ""
	}
	light := reduce(decoded)
	switch {
	case brightest(light) < lightest:
		return DoubtDark
	case sharpness(light) < sharpest:
		return DoubtBlurred
	}
	return ""
}

// pixelBytes is the most that decoding takes for a pixel.
func pixelBytes(picture []byte, config image.Config, format string) int64 {
	switch {
	case format == "png":
		return 16 // 16 bits of four channels, twice where it is interlaced
	case progressive(picture):
		return 24 // the coefficients of four components, and the pixels, be it twice
	case config.ColorModel == color.YCbCrModel, config.ColorModel == color.GrayModel:
		return 3
	}
	return 8 // four channels, and what they are made from
}

// progressive says whether a JPEG is decoded in several passes, between which all of its coefficients are kept.
func progressive(jpeg []byte) bool {
	const firstPass, lastPass, scan = 0xc2, 0xcf, 0xda
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker := jpeg[at+1]
		switch {
		case marker == 0xff: // padding
			at++
			continue
		case marker <= 0x01, marker >= 0xd0 && marker <= 0xd7: // it has no length, and no place here: a decoder passes over it
			return true
		case marker == scan:
			return false
		case marker >= firstPass && marker <= lastPass && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			return true
		}
		at += 2 + int(binary.BigEndian.Uint16(jpeg[at+2:]))
	}
	return true // it shows no scan: nobody knows
}

// grey is the brightness of a picture, row by row.
type grey struct {
	width, height int
	at            []uint8
}

// reduce brings a picture to the size at which it is gauged, by the mean of the pixels that fall together.
func reduce(picture image.Image) grey {
	bounds := picture.Bounds()
	step := max(1, (max(bounds.Dx(), bounds.Dy())+gaugedSide-1)/gaugedSide)
	g := grey{width: bounds.Dx() / step, height: bounds.Dy() / step}
	g.at = make([]uint8, g.width*g.height)
	luma := lumaOf(picture)
	for y := range g.height {
		for x := range g.width {
			sum := 0
			for dy := range step {
				for dx := range step {
					sum += int(luma(bounds.Min.X+x*step+dx, bounds.Min.Y+y*step+dy))
				}
			}
			g.at[y*g.width+x] = uint8(sum / (step * step))
		}
	}
	return g
}

// lumaOf reads the brightness of a pixel, by the short way where the picture has one.
func lumaOf(picture image.Image) func(x, y int) uint8 {
	switch p := picture.(type) {
	case *image.YCbCr:
		return func(x, y int) uint8 { return p.Y[p.YOffset(x, y)] }
	case *image.Gray:
		return func(x, y int) uint8 { return p.Pix[p.PixOffset(x, y)] }
	}
	return func(x, y int) uint8 {
		r, g, b, _ := picture.At(x, y).RGBA()
		return uint8((19595*r + 38470*g + 7471*b) >> 24) // as color.GrayModel weighs them
	}
}

// brightest is the brightness above which one pixel of twenty lies.
func brightest(g grey) int {
	var counts [256]int
	for _, v := range g.at {
		counts[v]++
	}
	over := 0
	for v := 255; v > 0; v-- {
		if over += counts[v]; over*20 >= len(g.at) {
			return v
		}
	}
	return 0
}

// sharpness is the variance of the Laplacian in the sharper tiles of a picture: one of ten is sharper.
func sharpness(g grey) int {
	var tiles []int
	for y := 1; y+tileSide < g.height; y += tileSide {
		for x := 1; x+tileSide < g.width; x += tileSide {
			tiles = append(tiles, tileVariance(g, x, y))
		}
	}
	if len(tiles) == 0 { // a strip, of which nobody can tell
		return sharpest
	}
	slices.Sort(tiles)
	return tiles[len(tiles)*9/10]
}

func tileVariance(g grey, left, top int) int {
	const n = tileSide * tileSide
	sum, squares := 0, 0
	for y := top; y < top+tileSide; y++ {
		for x := left; x < left+tileSide; x++ {
			i := y*g.width + x
			v := 4*int(g.at[i]) - int(g.at[i-1]) - int(g.at[i+1]) - int(g.at[i-g.width]) - int(g.at[i+g.width])
			sum += v
			squares += v * v
		}
	}
	return squares/n - (sum/n)*(sum/n)
}
