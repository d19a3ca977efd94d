package flows

import "testing"

func TestWhoIsHurtIsHeardAndWhoMayBeIsAskedAfter(t *testing.T) {
	for text, want := range map[string]bool{
		"有人晕倒了": true, "二号配电室有人触电": true, "老李的手被压住了": true, "護欄掉下來砸傷人了": true,
		"差点砸到人": false, "没人受伤,钢丝绳断了": false, "钢丝绳快断了": false, "再不修要砸到人": false, "怕有人触电": false,
	} {
		if got := saysHurt(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestAPlaceIsNotTheEndOfAGreaterNumber(t *testing.T) {
	for spot, want := range map[string]string{
		"三车间/3号行车": "三车间/3号行车", "三车间/13号行车": "三号行车 三车间/13号行车", "三车间/十三号行车": "三号行车 三车间/十三号行车",
		"13号行车和3号行车之间": "13号行车和3号行车之间",
	} {
		if got := (&alarmData{Place: "三号行车", Spot: spot}).where(); got != want {
			t.Errorf("%s: %s", spot, got)
		}
	}
}
