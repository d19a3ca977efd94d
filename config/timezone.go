package config

import (
	_ "embed"
	"errors"
	"time"
)

// home is the only zone that the binary brings along; those of the whole world would be one percent of it.
const home = "Asia/Shanghai"

// homeRules are the rules of home in the format of RFC 9636, from Go's zoneinfo.zip.
//
//go:embed shanghai.tzif
var homeRules []byte

// timezone takes the name of a zone. All but home are looked up in the zone files of the system, or in those that
// ZONEINFO names, as it does in the image.
func timezone(c *Config, value string) error {
	zone, err := time.LoadLocation(value)
	if value == home {
		zone, err = time.LoadLocationFromTZData(home, homeRules)
	}
	if err != nil || value == "Local" {
		return errors.New("must be the name of a time zone, such as Asia/Shanghai, that the zone files of this system have")
	}
	c.Timezone = zone
	return nil
}
