package personal

import "testing"

// FuzzParse reads numbers that people type: what is taken is normal, stays so, and shows masked no more than its ends.
func FuzzParse(f *testing.F) {
	f.Add("13800000000", uint8(0))
	f.Add("+86 138-0000-0000", uint8(0))
	f.Add("11010519491231002x", uint8(1))
	f.Add("１１０１０５４９１２３１００２", uint8(1))
	f.Add("6222 0200 0000 0000 123", uint8(2))
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		kind := []Kind{Phone, IDCard, BankCard}[which%3]
		number, err := Parse(kind, text)
		if err != nil {
			return
		}
		if again, err := Parse(kind, number); err != nil || again != number {
			t.Errorf("%q is read as %q, which is read as %q, %v", text, number, again, err)
		}
		if masked := Mask(kind, number); masked == number {
			t.Errorf("%q is shown whole", number)
		}
	})
}
