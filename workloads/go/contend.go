package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	wayMutex = iota
	waySharded
	wayLockFree
	wayChannel
)

const shards, channelRoom, sampleEvery = 16, 64, 16

var contendParams = []param{
	{"way", 0, 3, [3]int64{0, 0, 0}},
	{"goroutines", 1, 100000, [3]int64{4, 16, 16}},
	{"adds", 1, 100000000, [3]int64{500, 25000, 250000}},
	{"inside", 0, 1e9, [3]int64{100, 100, 100}},
	{"outside", 0, 1e9, [3]int64{100, 100, 100}},
}

type total struct{ sum, count uint64 }

func (t *total) add(number uint64) {
	t.sum += number
	t.count++
}

type shard struct {
	mutex sync.Mutex
	total total
	_     [64]byte // a line of its own
}

type adder struct {
	ended uint64
	waits histogram
}

// contend is workloads/contend.c: additions to one sum, protected in four ways.
type contend struct {
	t               *trial
	way             int64
	inside, outside uint64
	shard           [shards]shard
	sum, count      atomic.Uint64
	numbers         chan uint64
	owned           total
	right, got      total
	adder           []adder
	waits           histogram
	fair            fairness
}

func newContend(t *trial) workload {
	c := &contend{t: t, way: t.value["way"], inside: uint64(t.value["inside"]), outside: uint64(t.value["outside"]),
		numbers: make(chan uint64, channelRoom), adder: make([]adder, t.value["goroutines"])}
	for i := range c.adder {
		r := stream(t.seed, uint64(i))
		for j := int64(0); j < t.value["adds"]; j++ {
			c.right.add(r.next())
		}
	}
	return c
}

func (c *contend) workInside() {
	if c.inside > 0 {
		work(c.inside)
	}
}

// add adds one number and returns when it had the lock, or room in the channel.
func (c *contend) add(i int, number uint64, timed bool) (entered uint64) {
	switch c.way {
	case wayLockFree:
		c.workInside()
		c.sum.Add(number)
		c.count.Add(1)
		return 0
	case wayChannel:
		c.numbers <- number
		if timed {
			entered = now()
		}
		return entered
	}
	s := &c.shard[0]
	if c.way == waySharded {
		s = &c.shard[i%shards]
	}
	s.mutex.Lock()
	if timed {
		entered = now()
	}
	c.workInside()
	s.total.add(number)
	s.mutex.Unlock()
	return entered
}

func (c *contend) run(i int) {
	me := &c.adder[i]
	r := stream(c.t.seed, uint64(i))
	me.waits = histogram{}
	for j := int64(0); j < c.t.value["adds"]; j++ {
		if j%sampleEvery == 0 && c.way != wayLockFree {
			asked := now()
			me.waits.add(c.add(i, r.next(), true) - asked)
		} else {
			c.add(i, r.next(), false)
		}
		if c.outside > 0 {
			work(c.outside)
		}
	}
	me.ended = now()
}

func (c *contend) round() int64 {
	var done sync.WaitGroup
	ops := int64(len(c.adder)) * c.t.value["adds"]
	for i := range c.shard {
		c.shard[i].total = total{}
	}
	c.sum.Store(0)
	c.count.Store(0)
	c.owned = total{}
	c.fair.begin()
	if c.way == wayChannel {
		done.Add(1)
		go func() {
			for i := int64(0); i < ops; i++ {
				number := <-c.numbers
				c.workInside()
				c.owned.add(number)
			}
			done.Done()
		}()
	}
	for i := range c.adder {
		i := i
		done.Add(1)
		go func() {
			c.run(i)
			done.Done()
		}()
	}
	done.Wait()
	c.gather()
	return ops
}

func (c *contend) gather() {
	c.got = total{c.owned.sum + c.sum.Load(), c.owned.count + c.count.Load()}
	for i := range c.shard {
		c.got.sum += c.shard[i].total.sum
		c.got.count += c.shard[i].total.count
	}
	for i := range c.adder {
		if !c.t.warmUp {
			c.waits.merge(&c.adder[i].waits)
			c.fair.addSpeed(1, c.adder[i].ended)
		}
	}
	c.fair.end()
}

func (c *contend) verify() string {
	if c.got != c.right {
		return fmt.Sprintf("%d numbers came to %x; right is %d and %x", c.got.count, c.got.sum, c.right.count, c.right.sum)
	}
	return ""
}

func (c *contend) metrics() []metric {
	return append(c.waits.report("wait", "ns", 1), c.fair.report()...)
}
