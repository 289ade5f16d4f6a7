package main

import (
	"fmt"
	"sync"
)

var hogParams = []param{
	{"messages", 1, 100000000, [3]int64{5000, 100000, 1000000}},
	{"hogs", 0, 10000, [3]int64{1, 1, 1}},
	{"hog", 0, 60e9, [3]int64{1e6, 50e6, 500e6}},
}

// hog is workloads/hog.c: a pair that answers each other, beside goroutines that
// compute.
type hog struct {
	t               *trial
	herd            herd
	right           int64
	done, allDone   float64
	rounds          float64
	trips, allTrips histogram
	fair            fairness
}

func newHog(t *trial) workload {
	return &hog{t: t, herd: newHerd(t.value["hogs"], t.value["hog"])}
}

func (h *hog) first(ping chan<- uint64, pong <-chan uint64) {
	start := now()
	for i := uint64(0); i < uint64(h.t.value["messages"]); i++ {
		ping <- i
		if <-pong == i+1 {
			h.right++
		}
		end := now()
		h.trips.add(end - start)
		start = end
	}
	h.done = h.herd.look()
}

func (h *hog) round() int64 {
	var done sync.WaitGroup
	ping, pong := make(chan uint64), make(chan uint64)
	messages := h.t.value["messages"]
	h.right, h.trips = 0, histogram{}
	h.herd.start(&done)
	done.Add(2)
	go func() {
		for i := int64(0); i < messages; i++ {
			pong <- <-ping + 1
		}
		done.Done()
	}()
	go func() {
		h.first(ping, pong)
		done.Done()
	}()
	done.Wait()
	if !h.t.warmUp {
		h.allTrips.merge(&h.trips)
		h.allDone += h.done
		h.rounds++
		for _, pieces := range h.herd.seen {
			h.fair.add(float64(pieces))
		}
		h.fair.end()
	}
	return messages
}

func (h *hog) verify() string {
	if h.right != h.t.value["messages"] {
		return fmt.Sprintf("%d of %d answers were right", h.right, h.t.value["messages"])
	}
	return h.herd.verify()
}

func (h *hog) metrics() []metric {
	all := h.allTrips.latency()
	if h.rounds > 0 && h.t.value["hogs"] > 0 {
		all = append(all, metric{"hog_done", "1", "", h.allDone / h.rounds})
	}
	return append(all, h.fair.report()...)
}
