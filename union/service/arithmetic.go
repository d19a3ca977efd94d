package service

import (
	"errors"
	"math/bits"

	"github.com/expr-lang/expr"
)

// ErrTooLarge means that a sum is larger than can be computed: some answer is no number that anybody meant.
var ErrTooLarge = errors.New("too large to be computed")

// checked are the operators that would overflow without a word.
func checked() []expr.Option {
	type binary = func(int, int) int
	return []expr.Option{
		expr.Function("checked_add", overInts(plus), new(binary)), expr.Operator("+", "checked_add"),
		expr.Function("checked_subtract", overInts(minus), new(binary)), expr.Operator("-", "checked_subtract"),
		expr.Function("checked_multiply", overInts(times), new(binary)), expr.Operator("*", "checked_multiply"),
	}
}

// overInts makes a function of expressions of one over whole numbers. What it is called with was compared with its type
// when it was compiled.
func overInts(f func(a, b int) (int, bool)) func(...any) (any, error) {
	return func(params ...any) (any, error) {
		a, _ := params[0].(int)
		b, _ := params[1].(int)
		n, ok := f(a, b)
		if !ok {
			return nil, ErrTooLarge
		}
		return n, nil
	}
}

func plus(a, b int) (int, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func minus(a, b int) (int, bool) {
	n := a - b
	return n, (n < a) == (b > 0)
}

func times(a, b int) (int, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > 1<<63-1 {
		return 0, false
	}
	return a * b, true
}

func magnitude(n int) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// yuan is a sum in fen of whole yuan: yuan(5000).
func yuan(params ...any) (any, error) { return overInts(times)(params[0], 100) }

// each is a sum in fen divided among so many, half a fen rounded up: each(income, persons). Among none it is the whole sum, as among one.
var each = overInts(func(sum, among int) (int, bool) {
	among = max(among, 1)
	half := among / 2
	if sum < 0 {
		half = -half
	}
	n, ok := plus(sum, half)
	return n / among, ok
})

// percent is a share of a sum in fen, half a fen rounded up: percent(amount, 15).
var percent = overInts(func(sum, share int) (int, bool) {
	n, ok := times(sum, share)
	if ok {
		n, ok = plus(n, 50)
	}
	return n / 100, ok
})
