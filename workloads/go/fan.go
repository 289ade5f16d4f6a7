package main

import (
	"fmt"
	"sync"
)

var fanParams = []param{
	{"jobs", 1, 100000000, [3]int64{1000, 50000, 500000}},
	{"workers", 1, 100000, [3]int64{4, 16, 16}},
	{"work", 0, 1e9, [3]int64{1000, 1000, 1000}},
}

// fan is workloads/fan.c: jobs fanned out to workers, and their results in again.
type fan struct {
	t          *trial
	jobs       uint64
	done       []uint64
	sum, right uint64
	fair       fairness
}

func newFan(t *trial) workload {
	f := &fan{t: t, jobs: uint64(t.value["jobs"]), done: make([]uint64, t.value["workers"])}
	for i := uint64(0); i < f.jobs; i++ {
		f.right += f.scramble(i)
	}
	return f
}

func (f *fan) scramble(job uint64) uint64 {
	r := stream(f.t.seed, job)
	return r.next()
}

func (f *fan) round() int64 {
	var workers sync.WaitGroup
	todo, results := make(chan uint64, channelRoom), make(chan uint64, channelRoom)
	go func() {
		for i := uint64(0); i < f.jobs; i++ {
			todo <- i
		}
		close(todo)
	}()
	for i := range f.done {
		done := &f.done[i]
		*done = 0
		workers.Add(1)
		go func() {
			for job := range todo {
				result := f.scramble(job)
				if ns := f.t.value["work"]; ns > 0 {
					work(uint64(ns))
				}
				results <- result
				*done++
			}
			workers.Done()
		}()
	}
	f.sum = 0
	for i := uint64(0); i < f.jobs; i++ {
		f.sum += <-results
	}
	workers.Wait()
	for _, done := range f.done {
		if !f.t.warmUp {
			f.fair.add(float64(done))
		}
	}
	f.fair.end()
	return int64(f.jobs)
}

func (f *fan) verify() string {
	all := uint64(0)
	for _, done := range f.done {
		all += done
	}
	if all != f.jobs || f.sum != f.right {
		return fmt.Sprintf("%d jobs came to %x; right is %d and %x", all, f.sum, f.jobs, f.right)
	}
	return ""
}

func (f *fan) metrics() []metric { return f.fair.report() }
