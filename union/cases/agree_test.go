package cases

import (
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

func TestPlacesAgreeByNameByDistanceAndByWords(t *testing.T) {
	value := func(text, raw string) Value { return Value{Text: text, Raw: []byte(raw)} }
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{value("锅炉房二楼", ""), value("锅炉房2楼", ""), true},
		{value("锅炉房二楼平台", ""), value("锅炉房2楼", ""), true},
		{value("锅炉房二楼", ""), value("锅炉房三楼", ""), false},
		{value("三号行车", ""), value("四号行车", ""), false},
		{value("食堂", ""), value("锅炉房", ""), false},
		{value("", ""), value("", ""), false},
		{value("三车间/3号行车", `{"place":"crane_3"}`), value("3号行车", `{"place":"crane_3"}`), true},
		{value("三车间/3号行车", `{"place":"crane_3"}`), value("三车间/3号行车旁", `{"place":"crane_4"}`), false},
		{value("a", `{"at":{"latitude":31.2,"longitude":121.5}}`), value("b", `{"at":{"latitude":31.2005,"longitude":121.5}}`), true},
		{value("a", `{"at":{"latitude":31.2,"longitude":121.5}}`), value("b", `{"at":{"latitude":31.21,"longitude":121.5}}`), false},
	} {
		if got := agree(c.a, c.b, 80); got != c.want {
			t.Errorf("%v and %v agree: %v", c.a, c.b, got)
		}
	}
	far, farther := value("a", `{"at":{"latitude":31.2,"longitude":121.5}}`), value("b", `{"at":{"latitude":31.21,"longitude":121.5}}`)
	for metres, want := range map[int]bool{0: false, 1000: false, 1200: true} {
		if got := agree(far, farther, service.Similar{Metres: metres}.Near()); got != want {
			t.Errorf("within %d metres they agree: %v", metres, got)
		}
	}
	if d := metres(service.Degrees{Latitude: 31, Longitude: 121}, service.Degrees{Latitude: 31, Longitude: 121.01}); d < 900 || d > 1000 {
		t.Errorf("a hundredth of a degree eastwards is %.0f metres", d)
	}
}
