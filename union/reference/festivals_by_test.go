package reference_test

import (
	"testing"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

// A day of a trade, of a minority, or of mourning that comes along names who has made it one: the others stand in the nation's list of holidays.
func TestEveryDayThatComesAlongHasASource(t *testing.T) {
	d, err := reference.Load(shipped.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Festivals.Festivals {
		if own := len(f.Posts) > 0 || f.Chosen || f.Somber && f.On != "清明"; own != (f.By != "") {
			t.Errorf("%s says %q of who made it a day", f.Name, f.By)
		}
	}
}
