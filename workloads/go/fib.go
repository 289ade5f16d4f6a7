package main

import (
	"fmt"
	"sync"
)

var fibParams = []param{{"n", 0, 45, [3]int64{20, 27, 32}}}

type fibAnswer struct{ value, spawns uint64 }

// fib is workloads/fib.c: Fibonacci by fork and join, a goroutine per fib(n-1).
type fib struct {
	n   int64
	got fibAnswer
}

func newFib(t *trial) workload { return &fib{n: t.value["n"]} }

func fibOf(n int64) fibAnswer {
	if n < 2 {
		return fibAnswer{uint64(n), 0}
	}
	var done sync.WaitGroup
	var first fibAnswer
	done.Add(1)
	go func() {
		first = fibOf(n - 1)
		done.Done()
	}()
	second := fibOf(n - 2)
	done.Wait()
	return fibAnswer{first.value + second.value, first.spawns + second.spawns + 1}
}

func fibonacci(n int64) uint64 {
	a, b := uint64(0), uint64(1)
	for ; n > 0; n-- {
		a, b = b, a+b
	}
	return a
}

func (f *fib) round() int64 {
	f.got = fibOf(f.n)
	return int64(f.got.spawns)
}

func (f *fib) verify() string {
	right := fibAnswer{fibonacci(f.n), 0}
	if f.n > 0 {
		right.spawns = fibonacci(f.n+1) - 1
	}
	if f.got != right {
		return fmt.Sprintf("fib(%d) came to %d in %d spawns; right is %d in %d",
			f.n, f.got.value, f.got.spawns, right.value, right.spawns)
	}
	return ""
}

func (f *fib) metrics() []metric { return nil }
