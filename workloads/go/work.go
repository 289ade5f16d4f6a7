package main

import (
	"sync"
	"time"
)

const calibrationIterations, calibrationRuns = 40000, 15

var epoch = time.Now()

// now is nanoseconds of the monotonic clock.
func now() uint64 { return uint64(time.Since(epoch)) }

//go:noinline
func burn(iterations uint64) uint64 {
	x := iterations
	for i := uint64(0); i < iterations; i++ {
		x = x*6364136223846793005 + 1
	}
	return x
}

var (
	calibrated     sync.Once
	perMicrosecond uint64 // iterations in 1024 ns
)

func calibrate() {
	best := ^uint64(0)
	for i := 0; i < calibrationRuns; i++ {
		start := now()
		burn(calibrationIterations)
		if took := now() - start; took < best {
			best = took
		}
	}
	perMicrosecond = calibrationIterations*1024/larger(best, 1) + 1
}

// work is dy_work: it burns about ns of CPU, by count and not by the clock.
func work(ns uint64) {
	calibrated.Do(calibrate)
	burn(ns * perMicrosecond / 1024)
}

func larger(a, b uint64) uint64 {
	if a > b {
		return a
	}
	return b
}
