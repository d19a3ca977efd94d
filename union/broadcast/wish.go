package broadcast

import (
	"regexp"
	"strings"
)

// What is a wish decides who never gets it, so that it is judged narrowly: a notice that ends in a wish, or has anything to be known
// or done in it, is none. A wish too many hurts for a day; a deadline that somebody who is ill has not heard of is lost.
var (
	wishes = regexp.MustCompile(`祝|(?:快乐|愉快|安康|如意|吉祥)[啊呀]?$|(?:节日|新年|过年)好|拜年|致以.*(?:问候|祝福|祝愿|敬意)|(?i:^happy |best wishes)`)
	// opens is what may stand before it: whom it is for, and the occasion.
	opens = regexp.MustCompile(`^(?:.{0,12}(?:师傅|同志们?|朋友们?|工友们?|姐妹们?|职工们?|会员们?|家人们?|女士|先生)|(?:大家|您|你们?)好|亲爱的.{0,10}|.{0,16}(?:将至|来临|到来|之际|到了|来了)|(?:今天|明天)是.{0,10}(?:节|生日|元旦|新年|除夕)|(?:感谢|谢谢|辛苦).{0,24}|(?i:dear .{0,20}))$`)
	// tells is what no wish alone says: what is to be known or done, by when and where, and what mourns.
	tells = regexp.MustCompile(`请(?:[^接允]|$)|务必|须|截[止至]|报名|申[请报]|登记|填|上报|领[取券票奖]|提交|办理|通知|通告|会议|大会|召开|开会|座谈|联欢|晚会|活动|比赛|培训|讲座|考试|体检|义诊|` +
		`停[水电气工产]|检修|放假|调休|[值加]班|注意|不得|严?禁|安全|消防|防[火汛盗疫]|地[点址]|时间|电话|食堂|名单|[以如]下|附件|链接|http|补[助贴]|救助|帮扶|慰问[金品]|工资|缴|交[费到]|[之日]前|月底|改[期到为在]|搬|` +
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
	for _, clause := range clauses.Split(text, -1) {
		clause = strings.TrimSpace(clause)
		if wishes.MatchString(clause) {
			return true
		}
		if clause != "" && !opens.MatchString(clause) {
			break
		}
	}
	return false
}
