package flows

import "testing"

func TestWhoComplainsIsNotAnsweredAsWhoThanks(t *testing.T) {
	for yes, list := range map[bool][]string{
		true: {"谢谢生日祝福", "谢谢您的生日祝福", "谢谢工会的生日祝福", "谢谢工会的生日礼物", "谢谢你们的端午粽子", "谢谢节日祝福", "谢谢工会的中秋月饼", "谢谢张工", "谢谢小王", "谢谢老李了", "谢谢我师傅",
			"谢谢王医生", "谢谢我们班组", "谢谢大家", "感谢李主席的关心", "辛苦了", "收到,辛苦了", "大家辛苦了", "您太辛苦了", "李主席辛苦了", "各位师傅辛苦了", "你们都辛苦了", "工会同志们辛苦了"},
		false: {"我们太辛苦了", "我们班组太辛苦了", "夜班工友太辛苦了", "咱们都辛苦", "我太辛苦了", "太辛苦了", "真的太辛苦了", "夜班师傅太辛苦了", "大家太辛苦了", "夜班太辛苦", "谢谢没有医生", "谢谢不给医生",
			"谢谢工会我要找医生", "谢谢停工", "谢谢小王打我", "谢谢生日没人管", "谢谢工会的月饼没发"},
	} {
		for _, text := range list {
			if got, _ := isThanks(text); got != yes {
				t.Errorf("%q thanks: %v, want %v", text, got, yes)
			}
		}
	}
}
