package simulator

import (
	"regexp"
	"unicode/utf8"
)

// The lengths that the documents recommend (建议) are cut on screen and not refused; these are refused. The codes are those
// of the list of all error codes. [W90313, W90372]
const (
	badCardType    = 42031
	badTaskID      = 42014
	noTitle        = 42033
	badRows        = 42035
	badVertical    = 42036
	badOptions     = 42037
	badButtonText  = 42038
	badButtonKey   = 42039
	badOptionID    = 42040
	badOptionText  = 42041
	badJumps       = 42042
	badQuestion    = 42043
	badCardImage   = 42044
	badCardAction  = 42045
	badSubmitKey   = 42046
	badSelects     = 42047
	badSubmitText  = 42049
	menuKeyClash   = 42051
	noRowName      = 42027
	noURL          = 42028
	noMediaID      = 42029
	noAppID        = 42030
	noUserID       = 42050
	keyBytes       = 1024
	optionIDBytes  = 128
	mostButtons    = 6
	mostOptions    = 10
	mostCheckboxes = 20
)

var taskIDForm = regexp.MustCompile(`^[0-9A-Za-z_\-@]{1,128}$`)

// check refuses a card that the platform refuses. On an update the task id may be missing.
func (c *Card) check(update bool) *apiError {
	for _, rule := range []func() *apiError{c.checkTitle, c.checkLists, c.checkAction, c.checkMenu, c.checkQuestions} {
		if err := rule(); err != nil {
			return err
		}
	}
	needsTask := c.interactive() && !update
	if c.TaskID == "" && needsTask || c.TaskID != "" && !taskIDForm.MatchString(c.TaskID) {
		return refuse(badTaskID, "invalid template_card.task_id")
	}
	return nil
}

func (c *Card) checkTitle() *apiError {
	switch c.CardType {
	case "text_notice":
		if c.MainTitle.Title == "" && c.SubTitleText == "" {
			return refuse(noTitle, "missing template_card.main_title.title or sub_title_text")
		}
	case "news_notice":
		if c.CardImage == nil && c.ImageTextArea == nil || c.CardImage != nil && c.CardImage.URL == "" {
			return refuse(badCardImage, "missing template_card.card_image.url")
		}
		fallthrough
	case "button_interaction", "vote_interaction", "multiple_interaction":
		if c.MainTitle.Title == "" {
			return refuse(noTitle, "missing template_card.main_title.title")
		}
	default:
		return refuse(badCardType, "invalid template_card.card_type")
	}
	return nil
}

func (c *Card) checkLists() *apiError {
	if len(c.Horizontal) > 6 {
		return refuse(badRows, "template_card.horizontal_content_list: at most 6")
	}
	for _, row := range c.Horizontal {
		switch {
		case row.KeyName == "":
			return refuse(noRowName, "missing template_card.horizontal_content_list.keyname")
		case row.Type == 1 && row.URL == "":
			return refuse(noURL, "missing template_card.horizontal_content_list.url")
		case row.Type == 2 && row.MediaID == "":
			return refuse(noMediaID, "missing template_card.horizontal_content_list.media_id")
		case row.Type == 3 && row.UserID == "":
			return refuse(noUserID, "missing template_card.horizontal_content_list.userid")
		}
	}
	if len(c.Vertical) > 4 {
		return refuse(badVertical, "template_card.vertical_content_list: at most 4")
	}
	if len(c.JumpList) > 3 {
		return refuse(badJumps, "template_card.jump_list: at most 3")
	}
	for _, jump := range c.JumpList {
		if jump.Title == "" {
			return refuse(noTitle, "missing template_card.jump_list.title")
		}
		if err := jump.check(); err != nil {
			return err
		}
	}
	return nil
}

func (j *CardJump) check() *apiError {
	switch {
	case j.Type == 1 && j.URL == "":
		return refuse(noURL, "missing template_card url")
	case j.Type == 2 && j.AppID == "":
		return refuse(noAppID, "missing template_card appid")
	}
	return nil
}

