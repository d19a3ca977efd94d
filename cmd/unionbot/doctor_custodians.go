package main

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/service"
)

// examineCustodians looks at whether the name behind a sealed case could be opened.
func examineCustodians(ctx context.Context, p *patient) []finding {
	set, err := loadServices(p.config)
	if err != nil || p.schemaErr(ctx) != nil {
		return nil // said already
	}
	sealed := slices.ContainsFunc(set.Versions(), func(s *service.Service) bool { return s.Sealed })
	ring, err := custody.Parse(p.config.CustodianKey)
	if err != nil {
		return []finding{bad("custodians", "put into CUSTODIAN_KEY what unionbot keys custodians printed", "CUSTODIAN_KEY %v", err)}
	}
	holders, err := storage.NewUnsealings(p.db).Custodians(ctx)
	if err != nil {
		return []finding{bad("custodians", "run doctor again", "%v", err)}
	}
	found := custodiansFinding(sealed, ring.Keeps(), holders)
	if sealed && p.config.Traces {
		found = append(found, warning("traces", "unset OTEL_EXPORTER_OTLP_ENDPOINT, or keep traces from whoever can ask the platform who spoke at a time",
			"a service is sealed, and traces show when each turn ran and how many statements it took"))
	}
	return found
}

// custodiansFinding says nothing where nothing is sealed and nobody has prepared for it.
func custodiansFinding(sealed, keeps bool, holders int) []finding {
	const name = "custodians"
	switch {
	case !sealed && !keeps:
		return nil
	case !keeps:
		return []finding{warning(name, "unionbot keys custodians makes CUSTODIAN_KEY and the shares, as docs/security.md says; reports filed before keep no name",
			"a service is sealed and there is no CUSTODIAN_KEY: nobody can open a name, and who reports is told so")}
	case holders < custody.Needed:
		return []finding{warning(name, "give the role custodian to two members at least, in the members file, who decide no sealed case",
			"%d active members hold the role custodian, and a name takes %d", holders, custody.Needed)}
	}
	return []finding{fine(name, "there is a key, and %d active members hold the role custodian", holders)}
}
