package main

import (
	"fmt"
	"sync"
)

var sieveParams = []param{{"primes", 1, 20000, [3]int64{50, 1000, 4000}}}

// sieve is workloads/sieve.c: primes by a chain of goroutines, a filter for each.
type sieve struct {
	right, found []uint64
	done         sync.WaitGroup
}

func newSieve(t *trial) workload {
	s := &sieve{found: make([]uint64, t.value["primes"])}
	for x := uint64(2); len(s.right) < len(s.found); x++ {
		prime := true
		for _, p := range s.right {
			if p*p > x || !prime {
				break
			}
			prime = x%p != 0
		}
		if prime {
			s.right = append(s.right, x)
		}
	}
	return s
}

// begin starts filter i; nil when there is no place for its prime.
func (s *sieve) begin(i int) chan uint64 {
	if i >= len(s.found) {
		return nil
	}
	in := make(chan uint64)
	s.done.Add(1)
	go func() {
		s.filter(i, in)
		s.done.Done()
	}()
	return in
}

func (s *sieve) filter(i int, in <-chan uint64) {
	var out chan uint64
	prime := <-in
	s.found[i] = prime
	for x := range in {
		if x%prime == 0 {
			continue
		}
		if out == nil {
			out = s.begin(i + 1)
		}
		if out != nil {
			out <- x
		}
	}
	if out != nil {
		close(out)
	}
}

func (s *sieve) round() int64 {
	for i := range s.found {
		s.found[i] = 0
	}
	first := s.begin(0)
	for x := uint64(2); x <= s.right[len(s.right)-1]; x++ {
		first <- x
	}
	close(first)
	s.done.Wait()
	return int64(len(s.found))
}

func (s *sieve) verify() string {
	for i, p := range s.found {
		if p != s.right[i] {
			return fmt.Sprintf("prime %d came to %d, right is %d", i+1, p, s.right[i])
		}
	}
	return ""
}

func (s *sieve) metrics() []metric { return nil }
