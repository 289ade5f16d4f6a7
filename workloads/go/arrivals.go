package main

import (
	"fmt"
	"math"
	"sync"
	"time"
)

const (
	arrivalsEven = iota
	arrivalsPoisson
	arrivalsOnOff
	arrivalsUniform
)

const slowdownScale = 1000

type pending struct {
	due, service uint64
	answered     uint64
	answers      int
}

// arrivals is workloads/arrivals.h: open-loop load, whose latencies count from
// when a request was due.
type arrivals struct {
	start, span, awake      uint64
	latency, slowdown, late histogram
	awakeShare, overrun     float64
	rounds, unreached       float64
	fair                    fairness
	request                 []pending
}

// noOutside refuses what Go has not: its threads are all the scheduler's.
func noOutside(t *trial) {
	if t.value["generator"] == 1 {
		lack("generator=1: Go has no thread outside its scheduler; take generator=0")
	}
}

func newArrivals(process int64, n int, gap, phase float64, r *rng) *arrivals {
	a := &arrivals{request: make([]pending, n)}
	at := 0.0
	for i := range a.request {
		off := 0.0
		switch process {
		case arrivalsEven:
			at += gap
		case arrivalsOnOff:
			at += r.exponential(gap / 2)
			off = math.Floor(at/phase) * phase
		case arrivalsUniform:
			at += 2 * gap * r.share()
		default:
			at += r.exponential(gap)
		}
		a.request[i].due = uint64(at + off)
		a.span = a.request[i].due
	}
	return a
}

func (a *arrivals) play(warmUp bool, serve func(*pending)) {
	var done sync.WaitGroup
	for i := range a.request {
		a.request[i].answers, a.request[i].answered = 0, 0
	}
	a.awake = 0
	a.start = now()
	woke := uint64(0)
	for i := range a.request {
		q := &a.request[i]
		at := now() - a.start
		if at < q.due {
			a.awake += at - woke
			time.Sleep(time.Duration(q.due - at))
			woke = now() - a.start
			at = woke
		}
		a.late.add(at - q.due)
		done.Add(1)
		go func() {
			serve(q)
			q.answered = now() - a.start
			q.answers++
			done.Done()
		}()
	}
	a.awake += now() - a.start - woke
	done.Wait()
	a.keep(warmUp)
}

// isUnreached tells whether a round, whose last answer came at last, had more to serve
// than it could: beyond what one long request explains, it took another tenth.
func (a *arrivals) isUnreached(last uint64) bool {
	longest := uint64(0)
	for i := range a.request {
		longest = larger(longest, a.request[i].service)
	}
	return last > a.span+a.span/10+longest
}

func (a *arrivals) keep(warmUp bool) {
	if warmUp {
		a.late = histogram{}
		return
	}
	last := a.span
	for i := range a.request {
		q := &a.request[i]
		took := q.answered - q.due
		a.latency.add(took)
		if q.service > 0 {
			a.slowdown.add(took * slowdownScale / q.service)
			a.fair.add(float64(q.service) / float64(took+1))
		}
		last = larger(last, q.answered)
	}
	a.fair.end()
	if a.isUnreached(last) {
		a.unreached++
	}
	a.awakeShare += float64(a.awake) / float64(larger(last, 1))
	a.overrun += float64(last-a.span) / float64(larger(a.span, 1))
	a.rounds++
}

func (a *arrivals) verify() string {
	for i := range a.request {
		q := &a.request[i]
		if q.answers != 1 {
			return fmt.Sprintf("request %d of %d was answered %d times instead of once", i, len(a.request), q.answers)
		}
		if q.answered < q.due {
			return fmt.Sprintf("request %d was answered %d ns before it was due", i, q.due-q.answered)
		}
	}
	return ""
}

func (a *arrivals) metrics() []metric {
	if a.rounds == 0 {
		return nil
	}
	all := append(a.latency.latency(), a.slowdown.report("slowdown", "1", slowdownScale)...)
	all = append(all, a.fair.report()...)
	return append(all,
		metric{"late_p99", "ns", "lower", a.late.quantile(0.99)},
		metric{"late_max", "ns", "lower", float64(a.late.max)},
		metric{"generator_awake", "1", "lower", a.awakeShare / a.rounds},
		metric{"offered_rate", "op/s", "", float64(len(a.request)) * 1e9 / float64(larger(a.span, 1))},
		metric{"overrun", "1", "lower", a.overrun / a.rounds},
		metric{"unreached", "1", "lower", a.unreached / a.rounds})
}
