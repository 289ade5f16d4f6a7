package main

import (
	"math"
	"runtime/metrics"
	"syscall"
	"time"
)

const idleFor = 10 * time.Millisecond

func cpuNs() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// idleCPU is how many CPUs the runtime keeps busy with nothing to run.
func idleCPU() *float64 {
	cpu, start := cpuNs(), time.Now()
	time.Sleep(idleFor)
	cpus := float64(cpuNs()-cpu) / float64(time.Since(start))
	return &cpus
}

// schedLatency is how long goroutines were runnable before they ran, as Go's runtime
// counts it, since it was begun: one wait in eight, as in Dyno's.
type schedLatency struct{ before []uint64 }

// schedHistogram is Go's own histogram, or nil where there is none.
func schedHistogram() *metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return nil
	}
	return sample[0].Value.Float64Histogram()
}

func (s *schedLatency) begin() {
	if h := schedHistogram(); h != nil {
		s.before = append([]uint64{}, h.Counts...)
	}
}

// finite is a bucket's bounds, of which the outermost are not.
func finite(h *metrics.Float64Histogram, i int) (least, most float64) {
	least, most = math.Max(h.Buckets[i], 0), h.Buckets[i+1]
	if math.IsInf(most, 1) {
		most = least
	}
	return least, most
}

// quantile estimates as dy_histogram_quantile does.
func quantile(h *metrics.Float64Histogram, n, q float64) float64 {
	below := 0.0
	for i, count := range h.Counts {
		in := float64(count)
		if in > 0 && below+in >= q*n {
			least, most := finite(h, i)
			return least + (most-least)*(q*n-below)/in
		}
		below += in
	}
	return 0
}

// report is what there was since begin, under the names that dyno-trial gives it.
func (s *schedLatency) report() []metric {
	h, n := schedHistogram(), 0.0
	if h == nil || len(h.Counts) != len(s.before) {
		return nil
	}
	for i := range h.Counts {
		h.Counts[i] -= s.before[i]
		n += float64(h.Counts[i])
	}
	if n == 0 {
		return nil
	}
	return []metric{
		{"sched_latency_p50", "s", "lower", quantile(h, n, 0.5)},
		{"sched_latency_p99", "s", "lower", quantile(h, n, 0.99)},
		{"sched_latency_max", "s", "lower", quantile(h, n, 1)},
	}
}
