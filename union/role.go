package union

import "strings"

// Role is an office that a member holds over a subtree of organisations.
type Role string

// The roles of the members file.
const (
	GroupLeader    Role = "group_leader"
	BranchChair    Role = "branch_chair"
	Chair          Role = "chair"
	Department     Role = "department"
	Duty           Role = "duty"
	AidOfficer     Role = "aid_officer"
	SafetyOfficer  Role = "safety_officer"
	WomenOfficer   Role = "women_officer"
	Counsellor     Role = "counsellor"
	Lawyer         Role = "lawyer"
	Finance        Role = "finance"
	Auditor        Role = "auditor"
	Custodian      Role = "custodian"
	Organiser      Role = "organiser"
	Judge          Role = "judge"
	Representative Role = "representative"
	Admin          Role = "admin"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{
		GroupLeader, BranchChair, Chair, Department, Duty, AidOfficer, SafetyOfficer, WomenOfficer, Counsellor,
		Lawyer, Finance, Auditor, Custodian, Organiser, Judge, Representative, Admin,
	}
}

// Holding is one role of one member over the subtree below an organisation.
type Holding struct {
	Member  MemberID
	Role    Role
	Org     OrgID
	Lineage string // of Org
	Path    string // of Org
}

// Covers says whether the holding's subtree contains the organisation with this lineage.
func (h Holding) Covers(lineage string) bool {
	return h.Lineage != "" && strings.HasPrefix(lineage, h.Lineage)
}

// Level says how deep below the root of the tree the organisation is over which it is held: 0 is the root.
func (h Holding) Level() int { return max(0, strings.Count(h.Lineage, "/")-2) }

// Top says whether the holding is over the whole union: its lineage names one organisation.
func (h Holding) Top() bool { return strings.Count(h.Lineage, "/") == 2 }

func lastName(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}

// groupPrefix begins the role of those who are in a named group.
const groupPrefix = "group:"

// GroupRole is the role of those who are in a named group: held over the whole union, by nobody's members file, and only as long as
// the group has them.
func GroupRole(name string) Role { return Role(groupPrefix + name) }

// Group is the name of the group whose role it is.
func (r Role) Group() (name string, ok bool) { return strings.CutPrefix(string(r), groupPrefix) }
