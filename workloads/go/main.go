// Twins of Dyno's workloads in Go: the same parameters, the same verified
// answers, the same rounds, one JSON document on standard output.
//
//	twins WORKLOAD [name=value ...] [duration=500ms]
//
// GOMAXPROCS comes from the environment, as for any Go program. Exit codes are
// dyno's: 0, 2 for a wrong command line, 6 when the answer is wrong.
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
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
}

// A workload is made for its parameters; round does some operations, and verify
// says what is wrong with their answer, or "".
type workload interface {
	round() (ops int64)
	verify() (why string)
	metrics() []metric
}

type param struct {
	name               string
	value, least, most int64
}

type entry struct {
	params []param
	make   func(value map[string]int64) workload
}

var catalogue = map[string]entry{
	"parked": {[]param{{"goroutines", 100000, 1, 10000000}}, newParked},
}

type document struct {
	Schema   int              `json:"schema"`
	Workload string           `json:"workload"`
	Subject  string           `json:"subject"`
	Version  string           `json:"go_version"`
	Procs    int              `json:"procs"`
	Params   map[string]int64 `json:"params"`
	Verified bool             `json:"verified"`
	Why      string           `json:"why"`
	Rounds   int              `json:"rounds"`
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

// parse reads name=value arguments over the defaults.
func parse(e entry, args []string) (map[string]int64, time.Duration) {
	value := map[string]int64{}
	duration := 500 * time.Millisecond
	known := map[string]param{}
	for _, p := range e.params {
		value[p.name] = p.value
		known[p.name] = p
	}
	for _, arg := range args {
		name, text, _ := strings.Cut(arg, "=")
		if name == "duration" {
			d, err := time.ParseDuration(text)
			if err != nil || d < 0 {
				complain("duration=%s: write it like 500ms", text)
			}
			duration = d
			continue
		}
		p, ok := known[name]
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok {
			complain("there is no parameter %q", name)
		}
		if err != nil || n < p.least || n > p.most {
			complain("%s: %q is not in %d..%d", name, text, p.least, p.most)
		}
		value[name] = n
	}
	return value, duration
}

// play runs one round that is not timed, then rounds until their time is up.
func play(w workload, duration time.Duration, d *document) {
	var ops int64
	var spent time.Duration
	w.round()
	for d.Why = w.verify(); d.Why == "" && (d.Rounds == 0 || spent < duration); d.Why = w.verify() {
		start := time.Now()
		ops += w.round()
		spent += time.Since(start)
		d.Rounds++
	}
	d.Verified = d.Why == ""
	if d.Verified {
		d.Metrics = append([]metric{
			{"throughput", "op/s", float64(ops) / spent.Seconds()},
			{"seconds", "s", spent.Seconds()},
			{"operations", "1", float64(ops)},
		}, w.metrics()...)
	}
}

func main() {
	if len(os.Args) < 2 {
		complain("which workload? One of: %s", strings.Join(names(), ", "))
	}
	e, ok := catalogue[os.Args[1]]
	if !ok {
		complain("there is no twin of %q; there are: %s", os.Args[1], strings.Join(names(), ", "))
	}
	value, duration := parse(e, os.Args[2:])
	d := document{Schema: 1, Workload: os.Args[1], Subject: "go",
		Version: runtime.Version(), Procs: runtime.GOMAXPROCS(0), Params: value, Metrics: []metric{}}
	play(e.make(value), duration, &d)
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if out.Encode(d) != nil {
		os.Exit(1)
	}
	if !d.Verified {
		os.Exit(6)
	}
}
