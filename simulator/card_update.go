package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// replyWithUpdate changes the card in the passive reply: of the person who tapped, and of nobody else. [W96469]
func (s *Simulator) replyWithUpdate(cb *callback, p *passive) error {
	if cb.card == nil {
		return errors.New("只有点击卡片的事件才能用回复更新卡片")
	}
	e := cb.card.shows[cb.chat.person.Key()]
	if e == nil {
		return errors.New("这张卡片不在此人的手机上")
	}
	if p.MsgType == "update_button" {
		if p.Button.ReplaceName == "" {
			return errors.New("update_button 缺少 ReplaceName")
		}
		e.settle(p.Button.ReplaceName)
		s.show(e)
		return nil
	}
	if p.TemplateCard == nil {
		return errors.New("update_template_card 缺少 TemplateCard")
	}
	if err := p.TemplateCard.check(true); err != nil {
		return fmt.Errorf("卡片不合规则：%s", err.msg)
	}
	e.replaceCard(p.TemplateCard)
	s.show(e)
	return nil
}

// replaceCard puts another card in the place of the one shown, under the same task.
func (e *Entry) replaceCard(card *Card) {
	next := *card
	next.TaskID = e.Card.TaskID
	e.Card = &next
}

// updateRequest is the body of message/update_template_card. [W94945]
type updateRequest struct {
	UserIDs      []string `json:"userids"`
	PartyIDs     []int    `json:"partyids"`
	TagIDs       []int    `json:"tagids"`
	AtAll        int      `json:"atall"`
	AgentID      int      `json:"agentid"`
	ResponseCode string   `json:"response_code"`
	Button       *struct {
		ReplaceName string `json:"replace_name"`
	} `json:"button"`
	TemplateCard *Card `json:"template_card"`
}

func (s *Simulator) updateTemplateCard(c *call) (any, *apiError) {
	var req updateRequest
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	switch {
	case req.AgentID != s.cfg.WeCom.AgentID:
		return nil, refuse(40056, "invalid agentid")
	case len(req.UserIDs) > 1000 || len(req.PartyIDs) > 100 || len(req.TagIDs) > 100:
		return nil, refuse(40058, "too many receivers")
	case len(req.UserIDs)+len(req.PartyIDs)+len(req.TagIDs)+req.AtAll == 0:
		return nil, refuse(82001, "no receiver")
	case (req.Button == nil || req.Button.ReplaceName == "") && req.TemplateCard == nil:
		return nil, refuse(40058, "neither button nor template_card")
	}
	if req.TemplateCard != nil {
		if err := req.TemplateCard.check(true); err != nil {
			return nil, err
		}
	}
	card, err := s.deck.redeem(req.ResponseCode, s.now())
	if err != nil {
		return nil, err
	}
	invalid := s.updateShown(&req, card)
	return map[string]any{"invaliduser": invalid}, nil
}

// updateShown changes the card on the receivers' phones and lists those who do not have it.
func (s *Simulator) updateShown(req *updateRequest, card *sentCard) (invalid []string) {
	invalid = []string{}
	receivers := map[string]bool{}
	for _, id := range req.UserIDs {
		if member := s.member(id); member != nil && card.shows[member.person.Key()] != nil {
			receivers[member.person.Key()] = true
		} else {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	for key := range card.shows {
		if req.AtAll == 1 || slices.ContainsFunc(s.chats[key].person.Departments, func(d int) bool { return slices.Contains(req.PartyIDs, d) }) {
			receivers[key] = true
		}
	}
	for key := range receivers {
		e := card.shows[key]
		if req.TemplateCard != nil {
			e.replaceCard(req.TemplateCard)
		} else {
			e.settle(req.Button.ReplaceName)
		}
		s.show(e)
	}
	return invalid
}
