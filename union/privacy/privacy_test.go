package privacy

import "testing"

func TestAMaskTellsTooLittleToGuessTheRest(t *testing.T) {
	for plain, want := range map[string]string{
		"": "", "13900010000": "139****0000", "12345": "****", "11010519491231002X": "110****002X",
	} {
		if got := mask(plain, 3); got != want {
			t.Errorf("%q is shown as %q, want %q", plain, got, want)
		}
	}
}
