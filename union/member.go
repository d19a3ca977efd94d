package union

import (
	"strings"
	"time"
)

// MemberID identifies a member. It is ours: 63-bit, opaque.
type MemberID int64

// OrgID identifies an organisation, as MemberID a member.
type OrgID int64

// MemberStatus says whether a person is served.
type MemberStatus string

// The states of a member.
const (
	Active  MemberStatus = "active"
	Retired MemberStatus = "retired"
	Left    MemberStatus = "left"
)

// Member is the person behind one or more identities.
type Member struct {
	ID      MemberID
	StaffNo string
	Name    string
	// Phone and IDCard are empty where the caller has no need of them: lists never load them.
	Phone  string
	IDCard string
	// Tags and Family are the union's words for the member, and facts of FamilyFact; they are empty where the caller has no need of
	// them, as Phone is.
	Tags   []string
	Family []string
	Gender string // "男", "女" or ""
	// Birthday and Joined are dates, YYYY-MM-DD, or empty.
	Birthday string
	// LunarBirthday is L<lunar year>-MM-DD with the year 0000 when unknown, and LR… for a leap month; or empty.
	LunarBirthday string
	Joined        string
	MemberSince   string
	RetireOn      string
	// ContractUntil is the last day of a contract that ends, or empty.
	ContractUntil string
	Employment    string
	Post          string
	Notes         string
	Org           OrgID
	OrgPath       string // 集团公司/一分厂/锅炉班
	Lineage       string // of Org
	// WeComUserID is the member's id in WeCom's directory, lower-cased, or empty.
	WeComUserID string
	Status      MemberStatus
}

// OrgName returns the last name of the organisation's path: 锅炉班.
func (m Member) OrgName() string { return lastName(m.OrgPath) }

// Root returns the first name of the organisation's path: 集团公司.
func (m Member) Root() string {
	root, _, _ := strings.Cut(m.OrgPath, "/")
	return root
}

// Unit returns the organisation's path without the root, and at most its last two names: 一分厂/锅炉班. At the root
// it is the root's name.
func (m Member) Unit() string {
	names := strings.Split(m.OrgPath, "/")
	if len(names) > 1 {
		names = names[1:]
	}
	return strings.Join(names[max(0, len(names)-2):], "/")
}

// Organisation is a node of the tree.
type Organisation struct {
	ID     OrgID
	Parent OrgID // 0 at the root
	Name   string
	// Path is the names from the root, joined by "/".
	Path string
	// Lineage is the ids from the root, joined and enclosed by "/": /1/5/9/. A node is below another when its lineage
	// begins with the other's.
	Lineage string
}

// Identity is how a member is known on a channel.
type Identity struct {
	Channel string
	User    string
	Member  MemberID
	Proof   Proof
	BoundAt time.Time // zero for ProofDirectory
}

// Proof is how an identity was bound to its member.
type Proof string

// The proofs. A binding by id card alone opens no sealed service and no bank data.
const (
	ProofDirectory Proof = "directory" // WeCom's own directory
	ProofCode      Proof = "code"      // a code that the member fetched on WeCom
	ProofIDCard    Proof = "id_card"   // the last six of the id card
)
