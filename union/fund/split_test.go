package fund_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/union/fund"
)

func TestASumIsSplitToTheFen(t *testing.T) {
	for _, c := range []struct {
		fen     int64
		weights []int
		want    []int64
	}{
		{2_000_00, []int{60, 40}, []int64{1_200_00, 800_00}},
		{100, []int{34, 33, 33}, []int64{34, 33, 33}},
		{101, []int{50, 50}, []int64{51, 50}},
		{10, []int{33, 33, 34}, []int64{3, 3, 4}},
		{1, []int{1, 99}, []int64{0, 1}},
		{0, []int{60, 40}, []int64{0, 0}},
		{500, []int{0, 40}, []int64{0, 500}},
		{500, nil, []int64{}},
	} {
		if got := fund.Split(c.fen, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("%d fen by %v: %v, not %v", c.fen, c.weights, got, c.want)
		}
	}
}

func TestNothingIsLostAndNobodyGetsAFenTooMuch(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		fen, weights, total := draw.Int64N(100_000_00), make([]int, 1+draw.IntN(8)), 0
		for i := range weights {
			weights[i] = 1 + draw.IntN(99)
			total += weights[i]
		}
		sum := int64(0)
		for i, part := range fund.Split(fen, weights) {
			sum += part
			if whole := fen * int64(weights[i]) / int64(total); part != whole && part != whole+1 {
				t.Fatalf("%d fen by %v: the %dth gets %d", fen, weights, i, part)
			}
		}
		if sum != fen {
			t.Fatalf("%d fen by %v came to %d", fen, weights, sum)
		}
	}
}
