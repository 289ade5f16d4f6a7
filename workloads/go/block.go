package main

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"
)

const clockMonotonic = 1

// A blocker is dy_block: a read(2) that returns after a time, of a timer
// descriptor. It belongs to one goroutine.
type blocker struct{ fd int }

func newBlocker() blocker {
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic, syscall.O_CLOEXEC, 0)
	if errno != 0 {
		complain("cannot make a timer descriptor: %v; a higher ulimit -n?", errno)
	}
	return blocker{int(fd)}
}

func (b blocker) close() { syscall.Close(b.fd) }

func (b blocker) block(ns uint64) {
	var expirations [8]byte
	every := [4]int64{2: int64(ns / 1e9), 3: int64(ns % 1e9)}
	if ns == 0 {
		return
	}
	syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, uintptr(b.fd), 0,
		uintptr(unsafe.Pointer(&every)), 0, 0, 0)
	for {
		if _, err := syscall.Read(b.fd, expirations[:]); err != syscall.EINTR {
			return
		}
	}
}

var blockParams = []param{
	{"goroutines", 1, 100000, [3]int64{8, 32, 32}},
	{"calls", 1, 1000000, [3]int64{4, 20, 100}},
	{"latency", 0, 1e9, [3]int64{200e3, 1e6, 1e6}},
	{"work", 0, 1e9, [3]int64{0, 0, 0}},
}

type caller struct {
	made  int64
	ended uint64
	took  histogram
}

// block is workloads/block.c: blocking calls of a known latency.
type block struct {
	t      *trial
	caller []caller
	took   histogram
	fair   fairness
}

func newBlock(t *trial) workload {
	return &block{t: t, caller: make([]caller, t.value["goroutines"])}
}

func (b *block) round() int64 {
	var done sync.WaitGroup
	calls, latency, cpu := b.t.value["calls"], uint64(b.t.value["latency"]), uint64(b.t.value["work"])
	b.fair.begin()
	for i := range b.caller {
		me := &b.caller[i]
		done.Add(1)
		go func() {
			defer done.Done()
			timer := newBlocker()
			defer timer.close()
			*me = caller{}
			for j := int64(0); j < calls; j++ {
				if cpu > 0 {
					work(cpu)
				}
				start := now()
				timer.block(latency)
				me.took.add(now() - start)
				me.made++
			}
			me.ended = now()
		}()
	}
	done.Wait()
	for i := range b.caller {
		if !b.t.warmUp {
			b.took.merge(&b.caller[i].took)
			b.fair.addSpeed(1, b.caller[i].ended)
		}
	}
	b.fair.end()
	return calls * int64(len(b.caller))
}

func (b *block) verify() string {
	for i := range b.caller {
		if b.caller[i].made != b.t.value["calls"] {
			return fmt.Sprintf("caller %d made %d calls instead of %d", i, b.caller[i].made, b.t.value["calls"])
		}
	}
	return ""
}

func (b *block) metrics() []metric { return append(b.took.latency(), b.fair.report()...) }
