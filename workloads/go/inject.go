package main

import (
	"fmt"
	"runtime"
	"sync"
)

const (
	spawned = iota
	begun
	ended
)

var injectParams = []param{
	{"producers", 1, 10000, [3]int64{4, 16, 64}},
	{"spawns", 1, 1000000, [3]int64{600, 6400, 20000}},
}

// inject is workloads/inject.c: producers that overflow their queues into the
// global one.
type inject struct {
	producers, spawns int
	stage             []int
	fair              fairness
	t                 *trial
}

func newInject(t *trial) workload {
	producers, spawns := int(t.value["producers"]), int(t.value["spawns"])
	return &inject{producers: producers, spawns: spawns, stage: make([]int, producers*spawns), t: t}
}

func (s *inject) produce(stage []int) {
	var done sync.WaitGroup
	done.Add(len(stage))
	for i := range stage {
		me := &stage[i]
		*me = spawned
		go func() {
			if *me == spawned {
				*me = begun
			} else {
				*me += ended + 1
			}
			runtime.Gosched()
			*me++
			done.Done()
		}()
	}
	done.Wait()
}

func (s *inject) round() int64 {
	ended := make([]uint64, s.producers)
	s.fair.begin()
	crew(s.producers, func(i int) {
		s.produce(s.stage[i*s.spawns : (i+1)*s.spawns])
		ended[i] = now()
	})
	for _, t := range ended {
		if !s.t.warmUp {
			s.fair.addSpeed(1, t)
		}
	}
	s.fair.end()
	return int64(len(s.stage))
}

func (s *inject) verify() string {
	for i, stage := range s.stage {
		if stage != ended {
			return fmt.Sprintf("goroutine %d of %d is at stage %d instead of %d", i, len(s.stage), stage, ended)
		}
	}
	return ""
}

func (s *inject) metrics() []metric { return s.fair.report() }
