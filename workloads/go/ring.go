package main

import (
	"fmt"
	"sync"
)

var ringParams = []param{
	{"nodes", 2, 100000, [3]int64{503, 503, 503}},
	{"tokens", 1, 99999, [3]int64{1, 1, 1}},
	{"passes", 1, 1000000000, [3]int64{10000, 500000, 5000000}},
}

type token struct{ id, left int64 }

// ring is workloads/ring.c: tokens that go round a ring of goroutines.
type ring struct {
	nodes, tokens, passes int64
	ended                 []int64
}

func newRing(t *trial) workload {
	r := &ring{t.value["nodes"], t.value["tokens"], t.value["passes"], nil}
	if r.tokens >= r.nodes {
		complain("tokens=%d must be fewer than nodes=%d", r.tokens, r.nodes)
	}
	r.ended = make([]int64, r.tokens)
	return r
}

func (r *ring) first(token int64) int64 { return token * r.nodes / r.tokens }

func (r *ring) round() int64 {
	var nodes, underWay sync.WaitGroup
	in := make([]chan token, r.nodes)
	for i := range in {
		in[i] = make(chan token)
	}
	for i := range in {
		id, out := int64(i), in[(i+1)%len(in)]
		nodes.Add(1)
		go func() {
			for t := range in[id] {
				if t.left > 0 {
					out <- token{t.id, t.left - 1}
					continue
				}
				r.ended[t.id] = id
				underWay.Done()
			}
			nodes.Done()
		}()
	}
	underWay.Add(int(r.tokens))
	for i := range r.ended {
		r.ended[i] = -1
		in[r.first(int64(i))] <- token{int64(i), r.passes}
	}
	underWay.Wait()
	for i := range in {
		close(in[i])
	}
	nodes.Wait()
	return r.tokens * r.passes
}

func (r *ring) verify() string {
	for i, ended := range r.ended {
		if right := (r.first(int64(i)) + r.passes) % r.nodes; ended != right {
			return fmt.Sprintf("token %d ended at node %d, right is %d", i, ended, right)
		}
	}
	return ""
}

func (r *ring) metrics() []metric { return nil }
