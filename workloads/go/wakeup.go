package main

import (
	"fmt"
	"sync"
	"time"
)

var wakeupParams = []param{
	{"wakes", 1, 10000000, [3]int64{20, 100, 1000}},
	{"workers", 1, 100000, [3]int64{4, 16, 16}},
	{"work", 0, 1e9, [3]int64{1000, 10000, 10000}},
	{"pause", 0, 1e9, [3]int64{100e3, 1e6, 1e6}},
}

type woken struct {
	calls chan uint64
	todo  int64
	times int64
	took  histogram
}

// wakeup is workloads/wakeup.c: goroutines that are woken one at a time, after a
// rest.
type wakeup struct {
	t      *trial
	worker []woken
	took   histogram
}

func newWakeup(t *trial) workload {
	s := &wakeup{t: t, worker: make([]woken, t.value["workers"])}
	for i := range s.worker {
		s.worker[i].calls = make(chan uint64, 1)
	}
	for i := int64(0); i < t.value["wakes"]; i++ {
		s.worker[i%int64(len(s.worker))].todo++
	}
	return s
}

func (s *wakeup) run(me *woken) {
	me.took = histogram{}
	for me.times = 0; me.times < me.todo; me.times++ {
		sent := <-me.calls
		me.took.add(now() - sent)
		if ns := s.t.value["work"]; ns > 0 {
			work(uint64(ns))
		}
	}
}

func (s *wakeup) round() int64 {
	var done sync.WaitGroup
	for i := range s.worker {
		me := &s.worker[i]
		done.Add(1)
		go func() {
			s.run(me)
			done.Done()
		}()
	}
	wakes := s.t.value["wakes"]
	for i := int64(0); i < wakes; i++ {
		time.Sleep(time.Duration(s.t.value["pause"]))
		s.worker[i%int64(len(s.worker))].calls <- now()
	}
	done.Wait()
	for i := range s.worker {
		if !s.t.warmUp {
			s.took.merge(&s.worker[i].took)
		}
	}
	return wakes
}

func (s *wakeup) verify() string {
	for i := range s.worker {
		if me := &s.worker[i]; me.times != me.todo || int64(me.took.n) != me.todo {
			return fmt.Sprintf("worker %d was woken %d times instead of %d", i, me.times, me.todo)
		}
	}
	return ""
}

func (s *wakeup) metrics() []metric { return s.took.latency() }
