package main

import "sync"

var lightParams = []param{
	{"hogs", 0, 10000, [3]int64{1, 2, 2}},
	{"service", 0, 1e9, [3]int64{5000, 10000, 10000}},
	{"rate", 1, 100e6, [3]int64{2000, 2000, 2000}},
	{"arrivals", 0, 3, [3]int64{1, 1, 1}},
	{"phase", 1000, 1e9, [3]int64{1e6, 10e6, 10e6}},
	{"span", 1000, 60e9, [3]int64{5e6, 100e6, 1e9}},
	{"generator", 0, 1, [3]int64{0, 0, 0}},
}

// light is workloads/light.c: light requests in open loop, beside goroutines that
// compute.
type light struct {
	*arrivals
	t            *trial
	herd         herd
	done, played float64
}

func newLight(t *trial) workload {
	noOutside(t)
	n := float64(t.value["span"]) * 1e-9 * float64(t.value["rate"])
	if n > requestsMax {
		complain("%.0f requests in a round are more than %d: take a smaller span or rate", n, requestsMax)
	}
	due := stream(t.seed, 0)
	a := newArrivals(t.value["arrivals"], int(n)+1, 1e9/float64(t.value["rate"]), float64(t.value["phase"]), &due)
	for i := range a.request {
		a.request[i].service = uint64(t.value["service"])
	}
	return &light{arrivals: a, t: t, herd: newHerd(t.value["hogs"], t.value["span"])}
}

func (l *light) round() int64 {
	var done sync.WaitGroup
	l.herd.start(&done)
	l.play(l.t.warmUp, func(q *pending) { work(q.service) })
	share := l.herd.look()
	done.Wait()
	if !l.t.warmUp {
		l.done += share
		l.played++
	}
	return int64(len(l.request))
}

func (l *light) verify() string {
	if why := l.arrivals.verify(); why != "" {
		return why
	}
	return l.herd.verify()
}

func (l *light) metrics() []metric {
	all := l.arrivals.metrics()
	if l.played > 0 && l.t.value["hogs"] > 0 {
		all = append(all, metric{"hog_done", "1", "", l.done / l.played})
	}
	return all
}
