package media

import "bytes"

// strippers take the metadata out of a picture by its media type. None fails: what cannot be read stays, for the
// picture is evidence and must not be lost. Each is called only for content that begins as its type does.
var strippers = map[string]func([]byte) []byte{
	"image/jpeg": stripJPEG,
	"image/png":  stripPNG,
	"image/webp": stripWebP,
}

// withoutExifHead returns the TIFF inside EXIF, before which some writers put the head that belongs to JPEG.
func withoutExifHead(b []byte) []byte { return bytes.TrimPrefix(b, exifHead) }
