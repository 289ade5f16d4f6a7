package main

import (
	"fmt"
	"sync"
)

const insertion = 16

var mergesortParams = []param{
	{"n", 0, 100000000, [3]int64{10000, 500000, 5000000}},
	{"cutoff", 16, 1000000, [3]int64{512, 2048, 2048}},
}

type digest struct{ sum, scrambled uint64 }

func digestOf(v []uint64) (d digest) {
	for _, x := range v {
		scramble := rng{x}
		d.sum += x
		d.scrambled += scramble.next()
	}
	return d
}

// mergesort is workloads/mergesort.c: merge sort, a goroutine per lower half.
type mergesort struct {
	cutoff   int
	r        rng
	v, spare []uint64
	right    digest
}

func newMergesort(t *trial) workload {
	n := t.value["n"]
	return &mergesort{int(t.value["cutoff"]), stream(t.seed, 0), make([]uint64, n), make([]uint64, n), digest{}}
}

func insertionSort(v []uint64) {
	for i := 1; i < len(v); i++ {
		x, j := v[i], i
		for ; j > 0 && v[j-1] > x; j-- {
			v[j] = v[j-1]
		}
		v[j] = x
	}
}

func merge(v, spare []uint64, half int) {
	i, j, k := 0, half, 0
	copy(spare, v[:half])
	for i < half && j < len(v) {
		if v[j] < spare[i] {
			v[k] = v[j]
			j++
		} else {
			v[k] = spare[i]
			i++
		}
		k++
	}
	copy(v[k:], spare[i:half])
}

func sortAlone(v, spare []uint64) {
	if len(v) <= insertion {
		insertionSort(v)
		return
	}
	half := len(v) / 2
	sortAlone(v[:half], spare[:half])
	sortAlone(v[half:], spare[half:])
	merge(v, spare, half)
}

func (m *mergesort) sort(v, spare []uint64) {
	if len(v) <= m.cutoff {
		sortAlone(v, spare)
		return
	}
	var done sync.WaitGroup
	half := len(v) / 2
	done.Add(1)
	go func() {
		m.sort(v[:half], spare[:half])
		done.Done()
	}()
	m.sort(v[half:], spare[half:])
	done.Wait()
	merge(v, spare, half)
}

func (m *mergesort) round() int64 {
	for i := range m.v {
		m.v[i] = m.r.next()
	}
	m.right = digestOf(m.v)
	m.sort(m.v, m.spare)
	if len(m.v) == 0 {
		return 1
	}
	return int64(len(m.v))
}

func (m *mergesort) verify() string {
	for i := 1; i < len(m.v); i++ {
		if m.v[i-1] > m.v[i] {
			return fmt.Sprintf("number %d of %d is less than the one before it", i, len(m.v))
		}
	}
	if digestOf(m.v) != m.right {
		return "the numbers are sorted and are not the same"
	}
	return ""
}

func (m *mergesort) metrics() []metric { return nil }
