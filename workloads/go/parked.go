package main

import (
	"fmt"
	"os"
	"sync"
)

var parkedParams = []param{
	{"goroutines", 1, 10000000, [3]int64{1000, 100000, 1000000}},
}

// parked is workloads/parked.c: goroutines that all wait on one channel, and are
// all woken by its close.
type parked struct {
	n        int64
	resident int64 // before the first of them
	bytes    int64 // resident, with all of them parked
	woken    int64 // under the mutex
	mutex    sync.Mutex
}

func newParked(t *trial) workload {
	return &parked{n: t.value["goroutines"], resident: residentBytes()}
}

func (p *parked) round() int64 {
	var arrived, left sync.WaitGroup
	gate := make(chan struct{})
	p.woken = 0
	arrived.Add(int(p.n))
	left.Add(int(p.n))
	for i := int64(0); i < p.n; i++ {
		go func() {
			arrived.Done()
			_, open := <-gate
			p.mutex.Lock()
			if !open {
				p.woken++
			}
			p.mutex.Unlock()
			left.Done()
		}()
	}
	arrived.Wait()
	p.bytes = residentBytes()
	close(gate)
	left.Wait()
	return p.n
}

func (p *parked) verify() string {
	if p.woken != p.n {
		return fmt.Sprintf("%d of %d goroutines were woken by the close", p.woken, p.n)
	}
	return ""
}

func (p *parked) metrics() []metric {
	return []metric{{"bytes_per_goroutine", "B", "lower", float64(p.bytes-p.resident) / float64(p.n)}}
}

// residentBytes is the second number of statm, in pages; 0 where there is none.
func residentBytes() int64 {
	var all, resident int64
	f, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0
	}
	defer f.Close()
	if _, err := fmt.Fscan(f, &all, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}
