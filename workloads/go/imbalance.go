package main

import "fmt"

var imbalanceParams = []param{
	{"pieces", 1, 1000000, [3]int64{20, 200, 1000}},
	{"piece", 0, 1e9, [3]int64{100e3, 1e6, 1e6}},
}

// imbalance is workloads/imbalance.c: equal pieces of work, all spawned by one
// goroutine.
type imbalance struct {
	ns  uint64
	ran []int
}

func newImbalance(t *trial) workload {
	return &imbalance{uint64(t.value["piece"]), make([]int, t.value["pieces"])}
}

func (b *imbalance) round() int64 {
	for i := range b.ran {
		b.ran[i] = 0
	}
	crew(len(b.ran), func(i int) {
		work(b.ns)
		b.ran[i]++
	})
	return int64(len(b.ran))
}

func (b *imbalance) verify() string {
	for i, ran := range b.ran {
		if ran != 1 {
			return fmt.Sprintf("piece %d of %d ran %d times instead of once", i, len(b.ran), ran)
		}
	}
	return ""
}

func (b *imbalance) metrics() []metric { return nil }
