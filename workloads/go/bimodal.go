package main

const serviceStream, requestsMax = 1, 50000000

var bimodalParams = []param{
	{"mix", 0, 5, [3]int64{3, 4, 4}},
	{"load", 0, 6400, [3]int64{50, 50, 50}},
	{"arrivals", 0, 3, [3]int64{1, 1, 1}},
	{"phase", 1000, 1e9, [3]int64{1e6, 10e6, 10e6}},
	{"span", 1000, 60e9, [3]int64{5e6, 100e6, 1e9}},
	{"rate", 0, 100e6, [3]int64{0, 0, 0}},
	{"generator", 0, 1, [3]int64{0, 0, 0}},
}

type mix struct {
	share, common, rare float64
	exponential         bool
}

var mixes = []mix{
	{1, 1000, 0, false},
	{1, 1000, 0, true},
	{0.5, 1000, 100000, false},
	{0.995, 500, 500000, false},
	{0.995, 4000, 10000000, false},
	{0.995, 10000, 5000000, false},
}

func (m *mix) draw(r *rng) uint64 {
	u := float64(r.next()>>11) / (1 << 53)
	if m.exponential {
		return uint64(r.exponential(m.common)) + 1
	}
	if u < m.share {
		return uint64(m.common)
	}
	return uint64(m.rare)
}

// bimodal is workloads/bimodal.c: a server in open loop, whose requests differ in
// length.
type bimodal struct {
	*arrivals
	t *trial
}

func newBimodal(t *trial) workload {
	noOutside(t)
	m := &mixes[t.value["mix"]]
	load, rate := float64(t.value["load"]), float64(t.value["rate"])
	if (load > 0) == (rate > 0) {
		complain("load and rate both say how much is offered: one of them has to be 0")
	}
	gap := (m.share*m.common + (1-m.share)*m.rare) * 100 / load
	if rate > 0 {
		gap = 1e9 / rate
	}
	n := float64(t.value["span"]) / gap
	if n > requestsMax {
		complain("%.0f requests in a round are more than %d: take a smaller span, load or rate", n, requestsMax)
	}
	due, service := stream(t.seed, 0), stream(t.seed, serviceStream)
	a := newArrivals(t.value["arrivals"], int(n)+1, gap, float64(t.value["phase"]), &due)
	for i := range a.request {
		a.request[i].service = m.draw(&service)
	}
	return &bimodal{a, t}
}

func (b *bimodal) round() int64 {
	b.play(b.t.warmUp, func(q *pending) { work(q.service) })
	return int64(len(b.request))
}
