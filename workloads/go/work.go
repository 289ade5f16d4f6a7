package main

import (
	"math/bits"
	"sync"
	"time"
)

const calibrationIterations, calibrationRuns = 40000, 15
const workRateMin, workRateMax, workRateShift = 1 << 10, 1 << 30, 20

var epoch = time.Now()

// now is nanoseconds of the monotonic clock.
func now() uint64 { return uint64(time.Since(epoch)) }

// burn is the loop of dy_work: each step waits for the one before it, in either language.
//
//go:noinline
func burn(iterations uint64) uint64 {
	x := iterations
	for i := uint64(0); i < iterations; i++ {
		x = x*6364136223846793005 + 1
	}
	return x
}

// workRate is iterations in 2^20 ns, as given, or as found by calibrate; 0: not yet.
var (
	workRate   uint64
	calibrated sync.Once
)

func calibrate() {
	if workRate != 0 {
		return
	}
	best := ^uint64(0)
	for i := 0; i < calibrationRuns; i++ {
		start := now()
		burn(calibrationIterations)
		if took := now() - start; took < best {
			best = took
		}
	}
	workRate = (calibrationIterations << workRateShift) / larger(best, 1)
}

// work is dy_work: it burns about ns of CPU, by count and not by the clock.
func work(ns uint64) {
	calibrated.Do(calibrate)
	high, low := bits.Mul64(ns, workRate)
	burn(high<<(64-workRateShift) | low>>workRateShift)
}

func larger(a, b uint64) uint64 {
	if a > b {
		return a
	}
	return b
}
