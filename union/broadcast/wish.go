package broadcast

import (
	"regexp"
	"strings"
)

// What is a wish decides who never gets it, so that it is judged narrowly: every clause of it is one that is known to greet, wish, thank
// or sign, and nothing in it is to be known or done. A wish too many hurts for a day; a deadline that somebody who is ill has not
// heard of is lost.
const (
	// calm is a run of words that send nobody anywhere and hand out nothing.
	calm = `(?:在?新的一年里?|[^在到找问给拿领取发归由交叫跟换停休走涨联票券粽饼])`
	// feast is what is wished for a day.
	feast = `(?:今天|明天|是|五一|国庆|元旦|春节|新春|新年|中秋|端午|重阳|除夕|元宵|腊八|小年|冬至|三八|八一|七一|五四|平安夜|圣诞|双节|佳节|生日|[\p{Han}]{0,6}节|建[党军国厂]|[一二三四五六七八九十百]+周年|[新本鼠牛虎兔龙蛇马羊猴鸡狗猪]年|[的、和]|马上|就要|即将)+`
	// good is what a wish ends in.
	good = `(?:快乐|愉快|安康|如意|吉祥|健康|健健康康|平安|平平安安|幸福|美满|欢乐|团[圆聚]|顺[利心意遂]|顺风|成功|早日康复|进步|大吉|开心|高兴|喜乐|安好|常[在青乐伴]|有[成余]|兴[旺隆]|发财|广进|似锦|长寿|百岁|如东海|比南山|美好|丰收|高升|腾飞|红火|` +
		`圆满|辉煌|胜意|无忧|事成|到成功|永驻|年轻|美丽|漂亮|满堂|盈门|好运|佳绩|新高|新成绩|更上一层楼|再接再厉|吉星高照|百年好合|白头偕老)`
	// whole is what a wish begins with that stands behind another one: 身体健康, 阖家团圆.
	whole = `(?:身体|工作|事业|学业|学习|家庭|[阖全合]家|家人|万事|事事|诸事|凡事|生活|心情|心想|岁岁|年年|日日|天天|常常|笑口|一切|出入|一[路生]|大家|您|你们?|永远|青春|前程|鹏程|财源|福如|寿比|马到|步步|五谷|儿女|桃李|生意|` +
		`在?新的一年里?|今后|未来|再[创续]|勇创|共创|共享|更加|更|也|都|和|、|的)`
)

var (
	wishes = regexp.MustCompile(`^(?:值此?` + calm + `{0,16}(?:之际|来临))?(?:` + calm + `{0,8}(?:工会|分会|公司|集团|委员会))?(?:(?:我们?|在此|[谨敬恭预顺再衷心地最后一并]|由衷|真诚|热烈|特此|□)*(?:祝[福愿]?|愿)` + calm + `{0,30}?` + good + `|[谨敬热烈衷心特此地]*祝贺` + calm + `+)[啊呀吧]?$|` +
		`^` + calm + `{0,12}(?:快乐|愉快|安康|如意|吉祥|(?:节日|新年|过年|新春)好)[啊呀]?$|^` + calm + `{0,4}(?:给` + calm + `{0,12})?拜(?:个?早)?年[啦了]?$|` +
		`^[^在到找问拿领取由联票券粽饼]{0,30}(?:致以|送上|表示|献上).{0,16}(?:问候|祝[福愿贺]|敬意)$|` +
		`^(?i:(?:wishing|(?:we )?wish) (?:you|everyone|all)\b.{0,20})?(?i: ?(?:a|very|all|and|of|the|to|you|everyone|our|with|best wishes|warm(?:est)? wishes|happy|merry|joyful|healthy|prosperous|new year|(?:spring|mid-autumn|dragon boat|lantern) festival|(?:labou?r|national|women's|nurses'?) day|christmas|birthday|holidays?|good health|happiness|success)\b)+$`)
	// opens is what may stand beside it: whom it is for, the occasion, thanks, and who signs.
	opens = regexp.MustCompile(`^(?:` + calm + `{0,12}(?:师傅|同志们?|朋友们?|工友们?|姐妹们?|职工们?|会员们?|家人们?|女士|先生|工会|分会|公司|集团|委员会)|(?:大家|您|你们?)好|亲爱的` + calm + `{0,10}|(?:值此?|又是一年)?` + calm + `{0,16}(?:将至|之际)|` +
		`(?:值此?)?` + feast + `(?:来临|到来|到了|来了|快乐)?(?:之际)?|(?:今天|明天)是` + calm + `{0,10}(?:节|生日|元旦|新年|除夕)|(?:感谢|谢谢|辛苦)[^拿领取找票券粽饼]{0,24}|(?:热烈)?庆祝` + feast + `|请(?:接受|允许)` + calm + `{0,14}(?:祝[福愿贺]|问候|敬意)|` +
		whole + `+` + good + `(?:` + whole + `*` + good + `)*|(?:` + good + `)+|(?i:dear .{0,20}))$`)
	// tells is what no wish alone says: what is to be known or done, by when and where, and what mourns.
	tells = regexp.MustCompile(`请(?:[^接允]|$)|务必|须|截[止至]|报名|申[请报]|登记|填|上报|领[取券票奖]|提交|办理|通知|通告|会议|大会|召开|开会|座谈|联欢|晚会|活动|比赛|培训|讲座|考试|体检|义诊|` +
		`停[水电气工产运]|检修|放假|调休|[值加]班|注意|不得|严?禁|安全|消防|防[火汛盗疫]|地[点址]|时间|电话|食堂|名单|[以如]下|附件|链接|http|补[助贴]|救助|帮扶|慰问[金品]|工资|缴|交[费到]|[之日]前|月底|改[期到为在]|搬|` +
		`\d\s*[月日号点时:元]|[一二三四五六七八九十两半]点|周[一二三四五六日天]|星期|哀|悼|逝|沉痛|不幸|遗|烈士|遇难|抚恤|(?i:please|deadline|meeting|register|(?:mon|tues|wednes|thurs|fri|satur|sun)day)`)
	clauses = regexp.MustCompile(`[,，。!！?？;；:：~～—…\n]+`)
)

// wish says whether a text is a wish as a whole, whatever stands for the receiver in it.
func wish(text string) bool {
	for _, v := range variables {
		text = strings.ReplaceAll(text, v, "")
	}
	if text = titled.ReplaceAllString(text, "□"); tells.MatchString(text) || strings.Contains(text, "□") {
		return false
	}
	wished := false
	for _, clause := range clauses.Split(text, -1) {
		clause = strings.TrimSpace(clause)
		is := wishes.MatchString(clause)
		if clause != "" && !is && !opens.MatchString(clause) {
			return false
		}
		wished = wished || is
	}
	return wished
}
