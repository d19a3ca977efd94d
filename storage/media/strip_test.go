package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// secret stands for what a picture tells beside the picture: a place, a phone's owner.
const secret = "31.2304N 121.4737E Zhang Wei's phone"

func testImage() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			m.Set(x, y, color.NRGBA{uint8(x * 6), uint8(y * 8), uint8(x * y), 255})
		}
	}
	return m
}

// exif is a TIFF with the orientation, if it is not 0, between two other tags, and the secret behind.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II*\x00")
	}
	b = order.AppendUint32(b, 8)
	tags := []uint16{0x010F, tagOrientation, 0x8825}
	if orientation == 0 {
		tags = []uint16{0x010F, 0x8825}
	}
	b = order.AppendUint16(b, uint16(len(tags)))
	for _, tag := range tags {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, typeShort)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, orientation)
		b = order.AppendUint16(b, 0)
	}
	return append(order.AppendUint32(b, 0), secret...)
}

func segment(marker byte, parts ...string) []byte {
	data := strings.Join(parts, "")
	b := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(2+len(data)))
	return append(b, data...)
}

func plainJPEG(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, testImage(), nil); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func plainPNG(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, testImage()); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// after inserts segments at a place of a file.
func after(b []byte, at int, insert ...[]byte) []byte {
	return bytes.Join([][]byte{b[:at], bytes.Join(insert, nil), b[at:]}, nil)
}

func chattyJPEG(tb testing.TB, tiff []byte) []byte {
	tb.Helper()
	return append(after(plainJPEG(tb), 2,
		segment(jpegAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x03\x04", secret), // a thumbnail of 3 × 4
		segment(jpegAPP0, "JFXX\x00", secret),
		segment(jpegAPP1, string(exifHead), string(tiff)),
		segment(jpegAPP1, "http://ns.adobe.com/xap/1.0/\x00", secret),
		segment(0xE2, "ICC_PROFILE\x00\x01\x01", "profile"),
		segment(0xE2, "MPF\x00", secret),
		segment(0xED, "Photoshop 3.0\x00", secret),
		segment(jpegCOM, secret),
	), secret...)
}

func TestAJPEGLosesItsMetadataAndKeepsItsPictureAndOrientation(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for orient := range uint16(10) {
			before := chattyJPEG(t, exif(order, orient))
			got := stripJPEG(before)
			assertSamePicture(t, before, got)
			if bytes.Contains(got, []byte(secret)) || bytes.Contains(got, []byte("MPF")) {
				t.Errorf("%v, orientation %d: the secret is still there", order, orient)
			}
			if !bytes.Contains(got, []byte("ICC_PROFILE")) || !bytes.Contains(got, []byte("JFIF")) {
				t.Errorf("%v, orientation %d: the colour profile or the resolution is lost", order, orient)
			}
			want := orient > 1 && orient <= 8
			if has := bytes.Contains(got, orientedAPP1(orient)); has != want {
				t.Errorf("%v, orientation %d: kept is %v, want %v", order, orient, has, want)
			}
			if again := stripJPEG(got); !bytes.Equal(again, got) {
				t.Errorf("%v, orientation %d: stripping again changes it", order, orient)
			}
		}
	}
}

func TestTheOrientationThatIsKeptIsTheOneThatIsRead(t *testing.T) {
	for want := uint16(2); want <= 8; want++ {
		if got := orientation(orientedTIFF(want)); got != want {
			t.Errorf("%d reads as %d", want, got)
		}
	}
}

func TestAPNGLosesItsMetadataAndKeepsItsPictureAndOrientation(t *testing.T) {
	const behindHeader = pngHead + pngChunkFrame + 13
	chunk := func(name, data string) []byte { return appendPNGChunk(nil, name, []byte(data)) }
	before := append(after(plainPNG(t), behindHeader,
		chunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"),
		chunk("tEXt", "Comment\x00"+secret), chunk("iTXt", "XML:com.adobe.xmp\x00"+secret), chunk("zTXt", secret), chunk("tIME", secret),
		chunk("eXIf", string(exif(binary.LittleEndian, 6))), chunk("prVt", secret),
	), secret...)
	got := stripPNG(before)
	assertSamePicture(t, before, got)
	if bytes.Contains(got, []byte(secret)) {
		t.Error("the secret is still there")
	}
	if !bytes.Contains(got, []byte("pHYs")) || !bytes.Contains(got, chunk("eXIf", string(orientedTIFF(6)))) {
		t.Error("the resolution or the orientation is lost")
	}
	if again := stripPNG(got); !bytes.Equal(again, got) {
		t.Error("stripping again changes it")
	}
}

