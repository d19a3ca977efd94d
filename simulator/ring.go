package simulator

// ringTelephones is pstncc/call of the emergency-notice app: it rings the members' telephones with the platform's own
// words. It answers for each member, as a list with a code of its own. (developer.work.weixin.qq.com/document/path/91627)
func (s *Simulator) ringTelephones(c *call) (any, *apiError) {
	var req struct {
		Callees []string `json:"callee_userid"`
	}
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	switch {
	case !c.token.calls:
		return nil, refuse(48002, "api forbidden: only the emergency-notice app rings telephones")
	case len(req.Callees) == 0:
		return nil, refuse(40031, "callee_userid missing")
	}
	states := []map[string]any{}
	for _, user := range req.Callees {
		state := map[string]any{"code": 0, "callid": randomName("CALL"), "userid": user}
		if phone := s.member(user); phone != nil {
			s.add(phone, Entry{Side: System, Kind: Notice, Text: "☎ 语音来电:您有一条紧急通知,请打开企业微信查看"})
		} else {
			state["code"], state["callid"] = 60111, ""
		}
		states = append(states, state)
	}
	return map[string]any{"states": states}, nil
}
