package simulator

// AccountKind is what an Official Account is, which decides what it may do by API. [O introduction of the accounts' rights]
type AccountKind string

// The kinds, verified but for the last.
const (
	ServiceAccount      AccountKind = "service"      // 服务号
	SubscriptionAccount AccountKind = "subscription" // 公众号, the former 订阅号: no template messages
	UnverifiedAccount   AccountKind = "unverified"   // passive replies only
)

// mayCall refuses what the account's kind does not allow.
func (a *Account) mayCall(path string) *apiError {
	switch path {
	case "message/template/send", "template/get_all_private_template":
		if a.Kind == ServiceAccount {
			return nil
		}
	case "message/custom/send", "menu/create", "menu/get", "menu/delete":
		if a.Kind != UnverifiedAccount {
			return nil
		}
	default:
		return nil
	}
	return refuse(48001, faultMessage(48001))
}

// getAgent is agent/get: the app with its visible range.
func (s *Simulator) getAgent(c *call) (any, *apiError) {
	if err := s.checkAgent(c); err != nil {
		return nil, err
	}
	app, closed := s.cfg.WeCom, 0
	if app.Off {
		closed = 1
	}
	return map[string]any{
		"agentid": app.AgentID, "name": app.Name, "close": closed,
		"allow_userinfos": map[string]any{"user": []any{}},
		"allow_partys":    map[string]any{"partyid": app.Parties},
		"allow_tags":      map[string]any{"tagid": []int{}},
	}, nil
}

// listTemplates is template/get_all_private_template.
func (s *Simulator) listTemplates(*call) (any, *apiError) {
	list := []map[string]string{}
	for id, content := range s.cfg.Account.Templates {
		list = append(list, map[string]string{"template_id": id, "content": content})
	}
	return map[string]any{"template_list": list}, nil
}
