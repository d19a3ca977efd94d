package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union/personal"
)

func keyNamed(name string, fill byte) string {
	return name + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

func parse(t testing.TB, keys ...string) *seal.Keyring {
	t.Helper()
	r, err := seal.Parse(strings.Join(keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsSealedOpensOnlyInItsPlace(t *testing.T) {
	ring := parse(t, keyNamed("a", 1))
	rapid.Check(t, func(t *rapid.T) {
		plain, place := rapid.String().Draw(t, "plain"), rapid.String().Draw(t, "place")
		sealed, err := ring.Seal(plain, place)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ring.Open(sealed, place); err != nil || got != plain {
			t.Fatalf("opened %q, %v, want %q", got, err, plain)
		}
		if got, err := ring.Open(sealed, place+"x"); err == nil {
			t.Fatalf("opened %q elsewhere", got)
		}
		twice, err := ring.Seal(plain, place)
		if err != nil || twice == sealed {
			t.Fatalf("sealed twice alike: %v", err)
		}
	})
}

func TestAChangedValueDoesNotOpen(t *testing.T) {
	ring := parse(t, keyNamed("a", 1))
	sealed, err := ring.Seal("13900000021", "phone")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		if got, err := ring.Open(base64.RawStdEncoding.EncodeToString(changed), "phone"); err == nil {
			t.Errorf("byte %d changed, opened %q", i, got)
		}
		if got, err := ring.Open(base64.RawStdEncoding.EncodeToString(raw[:i]), "phone"); err == nil {
			t.Errorf("cut to %d bytes, opened %q", i, got)
		}
	}
	for _, wrong := range []string{"", "****", "13900000021"} {
		if _, err := ring.Open(wrong, "phone"); err == nil {
			t.Errorf("%q opened", wrong)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	before := parse(t, keyNamed("2025", 1))
	during := parse(t, keyNamed("2026", 2), keyNamed("2025", 1))
	after := parse(t, keyNamed("2026", 2))
	old, err := before.Seal("x", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := during.Open(old, ""); err != nil || got != "x" {
		t.Errorf("the old key is held: %q, %v", got, err)
	}
	if _, err := after.Open(old, ""); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("the old key is gone: %v", err)
	}
	fresh, err := during.Seal("x", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := after.Open(fresh, ""); err != nil || got != "x" {
		t.Errorf("the first key seals: %q, %v", got, err)
	}
}

func TestABlindDigestFindsANumberWhereverItStands(t *testing.T) {
	old, both := parse(t, keyNamed("a", 1)), parse(t, keyNamed("b", 2), keyNamed("a", 1))
	seen := map[string]string{}
	for _, kind := range append(personal.Kinds(), "another") {
		stored := old.Blind(kind, "6205500000000000004")
		if again := old.Blind(kind, "6205500000000000004"); len(stored) != 1 || again[0] != stored[0] {
			t.Errorf("%s: %v, and again %v", kind, stored, again)
		}
		now := both.Blind(kind, "6205500000000000004")
		if len(now) != 2 || now[1] != stored[0] || now[0] == now[1] {
			t.Errorf("%s: after a change of keys %v, before %v", kind, now, stored)
		}
		for i, mark := range both.BlindMarks() {
			if !strings.HasPrefix(now[i], mark) || len(mark) != 9 || len(now[i]) > 64 {
				t.Errorf("%s: %s begins not with %s, or is too long", kind, now[i], mark)
			}
		}
		for name, list := range map[string][]string{
			"another number": old.Blind(kind, "6205500000000000012"), "another key of that name": parse(t, keyNamed("a", 3)).Blind(kind, "6205500000000000004"),
			"this": stored, "what detects changes": old.Digests("6205500000000000004", string(kind)),
		} {
			name = string(kind) + ", " + name
			for _, digest := range list {
				digest = digest[strings.LastIndex(digest, ":")+1:]
				if other, taken := seen[digest]; taken {
					t.Errorf("%s has the digest of %s", name, other)
				}
				seen[digest] = name
			}
		}
	}
}

// A stored digest must be found by the versions to come. The figures were computed apart from this program, by Python's hmac.
func TestABlindDigestStaysWhatItIs(t *testing.T) {
	ring := parse(t, keyNamed("a", 1))
	for kind, want := range map[personal.Kind]string{
		personal.Phone:    "ca978112:jZuVGE3ILJ4vt8Ny6HInk4apVbw0fH2DkWI7wbIA44k",
		personal.IDCard:   "ca978112:bTDnJTCCQ96fhTS-FJrrjR_0VPoBdXCvMaiLO_bMlU8",
		personal.BankCard: "ca978112:iOVmuKGWNbJMbCU4Hsuxj0W1JUw4Zw6GFdmRp7JwWyI",
	} {
		if got := ring.Blind(kind, "13900000021")[0]; got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

func TestDigestsFindAValueUnderEveryKeyAndOnlyInItsPlace(t *testing.T) {
	before, during := parse(t, keyNamed("2025", 1)), parse(t, keyNamed("2026", 2), keyNamed("2025", 1))
	stored := before.Digests("123456", "code/1")
	if len(stored) != 1 || len(stored[0]) != 64 {
		t.Fatalf("digests %q", stored)
	}
	now := during.Digests("123456", "code/1")
	if len(now) != 2 || now[1] != stored[0] || now[0] == now[1] {
		t.Errorf("digests %q, want the stored one as the second", now)
	}
	for _, other := range [][2]string{{"123456", "code/2"}, {"123457", "code/1"}, {"", "code/1"}, {"1\x00123456", "code/"}} {
		if before.Digests(other[0], other[1])[0] == stored[0] {
			t.Errorf("%q has the same digest", other)
		}
	}
}

func TestKeysThatAreNoneAreRefusedWithoutBeingRepeated(t *testing.T) {
	short := base64.StdEncoding.EncodeToString([]byte("too short a key"))
	for _, wrong := range []string{
		"", "noname", ":" + short, "a:" + short, "a:?", keyNamed("a", 1) + ",", keyNamed("a", 1) + "," + keyNamed("a", 2),
	} {
		_, err := seal.Parse(wrong)
		if err == nil {
			t.Errorf("%q was accepted", wrong)
			continue
		}
		if strings.Contains(err.Error(), short) || strings.Contains(err.Error(), "AQEB") {
			t.Errorf("the error repeats a key: %v", err)
		}
	}
	if _, err := seal.Parse(" " + keyNamed("a", 1) + " , " + keyNamed("b", 2)); err != nil {
		t.Errorf("spaces around keys: %v", err)
	}
}

func TestASignatureHoldsUnderItsOwnKeyOnly(t *testing.T) {
	older := parse(t, keyNamed("old", 1))
	signature := older.Sign([]byte("entry"))
	rotated := parse(t, keyNamed("new", 2), keyNamed("old", 1))
	for _, test := range []struct {
		name        string
		ring        *seal.Keyring
		data        string
		signature   string
		valid, held bool
	}{
		{"the key that signed", older, "entry", signature, true, true},
		{"after a rotation", rotated, "entry", signature, true, true},
		{"other data", rotated, "entrx", signature, false, true},
		{"another key of the ring", rotated, "entry", rotated.Sign([]byte("entry"))[:8] + signature[8:], false, true},
		{"a key that is gone", parse(t, keyNamed("new", 2)), "entry", signature, false, false},
		{"no signature", rotated, "entry", "", false, true},
	} {
		if valid, held := test.ring.Verify([]byte(test.data), test.signature); valid != test.valid || held != test.held {
			t.Errorf("%s: valid %v, held %v", test.name, valid, held)
		}
	}
}

func TestARetiredKeyVerifiesAndDoesNothingElse(t *testing.T) {
	older := parse(t, keyNamed("old", 1))
	signature := older.Sign([]byte("entry"))
	sealed, err := older.Seal("x", "")
	if err != nil {
		t.Fatal(err)
	}
	entry, err := older.Retired("old")
	if err != nil || strings.Contains(entry, keyNamed("old", 1)[len("old:"):]) {
		t.Fatalf("%s, %v", entry, err)
	}
	ring := parse(t, keyNamed("new", 2), entry)
	if valid, held := ring.Verify([]byte("entry"), signature); !valid || !held {
		t.Errorf("valid %v, held %v", valid, held)
	}
	if valid, _ := ring.Verify([]byte("entrx"), signature); valid {
		t.Error("other data is taken as signed")
	}
	if _, err := ring.Open(sealed, ""); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("it opens: %v", err)
	}
	if len(ring.Names()) != 1 || len(ring.Digests("x", "y")) != 1 {
		t.Error("it looks up")
	}
	for _, wrong := range []string{entry, entry + "," + keyNamed("new", 2), keyNamed("old", 2) + "," + entry} {
		if _, err := seal.Parse(wrong); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
}
