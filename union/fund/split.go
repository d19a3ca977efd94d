package fund

import "sort"

// Split divides a sum in fen by weights so that nothing is lost: each gets the whole fen of their part, and what is left goes
// fen by fen to those whose part was cut most, the first of them where two were cut alike (the method of largest remainders).
// Without a weight above nothing there is nothing to divide by, and everybody gets nothing.
func Split(fen int64, weights []int) []int64 {
	parts, total := make([]int64, len(weights)), int64(0)
	for _, w := range weights {
		total += int64(max(0, w))
	}
	if total == 0 || fen <= 0 {
		return parts
	}
	order, cut, left := make([]int, len(weights)), make([]int64, len(weights)), fen
	for i, w := range weights {
		// A sum of a hundred million yuan times a hundred is far below what fits.
		exact := fen * int64(max(0, w))
		order[i], parts[i], cut[i] = i, exact/total, exact%total
		left -= parts[i]
	}
	sort.SliceStable(order, func(i, j int) bool { return cut[order[i]] > cut[order[j]] })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