// checkAction: the two notices must lead somewhere, the others may. [W90372]
func (c *Card) checkAction() *apiError {
	notice := c.CardType == "text_notice" || c.CardType == "news_notice"
	switch {
	case notice && (c.CardAction == nil || c.CardAction.Type != 1 && c.CardAction.Type != 2),
		c.CardAction != nil && (c.CardAction.Type < 0 || c.CardAction.Type > 2):
		return refuse(badCardAction, "missing or invalid template_card.card_action")
	case c.CardAction != nil:
		return c.CardAction.check()
	}
	return nil
}

func (c *Card) checkMenu() *apiError {
	if c.ActionMenu == nil {
		return nil
	}
	if n := len(c.ActionMenu.ActionList); n < 1 || n > 3 {
		return refuse(badButtonKey, "template_card.action_menu.action_list: 1 to 3")
	}
	seen := map[string]bool{}
	for _, entry := range c.ActionMenu.ActionList {
		switch {
		case entry.Text == "":
			return refuse(badButtonText, "missing template_card.action_menu.action_list.text")
		case entry.Key == "" || len(entry.Key) > keyBytes:
			return refuse(badButtonKey, "invalid template_card.action_menu.action_list.key")
		case seen[entry.Key]:
			return refuse(menuKeyClash, "template_card.action_menu.action_list.key: conflict")
		}
		seen[entry.Key] = true
	}
	return nil
}

func (c *Card) checkQuestions() *apiError {
	switch c.CardType {
	case "button_interaction":
		if err := c.checkButtons(); err != nil || c.ButtonSelection == nil {
			return err
		}
		return c.ButtonSelection.check(mostOptions)
	case "vote_interaction":
		if c.Checkbox == nil {
			return refuse(badQuestion, "missing template_card.checkbox")
		}
		if err := c.Checkbox.check(mostCheckboxes); err != nil {
			return err
		}
		return c.checkSubmit()
	case "multiple_interaction":
		if n := len(c.SelectList); n < 1 || n > 3 {
			return refuse(badSelects, "template_card.select_list: 1 to 3")
		}
		for i := range c.SelectList {
			if err := c.SelectList[i].check(mostOptions); err != nil {
				return err
			}
		}
		return c.checkSubmit()
	}
	return nil
}

func (c *Card) checkButtons() *apiError {
	if n := len(c.ButtonList); n < 1 && c.ReplaceText == "" || n > mostButtons {
		return refuse(badButtonKey, "template_card.button_list: 1 to 6")
	}
	seen := map[string]bool{}
	for _, b := range c.ButtonList {
		switch {
		case b.Text == "":
			return refuse(badButtonText, "missing template_card.button_list.text")
		case b.Type == 1 && b.URL == "":
			return refuse(noURL, "missing template_card.button_list.url")
		case b.Type == 0 && (b.Key == "" || len(b.Key) > keyBytes || seen[b.Key]):
			return refuse(badButtonKey, "invalid template_card.button_list.key")
		}
		seen[b.Key] = true
	}
	return nil
}

func (c *Card) checkSubmit() *apiError {
	switch {
	case c.SubmitButton == nil || c.SubmitButton.Text == "":
		return refuse(badSubmitText, "missing template_card.submit_button.text")
	case c.SubmitButton.Key == "" || len(c.SubmitButton.Key) > keyBytes:
		return refuse(badSubmitKey, "invalid template_card.submit_button.key")
	}
	return nil
}

func (q *CardSelection) check(most int) *apiError {
	if q.QuestionKey == "" || len(q.QuestionKey) > keyBytes {
		return refuse(badQuestion, "invalid template_card question_key")
	}
	if n := len(q.OptionList); n < 1 || n > most {
		return refuse(badOptions, "template_card option_list: too few or too many")
	}
	for _, o := range q.OptionList {
		if o.ID == "" || len(o.ID) > optionIDBytes {
			return refuse(badOptionID, "invalid template_card option_list.id")
		}
		if o.Text == "" || !utf8.ValidString(o.Text) {
			return refuse(badOptionText, "invalid template_card option_list.text")
		}
	}
	return nil
}
