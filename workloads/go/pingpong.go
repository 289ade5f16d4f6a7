package main

import "fmt"

var pingpongParams = []param{
	{"pairs", 1, 10000, [3]int64{1, 1, 1}},
	{"messages", 1, 100000000, [3]int64{10000, 500000, 5000000}},
}

// pingpong is workloads/pingpong.c: pairs that answer each other over unbuffered
// channels.
type pingpong struct {
	t          *trial
	messages   uint64
	ping, pong []chan uint64
	right      []uint64
	ended      []uint64
	fair       fairness
}

func newPingpong(t *trial) workload {
	n := t.value["pairs"]
	p := &pingpong{t: t, messages: uint64(t.value["messages"]),
		ping: make([]chan uint64, n), pong: make([]chan uint64, n),
		right: make([]uint64, n), ended: make([]uint64, n)}
	for i := range p.ping {
		p.ping[i], p.pong[i] = make(chan uint64), make(chan uint64)
	}
	return p
}

func (p *pingpong) first(i int) {
	p.right[i] = 0
	for m := uint64(0); m < p.messages; m++ {
		p.ping[i] <- m
		if <-p.pong[i] == m+1 {
			p.right[i]++
		}
	}
	p.ended[i] = now()
}

func (p *pingpong) round() int64 {
	p.fair.begin()
	crew(2*len(p.ping), func(i int) {
		if i%2 == 0 {
			p.first(i / 2)
			return
		}
		for m := uint64(0); m < p.messages; m++ {
			p.pong[i/2] <- <-p.ping[i/2] + 1
		}
	})
	for _, t := range p.ended {
		if !p.t.warmUp {
			p.fair.addSpeed(1, t)
		}
	}
	p.fair.end()
	return int64(len(p.ping)) * int64(p.messages)
}

func (p *pingpong) verify() string {
	for i, right := range p.right {
		if right != p.messages {
			return fmt.Sprintf("pair %d: %d of %d answers were right", i, right, p.messages)
		}
	}
	return ""
}

func (p *pingpong) metrics() []metric { return p.fair.report() }
