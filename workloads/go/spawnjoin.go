package main

import "fmt"

var spawnjoinParams = []param{
	{"batches", 1, 100000000, [3]int64{50, 5000, 50000}},
	{"batch", 1, 1000000, [3]int64{100, 100, 100}},
}

// spawnjoin is workloads/spawnjoin.c: batches of goroutines that do nothing.
type spawnjoin struct {
	batches int64
	ran     []int64
}

func newSpawnjoin(t *trial) workload {
	return &spawnjoin{t.value["batches"], make([]int64, t.value["batch"])}
}

func (b *spawnjoin) round() int64 {
	for i := range b.ran {
		b.ran[i] = 0
	}
	for n := int64(0); n < b.batches; n++ {
		crew(len(b.ran), func(i int) { b.ran[i]++ })
	}
	return b.batches * int64(len(b.ran))
}

func (b *spawnjoin) verify() string {
	for i, ran := range b.ran {
		if ran != b.batches {
			return fmt.Sprintf("goroutine %d ran %d times in %d batches", i, ran, b.batches)
		}
	}
	return ""
}

func (b *spawnjoin) metrics() []metric { return nil }
