package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const herdPiece = 10000 // ns

// herd is workloads/herd.h: goroutines that only compute, beside others.
type herd struct {
	pieces int64          // of one hog
	burnt  []atomic.Int64 // pieces of each
	seen   []int64        // of them, when look was there
}

func newHerd(n, ns int64) herd {
	return herd{ns / herdPiece, make([]atomic.Int64, n), make([]int64, n)}
}

func (h *herd) start(done *sync.WaitGroup) {
	done.Add(len(h.burnt))
	for i := range h.burnt {
		burnt := &h.burnt[i]
		burnt.Store(0)
		go func() {
			for j := int64(0); j < h.pieces; j++ {
				work(herdPiece)
				burnt.Add(1)
			}
			done.Done()
		}()
	}
}

// look keeps what each has burnt so far, and returns the share of all their work.
func (h *herd) look() float64 {
	sum, all := int64(0), h.pieces*int64(len(h.burnt))
	for i := range h.burnt {
		h.seen[i] = h.burnt[i].Load()
		sum += h.seen[i]
	}
	if all == 0 {
		return 0
	}
	return float64(sum) / float64(all)
}

func (h *herd) verify() string {
	for i := range h.burnt {
		if burnt := h.burnt[i].Load(); burnt != h.pieces {
			return fmt.Sprintf("hog %d burnt %d of %d pieces", i, burnt, h.pieces)
		}
	}
	return ""
}
