package main

import (
	"fmt"
	"sync"
	"time"
)

var burstParams = []param{
	{"bursts", 1, 1000000, [3]int64{5, 20, 200}},
	{"goroutines", 1, 1000000, [3]int64{8, 64, 64}},
	{"piece", 0, 1e9, [3]int64{10e3, 10e3, 10e3}},
	{"pause", 0, 1e9, [3]int64{100e3, 1e6, 1e6}},
}

type burstPiece struct {
	ran   int64
	ended uint64
}

// burst is workloads/burst.c: short pieces of work, many at once and then none.
type burst struct {
	t     *trial
	piece []burstPiece
	took  histogram
}

func newBurst(t *trial) workload {
	return &burst{t: t, piece: make([]burstPiece, t.value["goroutines"])}
}

func (s *burst) round() int64 {
	ns := uint64(s.t.value["piece"])
	for i := range s.piece {
		s.piece[i].ran = 0
	}
	for b := int64(0); b < s.t.value["bursts"]; b++ {
		var done sync.WaitGroup
		start := now()
		for i := range s.piece {
			me := &s.piece[i]
			done.Add(1)
			go func() {
				work(ns)
				me.ran++
				me.ended = now()
				done.Done()
			}()
		}
		done.Wait()
		for i := range s.piece {
			if !s.t.warmUp {
				s.took.add(s.piece[i].ended - start)
			}
		}
		time.Sleep(time.Duration(s.t.value["pause"]))
	}
	return s.t.value["bursts"] * int64(len(s.piece))
}

func (s *burst) verify() string {
	for i := range s.piece {
		if s.piece[i].ran != s.t.value["bursts"] {
			return fmt.Sprintf("piece %d ran %d times in %d bursts", i, s.piece[i].ran, s.t.value["bursts"])
		}
	}
	return ""
}

func (s *burst) metrics() []metric { return s.took.latency() }
