// Twins of Dyno's workloads in Go: the same parameters, the same verified
// answers, the same rounds, one JSON document on standard output.
//
//	twins WORKLOAD [name=value ...] [size=small] [duration=500ms] [seed=1] [work_rate=N]
//	twins params
//
// The second form lists the parameters of all: name, least, most and sizes.
// A size, tiny, small or full, sets all parameters, and what follows it changes one,
// also one that is called size itself, by a number. work_rate is dyno's rate of dy_work,
// steps in 2^20 ns: the same work is then the same number of steps. Without it, this
// process finds its own.
// GOMAXPROCS comes from the environment, as for any Go program. Exit codes are
// dyno's: 0, 2 for a wrong command line, 6 when the answer is wrong; and 77
// where the machine cannot run it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"
)

type metric struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Better string  `json:"better"`
	Value  float64 `json:"value"`
}

// A trial is what a workload is told.
type trial struct {
	value  map[string]int64
	seed   uint64
	warmUp bool // this round is not timed
}

// A workload is made for its parameters; round does some operations, and verify
// says what is wrong with their answer, or "".
type workload interface {
	round() (ops int64)
	verify() (why string)
	metrics() []metric
}

type param struct {
	name        string
	least, most int64
	size        [3]int64 // the value at tiny, small and full
}

type entry struct {
	params []param
	make   func(t *trial) workload
}

func (e entry) has(name string) bool {
	for _, p := range e.params {
		if p.name == name {
			return true
		}
	}
	return false
}

var sizes = []string{"tiny", "small", "full"}

type document struct {
	Schema   int              `json:"schema"`
	Workload string           `json:"workload"`
	Subject  string           `json:"subject"`
	Version  string           `json:"go_version"`
	Procs    int              `json:"procs"`
	Params   map[string]int64 `json:"params"`
	Verified bool             `json:"verified"`
	Outcome  string           `json:"outcome"`
	Why      string           `json:"why"`
	Rounds   int              `json:"rounds"`
	IdleCPU  *float64         `json:"idle_cpu"`
	WorkRate uint64           `json:"work_rate"` // 0: there was no work
	Metrics  []metric         `json:"metrics"`
}

func names() []string {
	all := []string{}
	for name := range catalogue {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

func complain(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "twins: "+format+"\n", args...)
	os.Exit(2)
}

// lack says what the machine has not.
func lack(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "twins: "+format+"\n", args...)
	os.Exit(77)
}

// request is what the command line asks for.
type request struct {
	trial
	duration time.Duration
}

func (q *request) resize(e entry, name string) {
	for i, size := range sizes {
		if size == name {
			for _, p := range e.params {
				q.value[p.name] = p.size[i]
			}
			return
		}
	}
	if e.has("size") {
		q.set(e, "size", name)
		return
	}
	complain("size=%s: take one of %s", name, strings.Join(sizes, ", "))
}

func (q *request) set(e entry, name, text string) {
	for _, p := range e.params {
		if p.name != name {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < p.least || n > p.most {
			complain("%s: %q is not in %d..%d", name, text, p.least, p.most)
		}
		q.value[name] = n
		return
	}
	complain("there is no parameter %q", name)
}

// parse reads name=value arguments over the defaults.
func parse(e entry, args []string) *request {
	q := &request{trial{map[string]int64{}, 1, false}, 500 * time.Millisecond}
	q.resize(e, "small")
	for _, arg := range args {
		var err error
		name, text, _ := strings.Cut(arg, "=")
		switch name {
		case "size":
			q.resize(e, text)
		case "seed":
			q.seed, err = strconv.ParseUint(text, 10, 64)
			if err != nil {
				complain("seed=%s is not a number", text)
			}
		case "duration":
			q.duration, err = time.ParseDuration(text)
			if err != nil || q.duration < 0 {
				complain("duration=%s: write it like 500ms", text)
			}
		case "work_rate":
			workRate, err = strconv.ParseUint(text, 10, 64)
			if err != nil || workRate < workRateMin || workRate > workRateMax {
				complain("work_rate=%s is not in %d..%d", text, workRateMin, workRateMax)
			}
		default:
			q.set(e, name, text)
		}
	}
	return q
}

// play runs one round that is not timed, then rounds until their time is up.
func play(w workload, q *request, d *document) {
	var ops int64
	var spent time.Duration
	var waits schedLatency
	q.warmUp = true
	w.round()
	q.warmUp = false
	waits.begin()
	for d.Why = w.verify(); d.Why == "" && (d.Rounds == 0 || spent < q.duration); d.Why = w.verify() {
		start := time.Now()
		ops += w.round()
		spent += time.Since(start)
		d.Rounds++
	}
	d.Verified = d.Why == ""
	d.Outcome = map[bool]string{true: "ok", false: "wrong"}[d.Verified]
	if d.Verified {
		d.Metrics = append([]metric{
			{"throughput", "op/s", "higher", float64(ops) / spent.Seconds()},
			{"seconds", "s", "", spent.Seconds()},
			{"operations", "1", "", float64(ops)},
		}, waits.report()...)
		d.Metrics = append(d.Metrics, w.metrics()...)
		d.IdleCPU = idleCPU()
		d.WorkRate = workRate
	}
}

func listParams() {
	for _, name := range names() {
		for _, p := range catalogue[name].params {
			fmt.Println(name, p.name, p.least, p.most, p.size[0], p.size[1], p.size[2])
		}
	}
}

func main() {
	if len(os.Args) < 2 {
		complain("which workload? One of: %s", strings.Join(names(), ", "))
	}
	if os.Args[1] == "params" {
		listParams()
		return
	}
	e, ok := catalogue[os.Args[1]]
	if !ok {
		complain("there is no twin of %q; there are: %s", os.Args[1], strings.Join(names(), ", "))
	}
	q := parse(e, os.Args[2:])
	d := document{Schema: 1, Workload: os.Args[1], Subject: "go",
		Version: runtime.Version(), Procs: runtime.GOMAXPROCS(0), Params: q.value, Metrics: []metric{}}
	play(e.make(&q.trial), q, &d)
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if out.Encode(d) != nil {
		os.Exit(1)
	}
	if !d.Verified {
		os.Exit(6)
	}
}
