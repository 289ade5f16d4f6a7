package main

import "fmt"

const skynetFan = 10

var skynetParams = []param{{"depth", 0, 7, [3]int64{3, 5, 6}}}

// skynet is workloads/skynet.c: a tree of goroutines, ten to each, that add up
// their leaves.
type skynet struct{ leaves, sum uint64 }

func newSkynet(t *trial) workload {
	s := &skynet{leaves: 1}
	for i := int64(0); i < t.value["depth"]; i++ {
		s.leaves *= skynetFan
	}
	return s
}

func skynetNode(parent chan<- uint64, first, leaves uint64) {
	if leaves == 1 {
		parent <- first
		return
	}
	children := make(chan uint64, skynetFan)
	part, sum := leaves/skynetFan, uint64(0)
	for i := uint64(0); i < skynetFan; i++ {
		go skynetNode(children, first+i*part, part)
	}
	for i := 0; i < skynetFan; i++ {
		sum += <-children
	}
	parent <- sum
}

func (s *skynet) round() int64 {
	root := make(chan uint64, 1)
	go skynetNode(root, 0, s.leaves)
	s.sum = <-root
	return int64((s.leaves*skynetFan - 1) / (skynetFan - 1))
}

func (s *skynet) verify() string {
	if right := s.leaves * (s.leaves - 1) / 2; s.sum != right {
		return fmt.Sprintf("the leaves add up to %d, right is %d", s.sum, right)
	}
	return ""
}

func (s *skynet) metrics() []metric { return nil }
