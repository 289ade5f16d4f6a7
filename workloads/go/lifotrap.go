package main

import (
	"fmt"
	"sync"
)

var lifotrapParams = []param{
	{"turns", 1, 10000000, [3]int64{10, 20, 200}},
	{"work", 0, 1e9, [3]int64{100e3, 5e6, 5e6}},
}

type turnMessage struct{ turn, sent uint64 }

// lifotrap is workloads/lifotrap.c: a goroutine readies another and goes on
// computing.
type lifotrap struct {
	t                 *trial
	answered, heard   uint64
	waited, allWaited histogram
}

func newLifotrap(t *trial) workload { return &lifotrap{t: t} }

func (l *lifotrap) round() int64 {
	var done sync.WaitGroup
	there, back := make(chan turnMessage, 1), make(chan uint64, 1)
	turns, ns := uint64(l.t.value["turns"]), uint64(l.t.value["work"])
	l.answered, l.heard, l.waited = 0, 0, histogram{}
	done.Add(2)
	go func() {
		for i := uint64(0); i < turns; i++ {
			m := <-there
			l.waited.add(now() - m.sent)
			if m.turn == i {
				l.heard++
			}
			back <- m.turn + 1
		}
		done.Done()
	}()
	go func() {
		for i := uint64(0); i < turns; i++ {
			there <- turnMessage{i, now()}
			if ns > 0 {
				work(ns)
			}
			if <-back == i+1 {
				l.answered++
			}
		}
		done.Done()
	}()
	done.Wait()
	if !l.t.warmUp {
		l.allWaited.merge(&l.waited)
	}
	return int64(turns)
}

func (l *lifotrap) verify() string {
	if turns := uint64(l.t.value["turns"]); l.answered != turns || l.heard != turns {
		return fmt.Sprintf("%d messages and %d of %d answers were right", l.heard, l.answered, turns)
	}
	return ""
}

func (l *lifotrap) metrics() []metric { return l.allWaited.latency() }
