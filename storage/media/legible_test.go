package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

// page draws lines of strokes like those of letters, in ink on paper, with the noise of a phone's sensor.
func page(width, height int, paper, ink uint8) *image.Gray {
	random := rand.New(rand.NewPCG(1, 2))
	g := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			v := paper
			if y%(height/40) < height/80 && x > width/10 && x < width*9/10 && random.IntN(3) == 0 {
				v = ink
			}
			g.SetGray(x, y, color.Gray{Y: v - uint8(random.IntN(4))})
		}
	}
	return g
}

// blur takes the mean of the pixels around each, in rows and then in columns, twice: what a lens out of focus does.
func blur(g *image.Gray, radius int) *image.Gray {
	for range 2 {
		g = meanAlong(g, image.Pt(1, 0), radius)
		g = meanAlong(g, image.Pt(0, 1), radius)
	}
	return g
}

func meanAlong(g *image.Gray, step image.Point, radius int) *image.Gray {
	out := image.NewGray(g.Rect)
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			sum, n := 0, 0
			for d := -radius; d <= radius; d++ {
				if p := image.Pt(x, y).Add(step.Mul(d)); p.In(g.Rect) {
					sum, n = sum+int(g.GrayAt(p.X, p.Y).Y), n+1
				}
			}
			out.SetGray(x, y, color.Gray{Y: uint8(sum / n)})
		}
	}
	return out
}

func asJPEG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming makes a picture say that it is larger than it is, in the two sizes that stand behind a mark.
func claiming(picture []byte, mark string, skip, bytesEach int) []byte {
	picture = bytes.Clone(picture)
	at := bytes.Index(picture, []byte(mark)) + skip
	for i := range 2 * bytesEach {
		picture[at+i] = 0x7f
	}
	return picture
}

func TestAPageThatCanHardlyBeReadIsDoubted(t *testing.T) {
	sharp := page(600, 800, 220, 30)
	for name, c := range map[string]struct {
		picture []byte
		want    string
	}{
		"a page in focus":                 {asJPEG(t, sharp), ""},
		"a screenshot":                    {asPNG(t, sharp), ""},
		"a large page in focus":           {asJPEG(t, page(1200, 1600, 220, 30)), ""},
		"a page in a dim room":            {asJPEG(t, page(600, 800, 90, 20)), ""},
		"out of focus":                    {asJPEG(t, blur(sharp, 3)), DoubtBlurred},
		"nothing but a wall":              {asJPEG(t, page(600, 800, 200, 200)), DoubtBlurred},
		"in the dark":                     {asJPEG(t, page(600, 800, 40, 10)), DoubtDark},
		"a thumbnail":                     {asJPEG(t, page(200, 150, 220, 30)), DoubtSmall},
		"a JPEG that says it is huge":     {claiming(asJPEG(t, sharp), "\xff\xc0", 5, 2), ""},
		"a PNG that says it is huge":      {claiming(asPNG(t, sharp), "IHDR", 4, 4), ""},
		"a JPEG that was cut off":         {asJPEG(t, sharp)[:2000], ""},
		"a strip":                         {asPNG(t, image.NewGray(image.Rect(0, 0, 2000, 2))), DoubtDark},
		"a bright strip":                  {asPNG(t, page(2000, 80, 220, 220)), ""},
		"no picture":                      {[]byte("%PDF-1.7"), ""},
		"nothing":                         {nil, ""},
		"a JPEG that ends in its head":    {[]byte("\xff\xd8\xff"), ""},
		"a JPEG without a scan, and wide": {widthOnly(5000, 5000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := doubt(c.picture); got != c.want {
				t.Errorf("doubt %q, want %q", got, c.want)
			}
		})
	}
}

// widthOnly is the head of a progressive JPEG whose coefficients would take more memory than its pixels.
func widthOnly(width, height uint16) []byte {
	b := []byte("\xff\xd8\xff\xc2\x00\x11\x08")
	b = binary.BigEndian.AppendUint16(b, height)
	b = binary.BigEndian.AppendUint16(b, width)
	return append(b, "\x03\x01\x22\x00\x02\x11\x00\x03\x11\x00"...)
}

func TestWhatADecodedPictureTakesIsKnownBeforehand(t *testing.T) {
	config := image.Config{Width: 5000, Height: 5000, ColorModel: color.YCbCrModel}
	if got := pixelBytes(widthOnly(5000, 5000), config, "jpeg"); got != 24 {
		t.Errorf("a progressive JPEG takes %d bytes a pixel, want 24", got)
	}
	hidden := append([]byte{0xff, 0xd8, 0xff, 0xd0}, widthOnly(5000, 5000)[2:]...)
	if got := pixelBytes(hidden, config, "jpeg"); got != 24 {
		t.Errorf("one that hides it behind a marker without a length takes %d bytes a pixel, want 24", got)
	}
	if got := pixelBytes(asJPEG(t, page(600, 800, 220, 30)), config, "jpeg"); got != 3 {
		t.Errorf("a JPEG in one pass takes %d bytes a pixel, want 3", got)
	}
	config.ColorModel = color.RGBAModel
	if got := pixelBytes(asJPEG(t, page(600, 800, 220, 30)), config, "jpeg"); got != 8 {
		t.Errorf("a JPEG of red, green and blue takes %d bytes a pixel, want 8", got)
	}
}

// A picture of many passes would keep whoever looks at it for hours.
func TestAPictureOfManyPassesIsNotLookedAt(t *testing.T) {
	dark := asJPEG(t, page(600, 800, 30, 20))
	if got := doubt(dark); got != DoubtDark {
		t.Fatalf("it is %q", got)
	}
	scans := bytes.Repeat([]byte{0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x01, 0x3f, 0x00}, mostScans)
	if got := doubt(append(dark[:len(dark)-2:len(dark)-2], scans...)); got != "" {
		t.Errorf("it was looked at, and is %q", got)
	}
}
