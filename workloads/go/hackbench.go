package main

import (
	"fmt"
	"io"
	"os"
)

const hackbenchRoom = 64

var hackbenchParams = []param{
	{"groups", 1, 1000, [3]int64{2, 4, 10}},
	{"pairs", 1, 1000, [3]int64{4, 20, 20}},
	{"loops", 1, 1000000, [3]int64{5, 20, 100}},
	{"bytes", 8, 4096, [3]int64{100, 100, 100}},
	{"over", 0, 1, [3]int64{0, 0, 0}},
}

type hackSender struct {
	err   error
	ended uint64
}

type hackReceiver struct {
	in, out  *os.File
	words    chan uint64
	got, sum uint64
	err      error
}

// hackbench is workloads/hackbench.c: groups in which every sender sends to every
// receiver.
type hackbench struct {
	t        *trial
	pairs    int
	sender   []hackSender
	receiver []hackReceiver
	right    []uint64 // of each group
	fair     fairness
}

func newHackbench(t *trial) workload {
	h := &hackbench{t: t, pairs: int(t.value["pairs"])}
	groups := int(t.value["groups"])
	h.sender = make([]hackSender, groups*h.pairs)
	h.receiver = make([]hackReceiver, groups*h.pairs)
	h.right = make([]uint64, groups)
	for i := range h.receiver {
		r := &h.receiver[i]
		if t.value["over"] == 1 {
			r.words = make(chan uint64, hackbenchRoom)
			continue
		}
		var err error
		if r.in, r.out, err = os.Pipe(); err != nil {
			complain("cannot connect %d groups: %v; fewer groups or pairs, or a higher ulimit -n", groups, err)
		}
	}
	for i := range h.sender {
		h.messages(i, func(_ []byte, word uint64) bool {
			h.right[i/h.pairs] += word
			return true
		})
	}
	return h
}

// messages has each message of a sender sent, until that fails.
func (h *hackbench) messages(i int, send func(text []byte, word uint64) bool) {
	buf := make([]byte, h.t.value["bytes"])
	r := stream(h.t.seed, uint64(i))
	for j := int64(0); j < h.t.value["loops"]; j++ {
		r.fill(buf)
		if !send(buf, checksumAdd(checksumStart, buf)) {
			return
		}
	}
}

func (h *hackbench) send(i int) {
	me := &h.sender[i]
	me.err = nil
	first := i / h.pairs * h.pairs
	h.messages(i, func(text []byte, word uint64) bool {
		for j := first; j < first+h.pairs && me.err == nil; j++ {
			if to := &h.receiver[j]; to.words != nil {
				to.words <- word
			} else {
				_, me.err = to.out.Write(text)
			}
		}
		return me.err == nil
	})
	me.ended = now()
}

func (h *hackbench) all() uint64 { return uint64(h.pairs) * uint64(h.t.value["loops"]) }

func (h *hackbench) receive(me *hackReceiver) {
	buf := make([]byte, h.t.value["bytes"])
	me.sum, me.err = 0, nil
	for me.got = 0; me.got < h.all(); me.got++ {
		if me.words != nil {
			me.sum += <-me.words
			continue
		}
		if _, me.err = io.ReadFull(me.in, buf); me.err != nil {
			return
		}
		me.sum += checksumAdd(checksumStart, buf)
	}
}

func (h *hackbench) round() int64 {
	n := len(h.sender)
	h.fair.begin()
	crew(2*n, func(i int) {
		if i < n {
			h.receive(&h.receiver[i])
		} else {
			h.send(i - n)
		}
	})
	for _, s := range h.sender {
		if !h.t.warmUp {
			h.fair.addSpeed(1, s.ended)
		}
	}
	h.fair.end()
	return int64(n) * int64(h.all())
}

func (h *hackbench) verify() string {
	for i, s := range h.sender {
		if s.err != nil {
			return fmt.Sprintf("sender %d could not send: %v", i, s.err)
		}
	}
	for i, r := range h.receiver {
		if right := h.right[i/h.pairs]; r.got != h.all() || r.sum != right {
			return fmt.Sprintf("receiver %d got %d of %d messages (%v), whose checksums came to %x; right is %x",
				i, r.got, h.all(), r.err, r.sum, right)
		}
	}
	return ""
}

func (h *hackbench) metrics() []metric { return h.fair.report() }
