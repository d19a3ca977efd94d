package personal

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/union/calendar"
)

var (
	idCardForm  = regexp.MustCompile(`^[1-9]\d{16}[\dX]$`)
	oldCardForm = regexp.MustCompile(`^[1-9]\d{14}$`)
	// ISO/IEC 7812-1: up to 19 digits, of which those of banks do not begin with 0; none in use has fewer than 13.
	bankCardForm = regexp.MustCompile(`^[1-9]\d{12,18}$`)
)

// provinces are the codes of GB/T 2260, and 81 to 83, which the residence permits of people from Hong Kong, Macao and
// Taiwan begin with.
var provinces = strings.Fields(`11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46
	50 51 52 53 54 61 62 63 64 65 71 81 82 83`)

// The first number of an identity card was given by a decree of 1999, and the oldest people then living were born in
// the century before: the example of GB 11643-1999 itself is of 1880.
const firstBirth, lastBirth = 1850, 2100

// checkIDCard checks a number of 18 as GB 11643-1999 says: region, day of birth, and the check character. Permanent
// residence cards for foreigners, from 2023 on, follow it with a 9 before the region's two digits.
func checkIDCard(number string) error {
	if !idCardForm.MatchString(number) {
		return ErrForm
	}
	if checkCharacter(number[:17]) != number[17] {
		return ErrCheck
	}
	region := number[:2]
	if number[0] == '9' {
		region = number[1:3]
	}
	known := false
	for _, code := range provinces {
		known = known || code == region
	}
	if !known {
		return ErrRegion
	}
	born, err := calendar.ParseDate(number[6:10] + "-" + number[10:12] + "-" + number[12:14])
	if err != nil || born.Year < firstBirth || born.Year > lastBirth {
		return ErrBirth
	}
	return nil
}

// ofEighteen makes the 15 digits of a card of before 1999 the 18 that the same person has now: they lack the century,
// which was the twentieth, and the check character. Other text stays as it is.
func ofEighteen(number string) string {
	if !oldCardForm.MatchString(number) {
		return number
	}
	number = number[:6] + "19" + number[6:]
	return number + string(checkCharacter(number))
}

// checkCharacter is ISO 7064 MOD 11-2.
func checkCharacter(digits string) byte {
	sum := 0
	for i := range len(digits) {
		sum = (sum + int(digits[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum]
}

// checkBankCard checks length and last digit (Luhn, ISO/IEC 7812-1 annex B). Passbooks and accounts of companies, whose
// numbers follow their bank's own rules, are no cards.
func checkBankCard(number string) error {
	if !bankCardForm.MatchString(number) {
		return ErrForm
	}
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	if sum%10 != 0 {
		return ErrCheck
	}
	return nil
}
