package main

import (
	"fmt"
	"sync"
)

const storeRoom = 50

var prodconsParams = []param{
	{"producers", 1, 10000, [3]int64{8, 40, 40}},
	{"items", 1, 100000000, [3]int64{500, 10000, 100000}},
}

// prodcons is workloads/prodcons.c: producers and consumers at a bounded buffer
// with conditions.
type prodcons struct {
	t                 *trial
	n                 int
	all               uint64 // items of a round
	mutex             sync.Mutex
	item              [storeRoom]uint64
	first, filled     int
	taken             uint64
	notEmpty, notFull *sync.Cond
	got               []total // of each consumer
	right             uint64
	fair              fairness
}

func newProdcons(t *trial) workload {
	s := &prodcons{t: t, n: int(t.value["producers"])}
	s.all = uint64(s.n) * uint64(t.value["items"])
	s.notEmpty, s.notFull = sync.NewCond(&s.mutex), sync.NewCond(&s.mutex)
	s.got = make([]total, s.n)
	for i := 0; i < s.n; i++ {
		r := stream(t.seed, uint64(i))
		for j := int64(0); j < t.value["items"]; j++ {
			s.right += r.next()
		}
	}
	return s
}

func (s *prodcons) put(x uint64) {
	s.mutex.Lock()
	for s.filled == storeRoom {
		s.notFull.Wait()
	}
	s.item[(s.first+s.filled)%storeRoom] = x
	s.filled++
	s.notEmpty.Signal()
	s.mutex.Unlock()
}

func (s *prodcons) take() (x uint64, there bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for s.filled == 0 && s.taken < s.all {
		s.notEmpty.Wait()
	}
	if s.filled == 0 {
		return 0, false
	}
	x = s.item[s.first]
	s.first = (s.first + 1) % storeRoom
	s.filled--
	s.notFull.Signal()
	if s.taken++; s.taken == s.all {
		s.notEmpty.Broadcast()
	}
	return x, true
}

func (s *prodcons) round() int64 {
	s.taken = 0
	crew(2*s.n, func(i int) {
		if i < s.n {
			var got total
			for x, there := s.take(); there; x, there = s.take() {
				got.add(x)
			}
			s.got[i] = got
			return
		}
		r := stream(s.t.seed, uint64(i-s.n))
		for j := int64(0); j < s.t.value["items"]; j++ {
			s.put(r.next())
		}
	})
	for _, got := range s.got {
		if !s.t.warmUp {
			s.fair.add(float64(got.count))
		}
	}
	s.fair.end()
	return int64(s.all)
}

func sumOf(all []total) (t total) {
	for _, got := range all {
		t.sum += got.sum
		t.count += got.count
	}
	return t
}

func (s *prodcons) verify() string {
	if got := sumOf(s.got); got != (total{s.right, s.all}) {
		return fmt.Sprintf("%d items came to %x; right is %d and %x", got.count, got.sum, s.all, s.right)
	}
	return ""
}

func (s *prodcons) metrics() []metric { return s.fair.report() }
