package simulator

// Card is a template card as the platform's documents describe it, in a call's JSON and in a passive reply's XML.
// [W90372, W96469]
type Card struct {
	CardType        string          `json:"card_type" xml:"CardType"`
	Source          *CardSource     `json:"source,omitempty" xml:"Source"`
	ActionMenu      *CardMenu       `json:"action_menu,omitempty" xml:"ActionMenu"`
	TaskID          string          `json:"task_id,omitempty" xml:"TaskId"`
	MainTitle       CardTitle       `json:"main_title" xml:"MainTitle"`
	EmphasisContent *CardTitle      `json:"emphasis_content,omitempty" xml:"EmphasisContent"`
	QuoteArea       *CardQuote      `json:"quote_area,omitempty" xml:"QuoteArea"`
	SubTitleText    string          `json:"sub_title_text,omitempty" xml:"SubTitleText"`
	Horizontal      []CardRow       `json:"horizontal_content_list,omitempty" xml:"HorizontalContentList"`
	Vertical        []CardTitle     `json:"vertical_content_list,omitempty" xml:"VerticalContentList"`
	JumpList        []CardJump      `json:"jump_list,omitempty" xml:"JumpList"`
	CardAction      *CardJump       `json:"card_action,omitempty" xml:"CardAction"`
	CardImage       *CardImage      `json:"card_image,omitempty" xml:"CardImage"`
	ImageTextArea   *CardImage      `json:"image_text_area,omitempty" xml:"ImageTextArea"`
	ButtonSelection *CardSelection  `json:"button_selection,omitempty" xml:"ButtonSelection"`
	ButtonList      []CardButton    `json:"button_list,omitempty" xml:"ButtonList"`
	Checkbox        *CardSelection  `json:"checkbox,omitempty" xml:"Checkbox"`
	SelectList      []CardSelection `json:"select_list,omitempty" xml:"SelectList"`
	SubmitButton    *CardButton     `json:"submit_button,omitempty" xml:"SubmitButton"`
	// ReplaceText stands instead of the buttons: grey, and not to be tapped. [W94888]
	ReplaceText string `json:"replace_text,omitempty" xml:"ReplaceText"`
}

// CardSource is the line above the title.
type CardSource struct {
	IconURL   string `json:"icon_url,omitempty" xml:"IconUrl"`
	Desc      string `json:"desc,omitempty" xml:"Desc"`
	DescColor int    `json:"desc_color,omitempty" xml:"DescColor"`
}

// CardMenu is what opens at the top right.
type CardMenu struct {
	Desc       string       `json:"desc,omitempty" xml:"Desc"`
	ActionList []CardButton `json:"action_list" xml:"ActionList"`
}

// CardTitle is a title with a line below it.
type CardTitle struct {
	Title string `json:"title,omitempty" xml:"Title"`
	Desc  string `json:"desc,omitempty" xml:"Desc"`
}

// CardQuote is a quoted text.
type CardQuote struct {
	Title     string `json:"title,omitempty" xml:"Title"`
	QuoteText string `json:"quote_text,omitempty" xml:"QuoteText"`
}

// CardRow is one line with a name and a value.
type CardRow struct {
	Type    int    `json:"type,omitempty" xml:"Type"`
	KeyName string `json:"keyname" xml:"KeyName"`
	Value   string `json:"value,omitempty" xml:"Value"`
	URL     string `json:"url,omitempty" xml:"Url"`
	MediaID string `json:"media_id,omitempty" xml:"MediaId"`
	UserID  string `json:"userid,omitempty" xml:"UserId"`
}

// CardJump leads somewhere: a link at the foot, or the card as a whole.
type CardJump struct {
	Type     int    `json:"type,omitempty" xml:"Type"`
	Title    string `json:"title,omitempty" xml:"Title"`
	URL      string `json:"url,omitempty" xml:"Url"`
	AppID    string `json:"appid,omitempty" xml:"AppId"`
	PagePath string `json:"pagepath,omitempty" xml:"PagePath"`
}

// CardImage is a picture.
type CardImage struct {
	URL         string  `json:"url,omitempty" xml:"Url"`
	AspectRatio float64 `json:"aspect_ratio,omitempty" xml:"AspectRatio"`
}

// CardButton is a button, or an entry of the menu.
type CardButton struct {
	Type  int    `json:"type,omitempty" xml:"Type"`
	Text  string `json:"text" xml:"Text"`
	Style int    `json:"style,omitempty" xml:"Style"`
	Key   string `json:"key,omitempty" xml:"Key"`
	URL   string `json:"url,omitempty" xml:"Url"`
}

// CardSelection is a question with options.
type CardSelection struct {
	QuestionKey string       `json:"question_key" xml:"QuestionKey"`
	Title       string       `json:"title,omitempty" xml:"Title"`
	Mode        int          `json:"mode,omitempty" xml:"Mode"`
	SelectedID  string       `json:"selected_id,omitempty" xml:"SelectedId"`
	Disable     bool         `json:"disable,omitempty" xml:"Disable"`
	OptionList  []CardOption `json:"option_list" xml:"OptionList"`
}

// CardOption is one answer to the question.
type CardOption struct {
	ID        string `json:"id" xml:"Id"`
	Text      string `json:"text" xml:"Text"`
	IsChecked bool   `json:"is_checked,omitempty" xml:"IsChecked"`
}

// interactive says whether the card calls back, so that a response code goes with it. [W90236]
func (c *Card) interactive() bool {
	switch c.CardType {
	case "button_interaction", "vote_interaction", "multiple_interaction":
		return true
	}
	return c.ActionMenu != nil
}

// has says whether something on the card can be tapped under the key, and whether it is an entry of the menu.
func (c *Card) has(key string) (text string, inMenu, ok bool) {
	if c.ActionMenu != nil {
		for _, b := range c.ActionMenu.ActionList {
			if b.Key == key {
				return b.Text, true, true
			}
		}
	}
	if c.ReplaceText != "" {
		return "", false, false
	}
	for _, b := range c.ButtonList {
		if b.Type == 0 && b.Key == key {
			return b.Text, false, true
		}
	}
	if c.SubmitButton != nil && c.SubmitButton.Key == key {
		return c.SubmitButton.Text, false, true
	}
	return "", false, false
}
