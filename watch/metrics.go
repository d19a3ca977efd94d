package watch

import (
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/unionbot/unionbot/bot"
)

// metrics are what is counted and measured where the work is done.
type metrics struct {
	callbacks, refused, turns, deliveries, calls, sqlErrors, redisErrors   *prometheus.CounterVec
	callbackSeconds, turnSeconds, deliverySeconds, callSeconds, sqlSeconds *prometheus.HistogramVec
	redisSeconds                                                           *prometheus.HistogramVec
	queueRows, queueOldest                                                 *prometheus.GaugeVec
	queueRead                                                              prometheus.Gauge
	build                                                                  *prometheus.GaugeVec
}

// The limits of the histograms, in seconds. A callback is due after 4.5 s; a store answers in a millisecond; what goes
// out later may wait for hours.
var (
	answerBuckets   = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 4.5, 6, 20}
	storeBuckets    = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3, 10}
	callBuckets     = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	deliveryBuckets = []float64{.05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86400}
)

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "unionbot_" + name, Help: help}, labels)
}

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "unionbot_" + name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "unionbot_" + name, Help: help, Buckets: buckets}, labels)
}

func newMetrics() metrics {
	return metrics{
		callbacks:       counter("callbacks_total", "Callbacks that were let in, by what they came to.", "channel", "outcome"),
		refused:         counter("callbacks_refused_total", "Callbacks that were refused, by the reason.", "channel", "reason"),
		callbackSeconds: histogram("callback_seconds", "Time from a callback's arrival to its answer, or to the break where none was due.", answerBuckets, "channel"),
		turns:           counter("turns_total", "Messages through the engine, by what the turn came to.", "channel", "outcome"),
		turnSeconds:     histogram("turn_seconds", "Time of a turn, waiting for the messages before it included.", answerBuckets, "channel"),
		deliveries:      counter("deliveries_total", "Rows of the outbox and receivers of broadcasts that were settled, by kind and state; pending is one that is tried again.", "kind", "state"),
		deliverySeconds: histogram("delivery_seconds", "Time from writing a row to its being sent.", deliveryBuckets, "kind"),
		calls:           counter("platform_calls_total", "Calls to a platform, by result: ok, away, or the platform's errcode.", "channel", "result"),
		callSeconds:     histogram("platform_call_seconds", "Time of a call to a platform.", callBuckets, "channel"),
		sqlSeconds:      histogram("database_seconds", "Time of a statement, by its verb; several that go out together count once, by the last of them.", storeBuckets, "verb"),
		sqlErrors:       counter("database_errors_total", "Statements that failed because the database was away, or of a conflict of transactions.", "cause"),
		redisSeconds:    histogram("redis_seconds", "Time of a call to Redis, by its script or command.", storeBuckets, "call"),
		redisErrors:     counter("redis_errors_total", "Calls to Redis that failed because it was away.", "cause"),
		queueRows:       gauge("queue_rows", "Rows that wait, by queue: outbox (due and in nobody's hand), in_hand, failed and uncertain (both wait for a person), inbox (answers owed), parked (told with the next word), audit (not in the chain yet), overdue (steps over their time, whoever has them), greetings (due and not handed over), clocks (steps whose move has failed three times or more and is tried again later; the age is how long the oldest other move is behind, in duty hours), broadcasts (receivers of what is going out who have not got it), talks (open talks with a person; their age is how long the member waits who waits longest for an answer) and talks_waiting (those that nobody has yet). Counted to 10000.", "queue"),
		queueOldest:     gauge("queue_oldest_seconds", "How long the oldest row has been due, by queue.", "queue"),
		queueRead:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "unionbot_queue_read_timestamp_seconds", Help: "When the queues were last read."}),
		build:           gauge("build_info", "Always 1; the labels say which program this is.", "version", "revision", "go"),
	}
}

func (m *metrics) register(r *prometheus.Registry, b Build) {
	r.MustRegister(m.callbacks, m.refused, m.callbackSeconds, m.turns, m.turnSeconds, m.deliveries, m.deliverySeconds, m.calls, m.callSeconds,
		m.sqlSeconds, m.sqlErrors, m.redisSeconds, m.redisErrors, m.queueRows, m.queueOldest, m.queueRead, m.build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.build.WithLabelValues(b.Version, b.Revision, b.Go).Set(1)
	// What is alerted on is there from the start: a rate needs a zero to rise from.
	for _, cause := range []string{"away", "conflict"} {
		m.sqlErrors.WithLabelValues(cause)
	}
	m.redisErrors.WithLabelValues("away")
	for _, channel := range []string{"wecom", "officialaccount"} {
		for _, outcome := range bot.TurnOutcomes {
			m.turns.WithLabelValues(channel, outcome)
		}
	}
}

// Platform is the part of a channel's name that says which platform it is on; the rest is the account's number.
func Platform(channel bot.ChannelID) string {
	name, _, _ := strings.Cut(string(channel), ":")
	return name
}

// most is how many values a label has whose values the code does not name one by one.
const most = 64

// label keeps the values of a label few: what comes after the first of them is "other".
type label struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (l *label) of(value string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[value] {
		return value
	}
	if len(l.seen) >= most {
		return "other"
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[value] = true
	return value
}
