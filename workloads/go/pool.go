package main

import (
	"encoding/binary"
	"fmt"
	"sync"
)

var poolParams = []param{
	{"way", 0, 1, [3]int64{0, 0, 0}},
	{"goroutines", 1, 100000, [3]int64{8, 64, 64}},
	{"cycles", 1, 100000000, [3]int64{200, 2000, 20000}},
	{"bytes", 16, 1 << 24, [3]int64{16384, 16384, 16384}},
	{"work", 0, 1e9, [3]int64{0, 0, 0}},
}

// pool is workloads/pool.c: buffers that are allocated each time, or kept in a pool.
// What is allocated, Go's collector clears first and frees later.
type pool struct {
	t     *trial
	kept  sync.Pool
	right []int64
	fair  fairness
}

func newPool(t *trial) workload {
	s := &pool{t: t, right: make([]int64, t.value["goroutines"])}
	s.kept.New = func() any {
		b := make([]byte, t.value["bytes"])
		return &b
	}
	return s
}

// fill is memset: Go makes one of a loop only where it clears.
func fill(b []byte, x byte) {
	b[0] = x
	for n := 1; n < len(b); n *= 2 {
		copy(b[n:], b[:n])
	}
}

func (s *pool) use(b []byte, mark uint64) bool {
	fill(b, byte(mark))
	last := b[len(b)-8:]
	binary.LittleEndian.PutUint64(b, mark)
	binary.LittleEndian.PutUint64(last, mark)
	if ns := s.t.value["work"]; ns > 0 {
		work(uint64(ns))
	}
	return binary.LittleEndian.Uint64(b) == mark && binary.LittleEndian.Uint64(last) == mark
}

func (s *pool) round() int64 {
	cycles, pooled := s.t.value["cycles"], s.t.value["way"] == 1
	ended := make([]uint64, len(s.right))
	s.fair.begin()
	crew(len(s.right), func(id int) {
		s.right[id] = 0
		for i := int64(0); i < cycles; i++ {
			var b *[]byte
			if pooled {
				b = s.kept.Get().(*[]byte)
			} else {
				fresh := make([]byte, s.t.value["bytes"])
				b = &fresh
			}
			if s.use(*b, uint64(id)*uint64(cycles)+uint64(i)) {
				s.right[id]++
			}
			if pooled {
				s.kept.Put(b)
			}
		}
		ended[id] = now()
	})
	for _, t := range ended {
		if !s.t.warmUp {
			s.fair.addSpeed(1, t)
		}
	}
	s.fair.end()
	return int64(len(s.right)) * cycles
}

func (s *pool) verify() string {
	for i, right := range s.right {
		if right != s.t.value["cycles"] {
			return fmt.Sprintf("goroutine %d had %d of %d buffers to itself", i, right, s.t.value["cycles"])
		}
	}
	return ""
}

func (s *pool) metrics() []metric { return s.fair.report() }
