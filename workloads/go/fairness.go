package main

// fairness is workloads/fairness.h: Jain's index, the mean of the rounds.
type fairness struct {
	start           uint64
	n, sum, squares float64 // of this round
	index, rounds   float64
}

// begin is the beginning of a round whose shares are speeds.
func (f *fairness) begin() { f.start = now() }

func (f *fairness) add(share float64) {
	f.n++
	f.sum += share
	f.squares += share * share
}

// addSpeed adds who had done so much work at the time ended.
func (f *fairness) addSpeed(work float64, ended uint64) {
	f.add(work / float64(ended-f.start+1))
}

// end takes in a round, if there was somebody to compare.
func (f *fairness) end() {
	if f.n > 1 {
		jain := 1.0
		if f.squares > 0 {
			jain = f.sum * f.sum / (f.n * f.squares)
		}
		f.index += jain
		f.rounds++
	}
	f.n, f.sum, f.squares = 0, 0, 0
}

// report is `fairness`, or nothing where no round counted.
func (f *fairness) report() []metric {
	if f.rounds == 0 {
		return nil
	}
	return []metric{{"fairness", "1", "higher", f.index / f.rounds}}
}
