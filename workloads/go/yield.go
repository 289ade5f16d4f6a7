package main

import (
	"fmt"
	"runtime"
)

var yieldParams = []param{
	{"goroutines", 1, 100000, [3]int64{10, 100, 100}},
	{"yields", 1, 100000000, [3]int64{1000, 10000, 100000}},
}

// yield is workloads/yield.c: goroutines that yield in turn.
type yield struct {
	t       *trial
	yielded []int64
	fair    fairness
}

func newYield(t *trial) workload {
	return &yield{t: t, yielded: make([]int64, t.value["goroutines"])}
}

func (y *yield) round() int64 {
	ended := make([]uint64, len(y.yielded))
	y.fair.begin()
	crew(len(y.yielded), func(i int) {
		y.yielded[i] = 0
		for j := int64(0); j < y.t.value["yields"]; j++ {
			runtime.Gosched()
			y.yielded[i]++
		}
		ended[i] = now()
	})
	for _, t := range ended {
		if !y.t.warmUp {
			y.fair.addSpeed(1, t)
		}
	}
	y.fair.end()
	return int64(len(y.yielded)) * y.t.value["yields"]
}

func (y *yield) verify() string {
	for i, n := range y.yielded {
		if n != y.t.value["yields"] {
			return fmt.Sprintf("goroutine %d yielded %d times instead of %d", i, n, y.t.value["yields"])
		}
	}
	return ""
}

func (y *yield) metrics() []metric { return y.fair.report() }
