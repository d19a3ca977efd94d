package simulator

import "time"

// getMember is user/get. Applications made since June 2022 get neither avatar, gender, mobile nor e-mail. [W96255]
func (s *Simulator) getMember(c *call) (any, *apiError) {
	m := s.member(c.query.Get("userid"))
	if m == nil {
		return nil, refuse(60111, "userid not found")
	}
	p := m.person
	return map[string]any{"userid": p.ID, "name": p.Name, "department": departments(p), "status": 1, "enable": 1}, nil
}

func departments(p Person) []int {
	if len(p.Departments) == 0 {
		return []int{1}
	}
	return p.Departments
}

// listMembers is user/list_id: an id once for each department, and only for the address book's secret. [W96067]
func (s *Simulator) listMembers(c *call) (any, *apiError) {
	if !c.token.contacts {
		return nil, refuse(48002, "api forbidden")
	}
	list := []map[string]any{}
	for _, p := range s.cfg.People {
		if p.Platform != WeCom {
			continue
		}
		for _, d := range departments(p) {
			list = append(list, map[string]any{"userid": p.ID, "department": d})
		}
	}
	return map[string]any{"dept_user": list, "next_cursor": ""}, nil
}

// listFollowers is the Official Account's user/get.
func (s *Simulator) listFollowers(*call) (any, *apiError) {
	ids := []string{}
	for _, p := range s.cfg.People {
		if c := s.chats[p.Key()]; p.Platform == OfficialAccount && c.following {
			ids = append(ids, p.ID)
		}
	}
	return map[string]any{"total": len(ids), "count": len(ids), "data": map[string]any{"openid": ids}, "next_openid": ""}, nil
}

// followerInfo is user/info. Nickname and avatar are not given since December 2021. [O user/info]
func (s *Simulator) followerInfo(c *call) (any, *apiError) {
	f, err := s.follower(c.query.Get("openid"))
	if err != nil {
		return nil, err
	}
	if !f.following {
		return map[string]any{"subscribe": 0, "openid": f.person.ID}, nil
	}
	return map[string]any{
		"subscribe": 1, "openid": f.person.ID, "language": "zh_CN", "subscribe_time": s.now().Add(-24 * time.Hour).Unix(),
		"subscribe_scene": "ADD_SCENE_SEARCH",
	}, nil
}
