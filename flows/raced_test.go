//go:build race

package flows

// raced is how much slower what is measured runs under the race detector, in multiples of the floor that runs under it too.
const raced = 4
