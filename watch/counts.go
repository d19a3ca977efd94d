package watch

import "github.com/prometheus/client_golang/prometheus"

// counts shows numbers that somebody else keeps, by one label.
type counts struct {
	desc *prometheus.Desc
	tell func() map[string]int64
}

// Counts shows counters that are asked for when somebody looks: they must cost nothing to tell.
func (w *Watch) Counts(name, help, label string, tell func() map[string]int64) {
	w.registry.MustRegister(counts{prometheus.NewDesc("unionbot_"+name, help, []string{label}, nil), tell})
}

// Describe implements prometheus.Collector.
func (c counts) Describe(all chan<- *prometheus.Desc) { all <- c.desc }

// Collect implements prometheus.Collector.
func (c counts) Collect(all chan<- prometheus.Metric) {
	for label, n := range c.tell() {
		all <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(n), label)
	}
}
