package flows

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/directory"
	"github.com/unionbot/unionbot/union/notice"
)

// ContactDesk follows the platform's address book.
type ContactDesk interface {
	Note(ctx context.Context, c directory.Change) error
}

// contacts takes note of what the platform tells of its address book. It says nothing: nobody is there to read it.
func contacts(desk ContactDesk) bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "contacts", Rev: 1, Title: "通讯录", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnKind(bot.KindContact)},
		Begin: func(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			c, ok := changeOf(t.Message)
			if !ok || desk == nil {
				return bot.End(), nil
			}
			if err := desk.Note(ctx, c); err != nil {
				return bot.Next{}, fmt.Errorf("note change: %w", err)
			}
			return bot.End(), nil
		},
	})
}

// Limits of what is kept of a change: the width of its columns.
const (
	subjectBytes = 80
	detailRunes  = 200
)

func changeOf(m bot.Message) (c directory.Change, ok bool) {
	if m.Contact == nil {
		return c, false
	}
	at := *m.Contact
	c = directory.Change{At: m.SentAt, Subject: "user:" + strings.ToLower(string(at.User))}
	switch at.Change {
	case "create_user":
		c.Kind, c.Detail = directory.Joined, at.Departments
	case "delete_user":
		c.Kind = directory.Left
	case "update_user":
		c.Kind = directory.Updated
		switch {
		case at.NewUser != "" && !strings.EqualFold(string(at.NewUser), string(at.User)):
			c.Kind, c.Detail = directory.Renamed, strings.ToLower(string(at.NewUser))
		case at.Departments != "":
			c.Kind, c.Detail = directory.Moved, at.Departments
		}
	case "create_party", "update_party", "delete_party":
		c.Kind, c.Subject = directory.Party, "party:"+at.Party
		c.Detail = strings.TrimSuffix(at.Change, "_party")
	}
	c.Detail = cut(c.Detail, detailRunes)
	known := strings.TrimPrefix(strings.TrimPrefix(c.Subject, "user:"), "party:") != ""
	return c, c.Kind != "" && known && len(c.Subject) <= subjectBytes
}

// changesListed is how many changes a notice lists; of the others it says how many there are.
const changesListed = 10

// DirectoryChanged tells an administrator what has changed in the address book, and what was done about it.
func (n *Notices) DirectoryChanged(r directory.Report) notice.Body {
	lines := []string{"企业微信通讯录有变动(以花名册为准,请核对后更新花名册):"}
	for i, c := range r.Changes {
		if i == changesListed {
			lines = append(lines, fmt.Sprintf("· 还有 %d 项,见花名册核对。", len(r.Changes)-i))
			break
		}
		lines = append(lines, "· "+changeWords(c))
	}
	return notice.Body{Text: strings.Join(lines, "\n")}
}

var partyWords = map[string]string{"create": "新增", "update": "变更", "delete": "删除"}

func changeWords(c directory.Reported) string {
	_, id, _ := strings.Cut(c.Subject, ":")
	who := "账号 " + id + "(花名册里没有)"
	if c.Member != 0 {
		who = c.Who.Name + "(" + c.Who.StaffNo + "," + c.Who.Unit() + ")"
	}
	switch c.Kind {
	case directory.Left:
		return who + "被移出通讯录" + leftWords(c)
	case directory.Joined:
		return who + "加入通讯录" + joinedWords(c)
	case directory.Moved:
		return who + "部门有变动" + movedWords(c)
	case directory.Renamed:
		if c.Effect == directory.Rekeyed {
			return who + "账号改为 " + c.Detail + ",已跟着改。"
		}
		return who + "账号改为 " + c.Detail + ",没有对上,请核对。"
	default:
		return "部门 " + id + " " + partyWords[c.Detail] + ",花名册没有改。"
	}
}

func movedWords(c directory.Reported) string {
	switch c.Effect {
	case directory.Placed:
		return ",已转到现在的单位,没办完的事按规定跟着转。职务没有改,请核对,并更新花名册。"
	case directory.Unclear:
		return "(部门 " + c.Detail + "),说不清是哪个单位,没有转:请在 WECOM_DEPARTMENTS 里写上这些部门各是哪个单位,或直接更新花名册。"
	case directory.Missing:
		return "(部门 " + c.Detail + "),WECOM_DEPARTMENTS 里写的单位花名册里没有,没有转,请核对。"
	}
	return ",花名册没有改。"
}

func leftWords(c directory.Reported) string {
	switch c.Effect {
	case directory.Revoked:
		text := ":已停止派单,干部权限已收回。"
		if c.Who.Status == union.Retired {
			text = ":干部权限已收回,退休会员的服务不受影响。"
		}
		if c.Tasks > 0 {
			text += fmt.Sprintf("手上还有 %d 件待办,请安排别人办。", c.Tasks)
		}
		return text
	case directory.Held:
		return ":一次移出的人太多,没有自动停权,请核对。"
	}
	return "。"
}

func joinedWords(c directory.Reported) string {
	if c.Member != 0 && c.Who.Status == union.Left {
		return ",花名册里是离职,要恢复请更新花名册。"
	}
	if c.Member != 0 {
		return "。"
	}
	return ",请补进花名册。"
}
