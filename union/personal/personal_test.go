package personal

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for kind, tt := range map[Kind]struct {
		right map[string]string
		wrong map[string]error
	}{
		Phone: {
			map[string]string{
				"139 0000 0021": "13900000021", "+86-139-0000-0021": "13900000021", "１３９００００００２１": "13900000021",
				"8613900000021": "13900000021", "0086 13900000021": "13900000021", "＋８６ 139–0000—0021": "13900000021",
				"\u202d13900000021\u202c": "13900000021", "(010)6554-3210": "01065543210", "+86 10 6554 3210": "01065543210",
				"+86 029 8765 4321": "02987654321", "0916-2512345": "09162512345", "+86 755 8765 4321": "075587654321",
			},
			map[string]error{"1390000002": ErrForm, "139000000211": ErrForm, "12900000021": ErrForm, "6110": ErrForm, "abc": ErrForm,
				"1.39E+10": ErrForm, "": ErrForm, "+1 202 456 1111": ErrForm},
		},
		// 11010519491231002X and 440524188001010014 are the examples of GB 11643-1999; the first with its 15 digits of before.
		IDCard: {
			map[string]string{
				"11010519491231002x": "11010519491231002X", "４４０５２４１８８００１０１００１４": "440524188001010014",
				"110105 19491231 002X": "11010519491231002X", "110105491231002": "11010519491231002X",
				withCheck("81000019900101001"): withCheck("81000019900101001"), withCheck("93115619900101001"): withCheck("93115619900101001"),
			},
			map[string]error{
				"110105194912310021": ErrCheck, withCheck("11010519491301002"): ErrBirth, "1.10105E+17": ErrForm, "01010519491231002X": ErrForm,
				withCheck("17010519491231002"): ErrRegion, withCheck("99915619900101001"): ErrRegion, withCheck("11010517491231002"): ErrBirth,
				"110105490231002": ErrBirth, "11010519491231002": ErrForm, "": ErrForm,
			},
		},
		// Numbers that payment providers publish for tests: Visa of 13 and 16, American Express, UnionPay of 16 and 19.
		BankCard: {
			map[string]string{
				"4222222222222": "4222222222222", "4111 1111 1111 1111": "4111111111111111", "3782-822463-10005": "378282246310005",
				"６２０００００００００００００５": "6200000000000005", "6205500000000000004": "6205500000000000004",
			},
			map[string]error{
				"4111111111111112": ErrCheck, "411111111111": ErrForm, "62055000000000000046": ErrForm, "0000000000000000": ErrForm,
				"621700000000000000X": ErrForm, "": ErrForm,
			},
		},
	} {
		for text, want := range tt.right {
			if got, err := Parse(kind, text); err != nil || got != want {
				t.Errorf("%s %q = %q, %v, want %q", kind, text, got, err, want)
			}
		}
		for text, want := range tt.wrong {
			if got, err := Parse(kind, text); !errors.Is(err, want) || got != "" {
				t.Errorf("%s %q = %q, %v, want %v", kind, text, got, err, want)
			}
		}
	}
	if _, err := Parse("passport", "E12345678"); err == nil {
		t.Error("a number of no kind was right")
	}
}

func withCheck(digits string) string { return digits + string(checkCharacter(digits)) }

func TestTheNormalFormIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`(\+|００)?86[ -]?[0-9０-９ ()-]{5,20}[Xx]?`)).Draw(t, "text")
		for _, kind := range Kinds() {
			number, err := Parse(kind, text)
			if err != nil {
				continue
			}
			if again, err := Parse(kind, number); err != nil || again != number {
				t.Errorf("%s %q is %q, and that is %q, %v", kind, text, number, again, err)
			}
		}
	})
}

// GB 11643-1999 has every single wrong digit and every swap of two neighbours caught by the check character.
func TestTheCheckCharacterCatchesSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(rapid.StringMatching(`[1-9][0-9]{16}`).Draw(t, "digits"))
		check := checkCharacter(string(digits))
		at := rapid.IntRange(0, 16).Draw(t, "at")
		slip := append([]byte{}, digits...)
		slip[at] = byte('0' + (int(slip[at]-'0')+rapid.IntRange(1, 9).Draw(t, "by"))%10)
		if checkCharacter(string(slip)) == check {
			t.Fatalf("%s and %s have the same check character", digits, slip)
		}
		if at = min(at, 15); digits[at] != digits[at+1] {
			digits[at], digits[at+1] = digits[at+1], digits[at]
			if checkCharacter(string(digits)) == check {
				t.Fatalf("swapped at %d, %s has the same check character", at, digits)
			}
		}
	})
}

// ISO/IEC 7812-1 has every single wrong digit caught.
func TestALuhnDigitCatchesASlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{11,17}`).Draw(t, "digits")
		right := 0
		for last := byte('0'); last <= '9'; last++ {
			if checkBankCard(digits+string(last)) == nil {
				right++
			}
		}
		if right != 1 {
			t.Errorf("%s has %d last digits", digits, right)
		}
	})
}

func TestAMaskTellsTooLittle(t *testing.T) {
	for kind, each := range map[Kind][2]string{
		Phone:    {"13900000021", "139****0021"},
		IDCard:   {"11010519491231002X", "1101****002X"},
		BankCard: {"6205500000000000004", "6205****0004"},
	} {
		if got := Mask(kind, each[0]); got != each[1] {
			t.Errorf("%s is shown as %s, want %s", kind, got, each[1])
		}
		if Mask(kind, "") != "" || strings.Trim(Mask(kind, each[0][:9]), "*") != "" {
			t.Errorf("a short %s is shown", kind)
		}
	}
}
