package roster

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// column is one field of the members file.
type column struct {
	name     string
	titles   []string // the first is how we call it ourselves
	required bool     // the file must have the column, and nobody's cell can be cleared
	// sensitive values are masked in problems.
	sensitive bool
	// parse puts the text of a cell into the form in which it is kept, or says what is wrong with it.
	parse func(text string) (value, wrong string)
	cell  func(*Row) *Cell
}

// columns are all but staff_no and roles, which are no mere cells.
var columns = []column{
	{name: "name", titles: []string{"姓名", "职工姓名", "会员姓名"}, required: true, sensitive: true, parse: parseName,
		cell: func(r *Row) *Cell { return &r.Name }},
	{name: "phone", titles: []string{"手机", "手机号", "手机号码", "电话", "联系电话"}, sensitive: true, parse: parsePhone,
		cell: func(r *Row) *Cell { return &r.Phone }},
	{name: "id_card", titles: []string{"身份证号", "身份证", "身份证号码", "公民身份号码"}, sensitive: true, parse: parseIDCard,
		cell: func(r *Row) *Cell { return &r.IDCard }},
	{name: "gender", titles: []string{"性别"}, parse: parseGender, cell: func(r *Row) *Cell { return &r.Gender }},
	{name: "birthday", titles: []string{"生日", "出生日期", "出生年月日"}, sensitive: true, parse: parseDate,
		cell: func(r *Row) *Cell { return &r.Birthday }},
	{name: "lunar_birthday", titles: []string{"农历生日"}, sensitive: true, parse: parseLunar,
		cell: func(r *Row) *Cell { return &r.LunarBirthday }},
	{name: "organisation", titles: []string{"单位", "组织", "单位/组织", "所属单位", "部门", "organization"}, required: true,
		parse: parseOrganisation, cell: func(r *Row) *Cell { return &r.Organisation }},
	{name: "post", titles: []string{"岗位", "职务", "工种"}, parse: parseText(64), cell: func(r *Row) *Cell { return &r.Post }},
	{name: "joined", titles: []string{"入职日期", "入厂日期", "参加工作日期"}, parse: parseDate,
		cell: func(r *Row) *Cell { return &r.Joined }},
	{name: "wecom_userid", titles: []string{"企业微信账号", "企业微信帐号", "企业微信", "企业微信userid"}, parse: parseWeComUser,
		cell: func(r *Row) *Cell { return &r.WeComUserID }},
	{name: "status", titles: []string{"状态", "人员状态"}, parse: parseStatus, cell: func(r *Row) *Cell { return &r.Status }},
	{name: "member_since", titles: []string{"入会日期", "入会时间"}, parse: parseDate,
		cell: func(r *Row) *Cell { return &r.MemberSince }},
	{name: "employment", titles: []string{"用工形式", "用工性质"}, parse: parseText(32),
		cell: func(r *Row) *Cell { return &r.Employment }},
	{name: "retire_on", titles: []string{"退休日期", "退休时间"}, parse: parseDate,
		cell: func(r *Row) *Cell { return &r.RetireOn }},
	{name: "contract_until", titles: []string{"合同到期日期", "合同到期日", "合同到期", "合同终止日期", "劳动合同到期日期"}, parse: parseDate,
		cell: func(r *Row) *Cell { return &r.ContractUntil }},
	{name: "notes", titles: []string{"备注", "说明"}, sensitive: true, parse: parseText(500),
		cell: func(r *Row) *Cell { return &r.Notes }},
	{name: "tags", titles: []string{"标签", "分组标签"}, parse: parseTags, cell: func(r *Row) *Cell { return &r.Tags }},
	{name: "family", titles: []string{"家庭", "家庭情况"}, sensitive: true, parse: parseFamily,
		cell: func(r *Row) *Cell { return &r.Family }},
}

const (
	staffNoColumn = "staff_no"
	rolesColumn   = "roles"
)

var (
	staffNoTitles = []string{"工号", "职工号", "员工编号", "职工编号", "人员编号"}
	roleTitles    = []string{"角色", "工会职务"}
)

// header says where the columns of a file are.
type header struct {
	staffNo int
	roles   int               // -1: absent
	at      map[string]int    // by column name
	titles  map[string]string // as the file writes them, by column name
	ignored []string
}

// readHeader recognises a row of titles: it has a staff number. ok is false for any other row.
func readHeader(cells []string) (h header, problems []Problem, ok bool) {
	h = header{staffNo: -1, roles: -1, at: map[string]int{}, titles: map[string]string{}}
	for i, cell := range cells {
		title := trim(cell)
		name := columnNamed(title)
		if name == "" {
			if title != "" {
				h.ignored = append(h.ignored, title)
			}
			continue
		}
		if first, twice := h.titles[name]; twice {
			problems = append(problems, Problem{Column: title, Reason: "和“" + first + "”是同一列,只能有一个"})
			continue
		}
		h.titles[name] = title
		switch name {
		case staffNoColumn:
			h.staffNo = i
		case rolesColumn:
			h.roles = i
		default:
			h.at[name] = i
		}
	}
	if h.staffNo < 0 {
		return header{}, nil, false
	}
	for _, c := range columns {
		if _, there := h.at[c.name]; c.required && !there {
			problems = append(problems, Problem{Column: c.titles[0], Reason: "缺少这一列"})
		}
	}
	return h, problems, true
}

func columnNamed(title string) string {
	key := strings.ToLower(norm.NFKC.String(title))
	key = strings.TrimSpace(strings.Trim(key, "*"))
	switch {
	case key == staffNoColumn || slices.Contains(staffNoTitles, key):
		return staffNoColumn
	case key == rolesColumn || slices.Contains(roleTitles, key):
		return rolesColumn
	}
	for _, c := range columns {
		if key == c.name || slices.Contains(c.titles, key) {
			return c.name
		}
	}
	return ""
}
