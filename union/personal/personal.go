// Package personal knows the numbers by which a person is known to others - phone, identity card, bank card: how people
// write them, what makes one right, how one is shown without being told, and the port through which one is found where it
// rests sealed. It keeps none of them, and no error of it contains one.
package personal

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a number is. It is the context of a number's blind digest, which is kept: a kind never changes its name.
type Kind string

// The kinds of numbers.
const (
	Phone    Kind = "phone"
	IDCard   Kind = "id_card"
	BankCard Kind = "bank_card"
)

// Kinds lists all of them.
func Kinds() []Kind { return []Kind{Phone, IDCard, BankCard} }

// What is wrong with a number.
var (
	// ErrForm means that it has not the length or the characters of its kind.
	ErrForm = errors.New("not the form of such a number")
	// ErrCheck means that its check digit does not follow from the others.
	ErrCheck = errors.New("check digit does not fit")
	// ErrBirth means that an identity card names a day that is not.
	ErrBirth = errors.New("date of birth does not exist")
	// ErrRegion means that an identity card names no province.
	ErrRegion = errors.New("region does not exist")
)

// Index finds sealed numbers by what they are, without opening them: a blind index. Its digests tell nothing to whoever
// has not the keys, but that two of them are of the same number.
type Index interface {
	// Blind returns the digest of a number in its normal form under every key that is held. The first is the one to
	// store. Equal numbers of a kind have equal digests under a key, wherever they stand, and numbers of two kinds have
	// nothing in common: a stored digest is of this number if it is any of these.
	Blind(kind Kind, normal string) []string
	// BlindMarks returns what the digests under each key begin with, in the order of Blind. A mark is eight characters
	// and a colon, no number's secret, and no other digest begins so.
	BlindMarks() []string
}

// Normal returns the one form of a number that people write in several: digits of one width, without what stands between
// them, a phone without the country's code, an identity card of 18. It checks nothing.
func Normal(kind Kind, text string) string {
	number := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), strings.ContainsRune("()\u2212", r):
			return -1 // what spreadsheets, address books and hands put between digits
		}
		return r
	}, norm.NFKC.String(text))
	switch kind {
	case Phone:
		return national(number)
	case IDCard:
		return ofEighteen(strings.ToUpper(number))
	default:
		return number
	}
}

// Parse returns the normal form of a number that is right, or one of the errors above.
func Parse(kind Kind, text string) (string, error) {
	number := Normal(kind, text)
	var err error
	switch kind {
	case Phone:
		err = checkPhone(number)
	case IDCard:
		err = checkIDCard(number)
	case BankCard:
		err = checkBankCard(number)
	default:
		err = ErrForm
	}
	if err != nil {
		return "", err
	}
	return number, nil
}

var (
	// Mobile numbers of the mainland have eleven digits from 13 to 19; a fixed line is written with its area code, 0 and
	// two or three digits, before seven or eight of its own (numbering plan of the ministry, 电信网编号计划).
	mobileForm = regexp.MustCompile(`^1[3-9]\d{9}$`)
	fixedForm  = regexp.MustCompile(`^0\d{9,11}$`)
	// fixedAbroad is a fixed line behind the country's code, where the 0 is left out.
	fixedAbroad = regexp.MustCompile(`^[2-9]\d{8,10}$|^10\d{8}$`)
)

func checkPhone(number string) error {
	if !mobileForm.MatchString(number) && !fixedForm.MatchString(number) {
		return ErrForm
	}
	return nil
}

// national takes the country's code from a phone number.
func national(number string) string {
	for _, code := range []string{"+86", "0086", "86"} {
		rest, ok := strings.CutPrefix(number, code)
		switch {
		case !ok:
		case mobileForm.MatchString(rest):
			return rest
		case code == "86": // without a sign before it, it may be the number's own
		case fixedAbroad.MatchString(rest):
			return "0" + rest
		default:
			return rest
		}
	}
	return number
}

// Mask shows a number without telling it: the first three digits of a phone, four of a card, and the last four.
func Mask(kind Kind, number string) string {
	first := 4
	if kind == Phone {
		first = 3
	}
	switch {
	case number == "":
		return ""
	case len(number) < first+8: // too little would be left between
		return "****"
	}
	return number[:first] + "****" + number[len(number)-4:]
}
