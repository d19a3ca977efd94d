package main

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/config"
)

// The platform takes templates away from accounts that send wishes or campaigns by them.
func TestNoTemplateCarriesAWish(t *testing.T) {
	for kind, refused := range map[string]bool{"greeting": true, "broadcast": true, "checkup": false} {
		c := config.OfficialAccount{AppID: "wx1", Templates: map[string]string{kind: "T1"}}
		_, err := templatesOf(c)
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), kind) {
			t.Errorf("a template for %s: %v", kind, err)
		}
	}
}
