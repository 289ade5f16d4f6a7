package main

import (
	"fmt"
	"sync"
	"time"
)

var timersParams = []param{
	{"timers", 1, 10000000, [3]int64{500, 20000, 500000}},
	{"span", 1000, 60e9, [3]int64{2e6, 100e6, 1e9}},
	{"way", 0, 1, [3]int64{0, 0, 0}},
}

type alarm struct {
	due, set, rang uint64
	times          int
}

// timers is workloads/timers.c: many timers or sleeping goroutines, each due at its
// own time.
type timers struct {
	t     *trial
	start uint64
	alarm []alarm
	late  histogram
}

func newTimers(t *trial) workload {
	c := &timers{t: t, alarm: make([]alarm, t.value["timers"])}
	r := stream(t.seed, 0)
	for i := range c.alarm {
		c.alarm[i].due = r.below(uint64(t.value["span"]))
	}
	return c
}

func (c *timers) setNow(a *alarm) time.Duration {
	a.set = now() - c.start
	return time.Duration(a.due) - time.Duration(a.set)
}

func (c *timers) round() int64 {
	var done sync.WaitGroup
	for i := range c.alarm {
		c.alarm[i].times = 0
	}
	done.Add(len(c.alarm))
	c.start = now()
	for i := range c.alarm {
		a := &c.alarm[i]
		ring := func() {
			a.rang = now() - c.start
			a.times++
			done.Done()
		}
		if c.t.value["way"] == 1 {
			time.AfterFunc(c.setNow(a), ring)
		} else {
			go func() {
				time.Sleep(c.setNow(a))
				ring()
			}()
		}
	}
	done.Wait()
	for i := range c.alarm {
		if !c.t.warmUp {
			c.late.add(c.alarm[i].rang - larger(c.alarm[i].due, c.alarm[i].set))
		}
	}
	return int64(len(c.alarm))
}

func (c *timers) verify() string {
	for i := range c.alarm {
		a := &c.alarm[i]
		if a.times != 1 {
			return fmt.Sprintf("timer %d fired %d times", i, a.times)
		}
		if a.rang < a.due {
			return fmt.Sprintf("timer %d fired %d ns too early", i, a.due-a.rang)
		}
	}
	return ""
}

func (c *timers) metrics() []metric { return c.late.latency() }
