package media

import (
	"bytes"
	"encoding/binary"
)

// Markers of JPEG (ITU T.81, table B.1).
const (
	jpegSOI  = 0xD8
	jpegEOI  = 0xD9
	jpegTEM  = 0x01
	jpegRST0 = 0xD0
	jpegRST7 = 0xD7
	jpegAPP0 = 0xE0
	jpegAPP1 = 0xE1
	jpegAPPF = 0xEF
	jpegCOM  = 0xFE
)

var exifHead = []byte("Exif\x00\x00")

// jpegKept are the application segments without which the picture looks different: resolution, colour profile, and
// Adobe's colour transform.
var jpegKept = map[byte][]byte{jpegAPP0: []byte("JFIF\x00"), 0xE2: []byte("ICC_PROFILE\x00"), 0xEE: []byte("Adobe")}

// stripJPEG drops the comments, every application segment that is not needed to show the picture (EXIF, XMP, IPTC,
// thumbnails, makers' own), and what stands behind the picture's end, where phones put second pictures and films with
// metadata of their own. A part that cannot be read stays as it is, with all that follows it.
func stripJPEG(b []byte) []byte {
	out := append(make([]byte, 0, len(b)), b[:2]...)
	oriented := false
	for i := 2; ; {
		// Decoders skip what stands between segments; it is kept, and the search goes on behind it.
		between := jpegScan(b[i:])
		marker, size, ok := jpegSegment(b[i+between:])
		if !ok {
			return append(out, b[i:]...)
		}
		out = append(out, withoutFill(b[i:i+between])...)
		i += between
		segment := b[i : i+size]
		i += size
		switch {
		case marker == jpegEOI:
			return append(out, segment...)
		case marker == jpegAPP1:
			if o := jpegOrientation(segment); o != 0 && !oriented {
				oriented = true
				out = append(out, orientedAPP1(o)...)
			}
		case marker == jpegAPP0 && jpegNeeded(marker, segment):
			out = append(out, withoutThumbnail(segment)...)
		case jpegNeeded(marker, segment):
			out = append(out, segment...)
		}
	}
}

// jpegSegment measures the segment whose marker stands at the start of b, marker and length included.
func jpegSegment(b []byte) (marker byte, size int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	switch marker = b[1]; {
	case marker == jpegEOI, marker == jpegTEM:
		return marker, 2, true
	case marker == jpegSOI, len(b) < 4:
		return 0, 0, false
	}
	size = 2 + int(binary.BigEndian.Uint16(b[2:]))
	return marker, size, size >= 4 && size <= len(b)
}

// jpegScan measures what comes before the next marker that is no restart and no fill byte: the compressed data behind a
// start of scan, nothing between other segments.
func jpegScan(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if next := b[i+1]; b[i] == 0xFF && next != 0x00 && next != 0xFF && (next < jpegRST0 || next > jpegRST7) {
			return i
		}
	}
	return len(b)
}

// withoutFill drops the fill bytes that may stand before any marker: left without theirs, they would make one of
// whatever comes next.
func withoutFill(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	return b
}

func jpegNeeded(marker byte, segment []byte) bool {
	if head, ok := jpegKept[marker]; ok {
		return bytes.HasPrefix(segment[4:], head)
	}
	return marker != jpegCOM && (marker < jpegAPP0 || marker > jpegAPPF)
}

// jfifBytes are marker, length, name, version and density: what of JFIF says how to show the picture.
const jfifBytes = 16

// withoutThumbnail ends JFIF where its thumbnail begins: that may show what was cut off the picture.
func withoutThumbnail(segment []byte) []byte {
	if len(segment) <= jfifBytes {
		return segment
	}
	b := append(make([]byte, 0, jfifBytes+2), segment[:jfifBytes]...)
	b = append(b, 0, 0) // its width and height
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-2))
	return b
}

func jpegOrientation(segment []byte) uint16 {
	if tiff, ok := bytes.CutPrefix(segment[4:], exifHead); ok {
		return orientation(tiff)
	}
	return 0
}

func orientedAPP1(o uint16) []byte {
	tiff := orientedTIFF(o)
	b := []byte{0xFF, jpegAPP1}
	b = binary.BigEndian.AppendUint16(b, uint16(2+len(exifHead)+len(tiff)))
	return append(append(b, exifHead...), tiff...)
}
