package media

import (
	"bytes"
	"encoding/binary"
)

// EXIF is a TIFF file. Of it we read, and write, one tag: which way up the picture is.
const (
	tagOrientation = 0x0112
	typeShort      = 3
	entryBytes     = 12
	upright        = 1
)

// orientation finds how the picture must be turned, 2 to 8, or 0 if it is upright or nothing says how it stands.
func orientation(tiff []byte) uint16 {
	order, ok := byteOrder(tiff)
	if !ok {
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entryBytes {
			return 0
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort && order.Uint32(entries[4:]) == 1 {
			if o := order.Uint16(entries[8:]); o > upright && o <= 8 {
				return o
			}
			return 0
		}
		entries = entries[entryBytes:]
	}
	return 0
}

func byteOrder(tiff []byte) (order binary.ByteOrder, ok bool) {
	switch {
	case len(tiff) < 8:
		return nil, false
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		return binary.LittleEndian, true
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return binary.BigEndian, true
	}
	return nil, false
}

// orientedTIFF is the least EXIF that turns a picture.
func orientedTIFF(o uint16) []byte {
	b := []byte("MM\x00*")
	b = binary.BigEndian.AppendUint32(b, 8) // the directory follows at once
	b = binary.BigEndian.AppendUint16(b, 1) // and has one entry
	b = binary.BigEndian.AppendUint16(b, tagOrientation)
	b = binary.BigEndian.AppendUint16(b, typeShort)
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint16(b, o)
	b = append(b, 0, 0)
	return binary.BigEndian.AppendUint32(b, 0) // no further directory
}
