package simulator

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// sendRequest is the body of message/send. [W90236]
type sendRequest struct {
	ToUser  string      `json:"touser"`
	ToParty string      `json:"toparty"`
	ToTag   string      `json:"totag"`
	MsgType string      `json:"msgtype"`
	AgentID json.Number `json:"agentid"`
	content
	TemplateCard   *Card `json:"template_card"`
	DuplicateCheck int   `json:"enable_duplicate_check"`
	// DuplicateSeconds is how far back the check looks; 1,800 when zero.
	DuplicateSeconds int `json:"duplicate_check_interval"`
}

const (
	mostReceivers = 1000 // userids of one call [W90236]
	mostParties   = 100
	longestCheck  = 4 * time.Hour
)

// recentSends are the hashes of bodies that the duplicate check remembers, and until when.
type recentSends map[[sha256.Size]byte]time.Time

func (s *Simulator) sendMessage(c *call) (any, *apiError) {
	var req sendRequest
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	agent, err := req.AgentID.Int64()
	switch {
	case c.token.contacts, c.token.calls:
		return nil, refuse(48002, "api forbidden for this secret")
	case req.AgentID == "":
		return nil, refuse(41011, "agentid missing")
	case err != nil:
		return nil, refuse(40056, "invalid agentid")
	case agent != int64(s.cfg.WeCom.AgentID):
		return nil, refuse(301002, "agentid is not allowed")
	}
	entry, refused := s.wecomEntry(&req)
	if refused != nil {
		return nil, refused
	}
	to, refused := s.receivers(&req)
	if refused != nil {
		return nil, refused
	}
	entry.msgID = randomName("MSG")
	answer := map[string]any{
		"invaliduser": to.invalidUsers, "invalidparty": to.invalidParties, "invalidtag": to.invalidTags, "msgid": entry.msgID,
	}
	duplicate := s.isDuplicate(&req, c.body)
	if req.TemplateCard != nil && req.MsgType == "template_card" && req.TemplateCard.interactive() {
		if s.deck.byTask[req.TemplateCard.TaskID] != nil && !duplicate {
			return nil, refuse(badTaskID, "template_card.task_id was used") // unique within the app [W90372]
		}
	}
	if !duplicate {
		if err := s.withinDay(len(to.members)); err != nil {
			return nil, err
		}
		s.remember(&req, c.body)
	}
	shown := s.handOut(entry, to.members, duplicate)
	if req.MsgType == "template_card" && req.TemplateCard.interactive() && !duplicate {
		card := &sentCard{taskID: req.TemplateCard.TaskID, shows: shown}
		s.deck.byTask[card.taskID] = card
		answer["response_code"] = s.deck.issue(randomName("RC"), card, s.now())
	}
	return answer, nil
}

// handOut puts a message on the phones. What the platform drops it drops in silence: the phone alone shows it here.
func (s *Simulator) handOut(e Entry, to []*chat, duplicate bool) map[string]*Entry {
	shown := map[string]*Entry{}
	for _, member := range to {
		e := e
		switch {
		case duplicate:
			e.State, e.Note = Dropped, "与先前的请求相同，被平台排重"
		case !member.pace.take(s.now()):
			e.State, e.Note = Dropped, "超过每分钟 30 条或每小时 1000 条，被平台丢弃"
		}
		added := s.add(member, e)
		if e.State != Dropped {
			shown[member.person.Key()] = added
		}
	}
	return shown
}

// isDuplicate says whether the very same body was sent within the interval, if the call asks. [W90236]
func (s *Simulator) isDuplicate(req *sendRequest, body []byte) bool {
	if req.DuplicateCheck != 1 {
		return false
	}
	sum, now := sha256.Sum256(body), s.now()
	until, ok := s.recent[sum]
	return ok && now.Before(until)
}

// remember has isDuplicate know a call that was carried out; one that was refused may be made again.
func (s *Simulator) remember(req *sendRequest, body []byte) {
	if req.DuplicateCheck != 1 {
		return
	}
	interval := time.Duration(req.DuplicateSeconds) * time.Second
	if interval == 0 {
		interval = 30 * time.Minute
	}
	s.recent[sha256.Sum256(body)] = s.now().Add(min(interval, longestCheck))
}

// recall takes a message back within a day. [W94867]
func (s *Simulator) recall(c *call) (any, *apiError) {
	var req struct {
		MsgID string `json:"msgid"`
	}
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	found := false
	for _, member := range s.chats {
		for _, e := range member.entries {
			if req.MsgID == "" || e.msgID != req.MsgID {
				continue
			}
			if s.now().Sub(e.At) > 24*time.Hour {
				return nil, refuse(42052, "msgid expired")
			}
			found = true
			e.Side, e.Kind, e.Text, e.Card, e.Articles = System, Notice, "消息已被撤回", nil, nil
			s.show(e)
		}
	}
	if !found {
		return nil, refuse(40058, "invalid msgid")
	}
	return nil, nil
}
