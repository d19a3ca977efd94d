package flows

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

func TestOneSentenceFillsSeveralFields(t *testing.T) {
	days, err := calendar.New(time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	data, err := reference.Load(shipped.Files, os.DirFS("testdata/reference"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := service.Load(reference.Fill(os.DirFS("testdata/services"), data))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tree := []union.Organisation{{ID: 1, Path: "集团公司"}, {ID: 2, Path: "集团公司/一分厂"}, {ID: 3, Path: "集团公司/一分厂/锅炉班"}, {ID: 4, Path: "集团公司/二分厂/锅炉班"}}
	for _, c := range []struct{ service, text, want string }{
		{"illness", "我老婆上周三住院花了5万2,还没报销", "cost=52,000.00 元 on=2026年11月11日(周三) patient=家属"},
		{"illness", "我老婆上周三住院花了5万2,报了3000块,住了十二天,电话13800138000", "back=3,000.00 元 cost=52,000.00 元 days=12天 on=2026年11月11日(周三) patient=家属 phone=13800138000"},
		{"illness", "住院押金5万2", ""},   // of which of the two
		{"illness", "花了5万多", ""},     // vague
		{"illness", "昨天去的,今天出院", ""}, // two days
		{"illness", "不是家属,是我自己", "patient=本人"},
		{"illness", "我自己和老婆都去了", ""}, // both
		{"illness", "明天住院", ""},      // it lies on the wrong side
		{"illness", "三天前住的", "on=2026年11月19日(周四)"},
		{"illness", "", ""},
		{"shop_visit", "明天下午3点去一分厂锅炉班,在三号行车碰头", "at=2026年11月23日(周一)15:00 place=三车间/3号行车 unit=一分厂/锅炉班"},
		{"shop_visit", "明天3点去锅炉班", ""}, // of either half of the day, and of two
		{"shop_visit", "去三车间3#行车和二号炉", ""},
		{"shop_visit", "王芳接待", ""}, // members are not read out of sentences
	} {
		s, ok := set.On("").Get(c.service)
		if !ok {
			t.Fatalf("no service %s", c.service)
		}
		var got []string
		for name, v := range Extract(s, c.text, now, days, tree, nil, "zh-CN") {
			got = append(got, name+"="+v.Text)
		}
		slices.Sort(got)
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.text, text, c.want)
		}
	}
}

// TestWhereSomethingIsIsHeard has a part of a sentence say where something is, or when, or with what, or nothing of it.
func TestWhereSomethingIsIsHeard(t *testing.T) {
	for said, want := range map[string]string{
		"砂轮机防护罩掉了,在二号工位": "二号工位", "在锅炉班,压力表坏了": "锅炉班", "漏油了,就在三号线旁边": "三号线旁边", "吊具断股,在老车间": "老车间", "在三号停车位,地面塌了": "三号停车位", "在配电间": "配电间", "掉了,在空压机旁边": "空压机旁边", "在2号机": "2号机",
		"灯不亮,在男卫生间": "男卫生间", "在南大门岗位亭旁边,灯不亮": "南大门岗位亭旁边",
		"防护罩掉了,在检修期间": "", "防护罩没装,在上班时间": "", "砂轮机没罩子,在加班": "", "在夜班,吊具断股": "", "在我们单位,吊具断股": "", "照片拍了,在手机里": "", "吊具断股,在旁边": "", "在这边,吊具断股": "",
		"在中间,吊具断股": "", "在现场,吊具断股": "", "在位": "", "他没戴帽子,在岗位上": "", "钥匙没拔,在司机": "", "在交接班,没人管": "", "在午休期间": "", "在我这边": "", "在夜间": "", "在三号岗位": "三号岗位", "在检修期间,漏油了,在二号炉": "二号炉",
	} {
		got := ""
		if found := placesSaid(said); len(found) == 1 {
			got = found[0]
		}
		if got != want {
			t.Errorf("%s: at %q, want %q", said, got, want)
		}
	}
}
