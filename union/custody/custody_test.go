package custody_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/custody"
)

func made(t *testing.T, shares int) (*custody.Ring, []string, string) {
	t.Helper()
	k, list, err := custody.New(rand.Reader, shares)
	if err != nil {
		t.Fatal(err)
	}
	r, err := custody.Parse(k.String())
	if err != nil {
		t.Fatal(err)
	}
	return r, list, k.String()
}

func TestAnyTwoSharesOpenAndOneDoesNot(t *testing.T) {
	r, shares, _ := made(t, 4)
	sealed, err := r.Seal([]byte("王强"), "case/1")
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range shares {
		for j, b := range shares {
			got, err := r.Open(a, b, sealed, "case/1")
			switch {
			case i == j && !errors.Is(err, custody.ErrSameShare):
				t.Errorf("share %d alone: %q, %v", i, got, err)
			case i != j && (err != nil || string(got) != "王强"):
				t.Errorf("shares %d and %d: %q, %v", i, j, got, err)
			}
		}
	}
	if got, err := r.Open(shares[0], shares[1], sealed, "case/2"); err == nil {
		t.Errorf("moved to another case it opens: %q", got)
	}
}

func TestAShareIsReadHoweverItIsTyped(t *testing.T) {
	r, shares, _ := made(t, 2)
	sealed, err := r.Seal([]byte("x"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := shares[0]
	if len(s) != 64+15 {
		t.Errorf("a share is %d long: %s", len(s), s)
	}
	wide := strings.Map(func(r rune) rune { return r + 0xfee0 }, s)
	for _, typed := range []string{
		strings.ToLower(s), strings.ReplaceAll(s, "-", " "), strings.ReplaceAll(s, "-", ""), "\n" + s + " ", wide,
		strings.NewReplacer("0", "O", "1", "l").Replace(s),
	} {
		if kept, err := r.Check(typed, sealed); err != nil || kept != s {
			t.Errorf("%q is %q, %v", typed, kept, err)
		}
	}
}

func TestAMistypedShareIsToldWhereverTheSlipIs(t *testing.T) {
	r, shares, _ := made(t, 2)
	sealed, err := r.Seal([]byte("x"), "")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range shares[0] {
		if c == '-' {
			continue
		}
		other := "7"
		if c == '7' {
			other = "8"
		}
		if _, err := r.Check(shares[0][:i]+other+shares[0][i+1:], sealed); !errors.Is(err, custody.ErrMistyped) {
			t.Errorf("another letter at %d: %v", i, err)
		}
	}
	for _, typed := range []string{"", "我忘了", shares[0][:70], shares[0] + "-0000", shares[0] + shares[1]} {
		if _, err := r.Check(typed, sealed); !errors.Is(err, custody.ErrMistyped) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestKeysAreToldApart(t *testing.T) {
	older, oldShares, oldKey := made(t, 2)
	_, newShares, newKey := made(t, 3)
	sealed, err := older.Seal([]byte("x"), "a")
	if err != nil {
		t.Fatal(err)
	}
	both, err := custody.Parse(newKey + "," + oldKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Check(newShares[0], sealed); !errors.Is(err, custody.ErrOtherKey) {
		t.Errorf("a share of the new key: %v", err)
	}
	if got, err := both.Open(oldShares[1], oldShares[0], sealed, "a"); err != nil || string(got) != "x" {
		t.Errorf("what the old key keeps: %q, %v", got, err)
	}
	fresh, err := both.Seal([]byte("y"), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Check(oldShares[0], fresh); !errors.Is(err, custody.ErrOtherKey) {
		t.Errorf("the first key does not seal: %v", err)
	}
	alone, err := custody.Parse(newKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alone.Open(oldShares[1], oldShares[0], sealed, "a"); !errors.Is(err, custody.ErrUnknownKey) {
		t.Errorf("without the old key: %v", err)
	}
}

// Two of the same custodian's making would else be found out only when the other's is there too.
func TestAForgedShareIsKnownByItself(t *testing.T) {
	r, shares, key := made(t, 2)
	sealed, err := r.Seal([]byte("x"), "a")
	if err != nil {
		t.Fatal(err)
	}
	forged := custody.Forge(shares[0])
	if forged == shares[0] {
		t.Fatal("not forged")
	}
	if _, err := r.Check(forged, sealed); !errors.Is(err, custody.ErrForged) {
		t.Errorf("forged: %v", err)
	}
	if _, err := r.Open(forged, shares[1], sealed, "a"); !errors.Is(err, custody.ErrForged) {
		t.Errorf("opened with a forged one: %v", err)
	}
	if bytes.Contains([]byte(key), []byte(shares[0][:19])) {
		t.Error("the key tells a share")
	}
}

func TestADamagedKeyIsRefused(t *testing.T) {
	_, _, key := made(t, 2)
	for _, text := range []string{"custodians:", key[:len(key)-4], strings.TrimPrefix(key, "custodians:"), key + ",", "custodians:!"} {
		if _, err := custody.Parse(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
	if r, err := custody.Parse(" "); err != nil || r.Keeps() {
		t.Errorf("no key: %v, %v", r, err)
	}
	for _, n := range []int{-1, 0, 1, custody.MostShares + 1} {
		if _, _, err := custody.New(rand.Reader, n); err == nil {
			t.Errorf("%d shares", n)
		}
	}
}
