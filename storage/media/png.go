package media

import (
	"encoding/binary"
	"hash/crc32"
)

const (
	pngHead       = 8  // the signature
	pngChunkFrame = 12 // length, type and checksum around the data
)

// pngKept are the ancillary chunks without which the picture looks different, or stands still.
var pngKept = map[string]bool{
	"tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "cICP": true, "mDCV": true, "cLLI": true, "sBIT": true,
	"bKGD": true, "hIST": true, "pHYs": true, "sPLT": true, "acTL": true, "fcTL": true, "fdAT": true,
}

// stripPNG drops every ancillary chunk that is not needed to show the picture (EXIF, text, XMP, time, makers' own) and
// what stands behind the picture's end. A part that cannot be read stays as it is, with all that follows it.
func stripPNG(b []byte) []byte {
	out := append(make([]byte, 0, len(b)), b[:pngHead]...)
	oriented := false
	for i := pngHead; i < len(b); {
		size, ok := pngChunk(b[i:])
		if !ok {
			return append(out, b[i:]...)
		}
		chunk := b[i : i+size]
		i += size
		name := string(chunk[4:8])
		critical := name[0] >= 'A' && name[0] <= 'Z'
		switch {
		case critical || pngKept[name]:
			out = append(out, chunk...)
		case name == "eXIf" && !oriented:
			if o := orientation(chunk[8 : size-4]); o != 0 {
				oriented = true
				out = appendPNGChunk(out, "eXIf", orientedTIFF(o))
			}
		}
		if name == "IEND" {
			break
		}
	}
	return out
}

func pngChunk(b []byte) (size int, ok bool) {
	if len(b) < pngChunkFrame {
		return 0, false
	}
	length := uint64(binary.BigEndian.Uint32(b))
	if length > uint64(len(b)-pngChunkFrame) {
		return 0, false
	}
	return int(length) + pngChunkFrame, true
}

func appendPNGChunk(b []byte, name string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
