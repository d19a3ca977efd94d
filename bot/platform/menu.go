package platform

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"github.com/unionbot/unionbot/bot"
)

// What menu/create takes, on both platforms; sizes are bytes. [W90455 and the menu documents]
const (
	menuEntries    = 3
	menuSubEntries = 5
	menuLabelBytes = 16
	menuSubBytes   = 40
	menuKeyBytes   = 128
)

type menuButton struct {
	Type string       `json:"type,omitempty"`
	Name string       `json:"name"`
	Key  string       `json:"key,omitempty"`
	Sub  []menuButton `json:"sub_button,omitempty"`
}

// PublishMenu replaces the account's menu. query holds what the platform wants beside the token.
func (a *API) PublishMenu(ctx context.Context, query url.Values, entries []bot.MenuEntry) error {
	buttons, err := menuButtons(entries, menuEntries, menuLabelBytes)
	if err != nil {
		return err
	}
	body, err := Encode(map[string]any{"button": buttons})
	if err != nil {
		return err
	}
	_, err = a.withToken(ctx, func(token string) (Answer, error) {
		with := url.Values{"access_token": {token}}
		maps.Copy(with, query)
		return a.call(ctx, http.MethodPost, "/cgi-bin/menu/create", with, body)
	})
	return err
}

func menuButtons(entries []bot.MenuEntry, most, labelBytes int) ([]menuButton, error) {
	if len(entries) == 0 || len(entries) > most {
		return nil, fmt.Errorf("a menu takes 1 to %d entries here, not %d", most, len(entries))
	}
	var buttons []menuButton
	for _, e := range entries {
		if e.Label == "" || len(e.Label) > labelBytes {
			return nil, fmt.Errorf("menu entry %q: the label must have 1 to %d bytes", e.Label, labelBytes)
		}
		b := menuButton{Name: e.Label}
		if len(e.Entries) > 0 {
			sub, err := menuButtons(e.Entries, menuSubEntries, menuSubBytes)
			if err != nil {
				return nil, err
			}
			b.Sub = sub
		} else {
			if e.Key == "" || len(e.Key) > menuKeyBytes {
				return nil, fmt.Errorf("menu entry %q: the key must have 1 to %d bytes", e.Label, menuKeyBytes)
			}
			b.Type, b.Key = "click", e.Key
			if e.Scan {
				b.Type = "scancode_waitmsg" // it takes an answer, scancode_push takes none
			}
		}
		buttons = append(buttons, b)
	}
	return buttons, nil
}
