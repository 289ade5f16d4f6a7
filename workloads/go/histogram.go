package main

import "math/bits"

const (
	perPower    = 8
	logPerPower = 3
	buckets     = 368
)

// histogram is workloads/histogram.h: eight buckets for each power of two.
type histogram struct {
	count  [buckets]uint64
	n, max uint64
	sum    float64
}

func bucketOf(value uint64) int {
	if value < perPower {
		return int(value)
	}
	power := bits.Len64(value) - 1
	bucket := (power-logPerPower+1)*perPower + int(value>>(power-logPerPower))%perPower
	if bucket >= buckets {
		return buckets - 1
	}
	return bucket
}

func boundOf(bucket int) float64 {
	power := bucket / perPower
	if power == 0 {
		return float64(bucket)
	}
	return float64(uint64(perPower+bucket%perPower) << (power - 1))
}

func (h *histogram) add(value uint64) {
	h.count[bucketOf(value)]++
	h.n++
	h.sum += float64(value)
	if value > h.max {
		h.max = value
	}
}

func (h *histogram) merge(from *histogram) {
	for i, n := range from.count {
		h.count[i] += n
	}
	h.n += from.n
	h.sum += from.sum
	if from.max > h.max {
		h.max = from.max
	}
}

func (h *histogram) quantile(q float64) float64 {
	wanted, below := q*float64(h.n), 0.0
	for i, n := range h.count {
		in := float64(n)
		if in > 0 && below+in >= wanted {
			value := boundOf(i) + (boundOf(i+1)-boundOf(i))*(wanted-below)/in
			if value > float64(h.max) {
				value = float64(h.max)
			}
			return value
		}
		below += in
	}
	return 0
}

// report is the measures of h, divided by scale, under the names that
// histogram_report gives them.
func (h *histogram) report(what, unit string, scale float64) []metric {
	if h.n == 0 {
		return nil
	}
	all := []metric{{what + "_mean", unit, "lower", h.sum / float64(h.n) / scale}}
	for _, part := range []struct {
		name string
		q    float64
	}{{"_p50", 0.5}, {"_p90", 0.9}, {"_p99", 0.99}, {"_p999", 0.999}, {"_p9999", 0.9999}} {
		all = append(all, metric{what + part.name, unit, "lower", h.quantile(part.q) / scale})
	}
	return append(all, metric{what + "_max", unit, "lower", float64(h.max) / scale})
}

func (h *histogram) latency() []metric { return h.report("latency", "ns", 1) }
