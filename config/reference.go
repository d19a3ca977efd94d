package config

import (
	"fmt"
	"strings"
)

// Reference writes the list of all settings as the Markdown of docs/configuration.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Written by make docs from the table in config/names.go. -->

Settings come from a YAML file (` + "`--config FILE`" + `) and from the environment, which wins. A setting called LISTEN here is
` + "`UNIONBOT_LISTEN`" + ` in the environment and ` + "`listen`" + ` in the file; see unionbot.example.yaml. A secret may be read from a file:
` + "`UNIONBOT_WECOM_SECRET_FILE=/run/secrets/wecom`" + `. An empty value counts as not set. A name that is not listed here is an error, and
everything that is wrong is reported at once.

A platform none of whose settings is set is off. One of which something is set needs all that are marked "yes".
`)
	for _, group := range []struct{ title, platform string }{
		{"The service", ""}, {"WeCom", wecom}, {"The Official Account", officialAccount},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| name | default | needed | secret | what |\n| --- | --- | --- | --- | --- |\n", group.title)
		for _, s := range settings {
			if s.platform == group.platform {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", s.name, quoted(s.byDefault), yes(s.required), yes(s.secret), s.help)
			}
		}
	}
	b.WriteString(`
` + "`DATABASE_URL`" + ` is needed by every command that touches data, ` + "`REDIS_URL`" + ` by ` + "`serve`" + `, and ` + "`ENCRYPTION_KEYS`" + ` by both with MySQL.
` + "`HTTPS_PROXY`" + ` and ` + "`NO_PROXY`" + ` are honoured for calls to the platforms.
` + "`OTEL_EXPORTER_OTLP_ENDPOINT`" + `, such as ` + "`http://localhost:4318`" + `, turns traces on; OpenTelemetry's names for headers, time-out, sampler and the
service's name are honoured too. They come from the environment only.
`)
	return b.String()
}

func quoted(value string) string {
	if value == "" {
		return ""
	}
	return "`" + value + "`"
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
