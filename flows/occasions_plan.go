package flows

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// planned is how far ahead 计划 shows what is said once.
const planned = 7 * 24 * time.Hour

// upcoming lists what somebody has written that goes out once within the week.
func (o *occasions) upcoming(ctx context.Context, t *occasionsTurn, officer union.MemberID) (lines []string, err error) {
	list, more, err := o.casts.Upcoming(ctx, officer, t.Now.Add(planned), listed)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	lines = append(lines, "7 天内的群发:")
	words := castWords{o.calendar}
	for _, b := range list {
		line := fmt.Sprintf("· %s %s,%s(%s)", words.when(b, t.Now), words.about(b)+" "+b.Number, words.heads(b.Audience, b.Head), castStates[b.State])
		if len(b.Quiet) > 0 {
			line += "," + quietUnits(b) + " 在静默,到时扣住"
		}
		lines = append(lines, line)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("· 还有 %d 个,看\"我的群发\"", more))
	}
	return lines, nil
}

// missed names whom what was planned has not reached because its time passed.
func (o *occasions) missed(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	list, more, err := o.desk.MissedOut(ctx, officer)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.Say("近 7 天,您管的范围没有漏发的祝福。")
		return nil
	}
	lines := []string{"近 7 天没发成、不再补的:"}
	for _, g := range list {
		lines = append(lines, fmt.Sprintf("· %s %s(%s)%s %s,%s", g.To.StaffNo, g.To.Name, g.To.Unit(), o.desk.Label(g.Occasion), dayOf(g.Day), saidStates[g.State]))
	}
	t.Say(strings.Join(append(andMore(lines, more), "可以打个电话补上一句;慰问品照领。"), "\n"))
	return nil
}
