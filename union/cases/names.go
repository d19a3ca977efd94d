package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Author is who filed a sealed case, as two custodians read it.
type Author struct {
	Member  union.MemberID `json:"member"`
	StaffNo string         `json:"staff_no"`
	Name    string         `json:"name"`
}

// nameSize is what every author's name is filled up to before it is sealed: longer than any that the members file takes,
// so that its length tells nothing.
const nameSize = 1024

// KeepsNames says whether a sealed case that is filed now keeps its author's name for two custodians.
func (d *Desk) KeepsNames() bool { return d.custodians.Keeps() }

// sealName puts the author's name where only two custodians find it, if there is a key.
func (d *Desk) sealName(s *Seal, id ID, author union.Member) error {
	if !d.custodians.Keeps() {
		return nil
	}
	plain, err := json.Marshal(Author{Member: author.ID, StaffNo: author.StaffNo, Name: author.Name})
	if err == nil && len(plain) > nameSize {
		err = errors.New("it is too long")
	}
	if err != nil {
		return fmt.Errorf("seal name: %w", err)
	}
	filled := string(plain) + strings.Repeat(" ", nameSize-len(plain))
	s.Name, err = d.custodians.Seal([]byte(filled), aboutCase(id))
	return err
}

// openName reads with two shares whose name a case keeps.
func (d *Desk) openName(m *matter, first, second string) (none Author, _ error) {
	plain, err := d.custodians.Open(first, second, m.Seal.Name, aboutCase(m.ID))
	if err != nil {
		return none, err
	}
	var a Author
	if err := json.Unmarshal(plain, &a); err != nil {
		return none, fmt.Errorf("read name: %w", err)
	}
	return a, nil
}

// aboutCase ties a sealed name to its case.
func aboutCase(id ID) string { return fmt.Sprintf("case/%d", id) }
