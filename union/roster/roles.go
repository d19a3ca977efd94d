package roster

import (
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// roleNames are the roles as people write them.
var roleNames = map[string]union.Role{
	"小组长": union.GroupLeader, "工会小组长": union.GroupLeader,
	"分会主席": union.BranchChair, "分工会主席": union.BranchChair,
	"主席": union.Chair, "工会主席": union.Chair,
	"归口部门": union.Department, "职能部门": union.Department,
	"值班": union.Duty, "值班员": union.Duty,
	"帮扶专员": union.AidOfficer, "帮扶干部": union.AidOfficer,
	"安全员": union.SafetyOfficer, "劳动保护检查员": union.SafetyOfficer,
	"女工委员": union.WomenOfficer, "女职工委员": union.WomenOfficer,
	"咨询员": union.Counsellor, "心理咨询员": union.Counsellor,
	"律师": union.Lawyer,
	"财务": union.Finance, "会计": union.Finance,
	"审计": union.Auditor, "经审委员": union.Auditor,
	"保管人": union.Custodian, "密钥保管人": union.Custodian,
	"竞赛组织者": union.Organiser, "组织者": union.Organiser,
	"评委":   union.Judge,
	"职工代表": union.Representative,
	"管理员":  union.Admin,
}

// maxRoles bounds what one cell can hold; nobody holds more offices.
const maxRoles = 50

// parseRoles reads role@path;role - the path from the root, without one over the member's own organisation.
func parseRoles(text string) (roles []RoleAt, wrong string) {
	entries := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";；\n\r", r) })
	if len(entries) > maxRoles {
		return nil, "角色太多"
	}
	for _, entry := range entries {
		name, path, hasPath := strings.Cut(strings.ReplaceAll(entry, "＠", "@"), "@")
		role, ok := roleNamed(name)
		if !ok {
			return nil, "不认识的角色“" + trim(name) + "”;可用的有 " + knownRoles()
		}
		at := RoleAt{Role: role}
		if hasPath {
			if at.Path, wrong = parseOrganisation(path); wrong != "" {
				return nil, "“" + trim(entry) + "”:" + wrong
			}
		}
		if !slices.Contains(roles, at) {
			roles = append(roles, at)
		}
	}
	return roles, ""
}

func roleNamed(name string) (union.Role, bool) {
	name = strings.ToLower(fold(name))
	if role, ok := roleNames[name]; ok {
		return role, true
	}
	return union.Role(name), slices.Contains(union.Roles(), union.Role(name))
}

func knownRoles() string {
	var names []string
	for _, role := range union.Roles() {
		names = append(names, string(role))
	}
	return strings.Join(names, " ")
}
