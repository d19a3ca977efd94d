package broadcast_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestAWishIsFoundHoweverItIsWorded(t *testing.T) {
	for text, wish := range map[string]bool{
		"祝大家中秋快乐": true, "祝{姓名}身体健康": true, "祝 {姓名} 万事如意": true, "祝同志们工作顺利": true, "祝女职工们永远年轻": true, "端午安康": true, "祝您和家人万事如意": true,
		"新年好!周五开会": true, "向坚守岗位的{姓名}致以节日的慰问": true, "恭贺新禧": true, "祝": true, "吉祥如意": true,
		"周五上午九点二楼开座谈会,请带工会证": false, "请{姓名}领取上级工会的祝贺信": false, "周五下午开建厂五十周年庆祝大会": false, "庆祝五一表彰大会,请准时到场": false,
		"祝贺仪式 9 点开始": false, "新年茶话会周五下午开": false, "安康医院体检:周三空腹来": false, "祝贺{姓名}当选": true, "祝贺大会之后,祝大家平安": true, "祝贺信:祝贺你": true,
		"请祝建国、祝春梅两位到会议室": true, // a name is taken for one: the writer is told which word it is
		"节日值班安排:周五开会":    false, "节日的慰问品周五领取": false, "领取祝贺信时祝老师傅安康": true, "庆祝五一,祝大家开会顺利": true,
		"庆祝五一，祝大家开会顺利": true, "庆祝五一！祝大家开会顺利": true, "庆祝五一；祝大家开会顺利": true, "庆祝五一？祝大家开会顺利": true, "庆祝五一祝大家开会顺利": true,
		"庆祝五一，周五上午开会": true, "请到场，庆祝五一表彰大会九点开始": false, "各位好！庆祝五一文艺演出，周五下午二楼": false, "节日值班安排：周五开会，请准时；谢谢！": false,
	} {
		if got := broadcast.Cheer(text); (got != "") != wish {
			t.Errorf("of %s is found %q", text, got)
		}
	}
}
