//go:build !race

package flows

const raced = 1