func webp(chunks ...string) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WEBP")
	for i := 0; i < len(chunks); i += 2 {
		b = append(b, chunks[i]...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(chunks[i+1])))
		b = append(b, chunks[i+1]...)
		if len(b)%2 == 1 {
			b = append(b, 0)
		}
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

func TestAWebPLosesItsMetadataAndKeepsItsPictureAndOrientation(t *testing.T) {
	const size = "\x00\x00\x00\x27\x00\x00\x1d\x00\x00"
	tests := map[string]struct{ before, want []byte }{
		"all of it": {
			append(webp("VP8X", "\x3c"+size, "ICCP", "profile", "ALPH", "a", "VP8 ", "pixels!", "EXIF", string(exifHead)+string(exif(binary.BigEndian, 8)), "XMP ", secret, "HUSH", secret), secret...),
			webp("VP8X", "\x38"+size, "ICCP", "profile", "ALPH", "a", "VP8 ", "pixels!", "EXIF", string(orientedTIFF(8))),
		},
		"upright": {
			webp("VP8X", "\x0c"+size, "VP8L", "pixels", "EXIF", string(exif(binary.LittleEndian, 1)), "XMP ", secret),
			webp("VP8X", "\x00"+size, "VP8L", "pixels"),
		},
		"nothing to drop": {webp("VP8 ", "pixels"), webp("VP8 ", "pixels")},
		"turned, and no header that could say so": {
			webp("VP8 ", "pixels", "EXIF", string(exif(binary.LittleEndian, 3))),
			webp("VP8 ", "pixels"),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := stripWebP(tt.before); !bytes.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestABrokenPictureLosesWhatWasFoundAndKeepsTheRest(t *testing.T) {
	whole := chattyJPEG(t, exif(binary.BigEndian, 1))
	pixels := bytes.Index(whole, []byte{0xFF, 0xDA}) + 200
	cut := whole[:pixels]
	got := stripJPEG(cut)
	if bytes.Contains(got, []byte(secret)) || !bytes.HasSuffix(got, cut[pixels-150:]) {
		t.Error("a JPEG without its end keeps its metadata or loses pixels")
	}
	for name, b := range map[string]struct {
		strip func([]byte) []byte
		in    []byte
	}{
		"a JPEG segment longer than the file": {stripJPEG, []byte("\xff\xd8\xff\xe1\xff\xffExif\x00\x00")},
		"a JPEG within a JPEG":                {stripJPEG, []byte("\xff\xd8\xff\xd8\xff\xd9")},
		"a JPEG of three bytes":               {stripJPEG, []byte("\xff\xd8\xff")},
		"a PNG chunk longer than the file":    {stripPNG, []byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXtx")},
		"a WebP chunk longer than the file":   {stripWebP, []byte("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xffx")},
	} {
		t.Run(name, func(t *testing.T) {
			if got := b.strip(b.in); !bytes.Equal(got, b.in) {
				t.Errorf("%q became %q", b.in, got)
			}
		})
	}
}

func FuzzStrip(f *testing.F) {
	f.Add(chattyJPEG(f, exif(binary.LittleEndian, 6)))
	f.Add(plainPNG(f))
	f.Add(webp("VP8X", "\x0c         ", "VP8L", "pixels", "EXIF", string(exif(binary.LittleEndian, 6))))
	f.Fuzz(func(t *testing.T, b []byte) {
		strip, ok := strippers[sniff(b)]
		if !ok {
			return
		}
		before := bytes.Clone(b)
		got := strip(b)
		if !bytes.Equal(b, before) {
			t.Error("the input was changed")
		}
		if len(got) > len(b)+64 {
			t.Errorf("%d bytes became %d", len(b), len(got))
		}
		assertSamePicture(t, before, got)
	})
}

// assertSamePicture checks that whatever could be shown before can be shown after, pixel by pixel.
func assertSamePicture(t *testing.T, before, after []byte) {
	t.Helper()
	if c, _, err := image.DecodeConfig(bytes.NewReader(before)); err != nil || c.Width*c.Height > 1<<16 {
		return // no picture, or one that takes the fuzzer's memory
	}
	was, _, err := image.Decode(bytes.NewReader(before))
	if err != nil {
		return
	}
	is, _, err := image.Decode(bytes.NewReader(after))
	if err != nil {
		t.Fatalf("the picture is lost: %v", err)
	}
	if was.Bounds() != is.Bounds() {
		t.Fatalf("the picture was %v and is %v", was.Bounds(), is.Bounds())
	}
	for x := was.Bounds().Min.X; x < was.Bounds().Max.X; x++ {
		for y := was.Bounds().Min.Y; y < was.Bounds().Max.Y; y++ {
			if was.At(x, y) != is.At(x, y) {
				t.Fatalf("the pixel at %d,%d was %v and is %v", x, y, was.At(x, y), is.At(x, y))
			}
		}
	}
}
