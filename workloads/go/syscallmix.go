package main

import (
	"fmt"
	"sync"
)

var syscallmixParams = []param{
	{"goroutines", 1, 100000, [3]int64{8, 32, 32}},
	{"pieces", 1, 1000000, [3]int64{8, 50, 400}},
	{"share", 0, 100, [3]int64{10, 10, 10}},
	{"latency", 0, 1e9, [3]int64{100e3, 1e6, 1e6}},
	{"work", 0, 1e9, [3]int64{10e3, 50e3, 50e3}},
}

type mixWorker struct {
	right, sum   uint64
	needs, ended uint64 // needs: ns of work and latency, as drawn
	took         histogram
}

// syscallmix is workloads/syscallmix.c: goroutines that compute and, with a given
// share, block.
type syscallmix struct {
	t      *trial
	worker []mixWorker
	took   histogram
	fair   fairness
}

// nextBlocks draws whether the next piece is a call, and adds that to the sum.
func (s *syscallmix) nextBlocks(r *rng, sum *uint64) bool {
	blocks := r.below(100) < uint64(s.t.value["share"])
	x := uint64(0)
	if blocks {
		x = 1
	}
	*sum = (*sum ^ x) * checksumPrime
	return blocks
}

func newSyscallmix(t *trial) workload {
	s := &syscallmix{t: t, worker: make([]mixWorker, t.value["goroutines"])}
	for i := range s.worker {
		r := stream(t.seed, uint64(i))
		s.worker[i].right = checksumStart
		for j := int64(0); j < t.value["pieces"]; j++ {
			needs := t.value["work"]
			if s.nextBlocks(&r, &s.worker[i].right) {
				needs = t.value["latency"]
			}
			s.worker[i].needs += uint64(needs)
		}
	}
	return s
}

func (s *syscallmix) run(i int) {
	me := &s.worker[i]
	timer := newBlocker()
	defer timer.close()
	r := stream(s.t.seed, uint64(i))
	latency, ns := uint64(s.t.value["latency"]), uint64(s.t.value["work"])
	me.sum, me.took = checksumStart, histogram{}
	for j := int64(0); j < s.t.value["pieces"]; j++ {
		if !s.nextBlocks(&r, &me.sum) {
			work(ns)
			continue
		}
		start := now()
		timer.block(latency)
		me.took.add(now() - start)
	}
	me.ended = now()
}

func (s *syscallmix) round() int64 {
	var done sync.WaitGroup
	s.fair.begin()
	for i := range s.worker {
		i := i
		done.Add(1)
		go func() {
			s.run(i)
			done.Done()
		}()
	}
	done.Wait()
	for i := range s.worker {
		if !s.t.warmUp {
			s.took.merge(&s.worker[i].took)
			s.fair.addSpeed(float64(s.worker[i].needs), s.worker[i].ended)
		}
	}
	s.fair.end()
	return int64(len(s.worker)) * s.t.value["pieces"]
}

func (s *syscallmix) verify() string {
	for i := range s.worker {
		if me := &s.worker[i]; me.sum != me.right {
			return fmt.Sprintf("worker %d came to the sum %x, right is %x", i, me.sum, me.right)
		}
	}
	return ""
}

func (s *syscallmix) metrics() []metric { return append(s.took.latency(), s.fair.report()...) }
