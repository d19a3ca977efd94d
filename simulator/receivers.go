package simulator

import (
	"strconv"
	"strings"
)

// addressed is whom a call reaches and whom not, the latter joined by bars as the platform answers.
type addressed struct {
	members                                   []*chat
	invalidUsers, invalidParties, invalidTags string
}

func (s *Simulator) receivers(req *sendRequest) (to addressed, refused *apiError) {
	if req.ToUser == "@all" {
		for _, p := range s.cfg.People {
			if p.Platform == WeCom {
				to.members = append(to.members, s.chats[p.Key()])
			}
		}
		return to, nil
	}
	users, parties, tags := split(req.ToUser), split(req.ToParty), split(req.ToTag)
	switch {
	case len(users)+len(parties)+len(tags) == 0:
		return to, refuse(82001, "touser, toparty and totag are all empty")
	case len(users) > mostReceivers:
		return to, refuse(40032, "invalid userid list size")
	case len(parties) > mostParties || len(tags) > mostParties:
		return to, refuse(40058, "too many parties or tags")
	}
	chosen := map[*chat]bool{}
	choose := func(c *chat) {
		if !chosen[c] {
			chosen[c] = true
			to.members = append(to.members, c)
		}
	}
	var badUsers, badParties []string
	for _, id := range users {
		if c := s.member(id); c != nil && c.following {
			choose(c)
		} else {
			badUsers = append(badUsers, strings.ToLower(id)) // they come back lower-cased [W90236]
		}
	}
	for _, party := range parties {
		found := s.inDepartment(party)
		if len(found) == 0 {
			badParties = append(badParties, party)
		}
		for _, c := range found {
			choose(c)
		}
	}
	to.invalidUsers, to.invalidParties, to.invalidTags = strings.Join(badUsers, "|"), strings.Join(badParties, "|"), strings.Join(tags, "|")
	if len(to.members) == 0 {
		return to, refuse(81013, "user & party & tag all invalid")
	}
	return to, nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == '|' || r == ' ' })
}

// member finds a WeCom member; ids are compared without regard to case. [W90236]
func (s *Simulator) member(id string) *chat {
	for _, p := range s.cfg.People {
		if p.Platform == WeCom && strings.EqualFold(p.ID, id) {
			return s.chats[p.Key()]
		}
	}
	return nil
}

func (s *Simulator) inDepartment(party string) (found []*chat) {
	id, err := strconv.Atoi(party)
	if err != nil {
		return nil
	}
	for _, p := range s.cfg.People {
		for _, d := range p.Departments {
			if p.Platform == WeCom && d == id {
				found = append(found, s.chats[p.Key()])
			}
		}
	}
	return found
}
