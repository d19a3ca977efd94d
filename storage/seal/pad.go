package seal

import "bytes"

// leastPadded is longer than nearly all that is said in one turn.
const leastPadded = 1 << 10

// Pad gives a text the length of many others before it is sealed, for a sealed value is as long as what is in it, and
// the length of an answer tells which it was. Blanks are appended, to a power of two from 1 KiB on: JSON and chat
// do not mind them, and an older version reads them as they are.
func Pad(plain []byte) []byte {
	size := leastPadded
	for size < len(plain) {
		size *= 2
	}
	padded := make([]byte, size)
	for i := copy(padded, plain); i < size; i++ {
		padded[i] = ' '
	}
	return padded
}

// Unpad takes the blanks away again, and those at the end of the text with them.
func Unpad(padded []byte) []byte { return bytes.TrimRight(padded, " ") }
