package main

import "sync"

// crew runs fn(0) to fn(n-1) in goroutines and waits for all of them.
func crew(n int, fn func(i int)) {
	var done sync.WaitGroup
	done.Add(n)
	for i := 0; i < n; i++ {
		i := i
		go func() {
			fn(i)
			done.Done()
		}()
	}
	done.Wait()
}
