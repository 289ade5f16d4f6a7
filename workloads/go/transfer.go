package main

import (
	"fmt"
	"math"
	"runtime"
	"sync/atomic"
)

const givenUp = math.MaxInt64

var transferParams = []param{
	{"goroutines", 2, 10000, [3]int64{17, 17, 17}},
	{"turns", 1, 10000000, [3]int64{10, 5000, 50000}},
	{"patience", 1e6, 1000e9, [3]int64{2e9, 10e9, 10e9}},
}

type citizen struct {
	seen    atomic.Int64
	led     int64
	longest uint64
	_       [64]byte // a line of its own
}

// transfer is workloads/transfer.c: a leader that everybody must have seen before it
// resigns.
type transfer struct {
	t        *trial
	turns    int64
	patience uint64
	turn     atomic.Int64
	citizen  []citizen
	longest  uint64
}

func newTransfer(t *trial) workload {
	return &transfer{t: t, turns: t.value["turns"], patience: uint64(t.value["patience"]),
		citizen: make([]citizen, t.value["goroutines"])}
}

func (s *transfer) allHaveSeen(leader *citizen, turn int64) bool {
	for i := range s.citizen {
		if c := &s.citizen[i]; c != leader && c.seen.Load() != turn {
			return false
		}
	}
	return true
}

func (s *transfer) lead(me *citizen, turn int64) int64 {
	start, took := now(), uint64(0)
	seen := s.allHaveSeen(me, turn)
	for ; !seen && took < s.patience; seen = s.allHaveSeen(me, turn) {
		runtime.Gosched()
		took = now() - start
	}
	me.longest = larger(me.longest, took)
	me.seen.Store(turn)
	if seen {
		me.led++
		s.turn.Store(turn + 1)
		return turn + 1
	}
	s.turn.Store(givenUp)
	return givenUp
}

func (s *transfer) follow(me *citizen, turn int64) int64 {
	start := now()
	me.seen.Store(turn)
	for now()-start < s.patience {
		if next := s.turn.Load(); next != turn {
			return next
		}
		runtime.Gosched()
	}
	s.turn.Store(givenUp)
	return givenUp
}

func (s *transfer) round() int64 {
	s.turn.Store(1)
	for i := range s.citizen {
		s.citizen[i].seen.Store(0)
		s.citizen[i].led, s.citizen[i].longest = 0, 0
	}
	crew(len(s.citizen), func(i int) {
		me := &s.citizen[i]
		for turn := s.turn.Load(); turn <= s.turns; {
			if turn%int64(len(s.citizen)) == int64(i) {
				turn = s.lead(me, turn)
			} else {
				turn = s.follow(me, turn)
			}
		}
	})
	for i := range s.citizen {
		if !s.t.warmUp {
			s.longest = larger(s.longest, s.citizen[i].longest)
		}
	}
	return s.turns
}

func (s *transfer) verify() string {
	led := int64(0)
	for i := range s.citizen {
		if seen := s.citizen[i].seen.Load(); seen != s.turns {
			return fmt.Sprintf("goroutine %d saw %d of %d turns", i, seen, s.turns)
		}
		led += s.citizen[i].led
	}
	if led != s.turns {
		return fmt.Sprintf("%d turns were led, right is %d", led, s.turns)
	}
	return ""
}

func (s *transfer) metrics() []metric {
	return []metric{{"longest_turn", "ns", "lower", float64(s.longest)}}
}
