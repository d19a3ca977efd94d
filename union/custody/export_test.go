package custody

// Forge is a share with the right key and checksum, and another value.
func Forge(written string) string {
	s, err := parseShare(written)
	if err != nil {
		return ""
	}
	s.value[3] ^= 1
	return s.String()
}

// ReadShare reads a share, and says how it is written.
func ReadShare(written string) (again string, err error) {
	s, err := parseShare(written)
	if err != nil {
		return "", err
	}
	return s.String(), nil
}
