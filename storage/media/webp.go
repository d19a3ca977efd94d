package media

import "encoding/binary"

const (
	webpHead      = 12 // RIFF, size, WEBP
	webpChunkHead = 8  // type and length

	webpFlagXMP  = 0x04 // in the first byte of VP8X
	webpFlagEXIF = 0x08
)

// webpKept are the chunks that make the picture.
var webpKept = map[string]bool{"VP8 ": true, "VP8L": true, "VP8X": true, "ALPH": true, "ANIM": true, "ANMF": true, "ICCP": true}

// stripWebP drops every chunk that is not needed to show the picture (EXIF, XMP, makers' own) and what stands behind
// the picture's end. A part that cannot be read stays as it is, with all that follows it; a file of which nothing is
// dropped stays as it is altogether.
func stripWebP(b []byte) []byte {
	out := append(make([]byte, 0, len(b)), b[:webpHead]...)
	dropped, flags := false, -1
	turn := uint16(0)
	for i := webpHead; i < webpEnd(b); {
		size, ok := webpChunk(b[i:webpEnd(b)])
		if !ok {
			out = append(out, b[i:webpEnd(b)]...)
			break
		}
		chunk := b[i : i+size]
		i += size
		name := string(chunk[:4])
		if name == "VP8X" && size > webpChunkHead && flags < 0 {
			flags = len(out) + webpChunkHead
		}
		if webpKept[name] {
			out = append(out, chunk...)
			continue
		}
		dropped = true
		if name == "EXIF" && turn == 0 {
			turn = orientation(withoutExifHead(chunk[webpChunkHead:]))
		}
	}
	if !dropped && webpEnd(b) == len(b) {
		return b
	}
	return finishWebP(out, flags, turn)
}

// finishWebP puts the orientation back, if the picture has the header that can announce it, and the sizes and flags
// right.
func finishWebP(b []byte, flags int, turn uint16) []byte {
	if flags >= 0 {
		b[flags] &^= webpFlagXMP | webpFlagEXIF
		if turn != 0 {
			b[flags] |= webpFlagEXIF
			tiff := orientedTIFF(turn)
			if len(b)%2 == 1 {
				b = append(b, 0) // the last chunk lacked its pad
			}
			b = append(b, "EXIF"...)
			b = binary.LittleEndian.AppendUint32(b, uint32(len(tiff)))
			b = append(b, tiff...)
		}
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// webpEnd is where the picture ends by its own account, or the file if it ends before.
func webpEnd(b []byte) int {
	return int(min(uint64(len(b)), max(webpHead, 8+uint64(binary.LittleEndian.Uint32(b[4:])))))
}

func webpChunk(b []byte) (size int, ok bool) {
	if len(b) < webpChunkHead {
		return 0, false
	}
	length := uint64(binary.LittleEndian.Uint32(b[4:]))
	padded := webpChunkHead + length + length%2
	return int(min(padded, uint64(len(b)))), webpChunkHead+length <= uint64(len(b))
}
