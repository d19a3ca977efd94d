package flows

import (
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// helplines is whom to ring, which is said to whoever is in danger, also where a store is away and nobody can be rung for them.
type helplines struct {
	services Services
	numbers  Reference
	// phone is the union's, dispatch the dispatcher's, from the configuration. They may be empty.
	phone, dispatch string
	language        string
}

// safety is what keeps people safe, for a sentence that tells of danger, and whom to ring.
func (h *helplines) safety(s *service.Service, said string) string {
	return s.Alarm.SafetyFor(said).In(h.language) + "\n" + h.call(s.Alarm.Hotline, nil) + "有人受伤先打 120,火警 119。"
}

// rings is the service that rings for danger; nil where none does.
func (h *helplines) rings() *service.Service {
	for _, s := range h.services.All() {
		if s.Alarm.Rings() {
			return s
		}
	}
	return nil
}

// life is whom to ring, for somebody who cannot go on.
func (h *helplines) life() string {
	police, _ := h.numbers.Hotline(reference.Police) // these three are always there
	ambulance, _ := h.numbers.Hotline(reference.Ambulance)
	mind, _ := h.numbers.Hotline(reference.Mind)
	ring := ""
	if h.phone != "" {
		ring = ",或拨" + h.phone
	}
	return "听您这么说,我很在意。有马上的危险,请打 " + police.Number + " 或 " + ambulance.Number + ",或叫醒身边的人。\n" +
		"想找人说说:" + inOneLine(mind, "") + ring + "。"
}

// call says whom to ring, with whoever is on duty.
func (h *helplines) call(hotline string, called []cases.Called) string {
	if hotline == "" {
		hotline = h.dispatch
	}
	duty := ""
	for _, c := range called {
		if c.Role == union.Duty && c.Phone != "" && (duty == "" || !c.Away) {
			duty = "值班 " + c.Name + calledAs(c) + ",手机 " + c.Phone
			if !c.Away { // who is there comes before who is not
				break
			}
		}
	}
	switch {
	case hotline != "" && duty != "":
		return "请马上用对讲机或电话报调度:" + hotline + "(" + duty + ")。"
	case hotline != "":
		return "请马上用对讲机或电话报调度:" + hotline + "。"
	case duty != "":
		return "请马上用对讲机或电话报调度(" + duty + ")。"
	}
	return "请马上用对讲机或电话报调度和现场负责人。"
}
