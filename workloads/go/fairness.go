package main

// fairness is workloads/fairness.h: Jain's index.
type fairness struct{ n, sum, squares float64 }

func (f *fairness) add(share float64) {
	f.n++
	f.sum += share
	f.squares += share * share
}

func (f *fairness) report() metric {
	jain := 1.0
	if f.squares > 0 {
		jain = f.sum * f.sum / (f.n * f.squares)
	}
	return metric{"fairness", "1", "higher", jain}
}
