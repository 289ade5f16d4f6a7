package main

import (
	"fmt"
	"reflect"
	"sync"
)

var selectstormParams = []param{
	{"channels", 1, 64, [3]int64{8, 8, 8}},
	{"receivers", 1, 10000, [3]int64{4, 4, 4}},
	{"messages", 1, 100000000, [3]int64{100, 10000, 100000}},
}

// selectstorm is workloads/selectstorm.c: receivers in selects over all channels at
// once. With eight channels it is a select statement; another number takes package
// reflect, which costs more.
type selectstorm struct {
	t     *trial
	got   []total // of each receiver
	right total
	fair  fairness
}

func newSelectstorm(t *trial) workload {
	s := &selectstorm{t: t, got: make([]total, t.value["receivers"])}
	for i := int64(0); i < t.value["channels"]; i++ {
		r := stream(t.seed, uint64(i))
		for j := int64(0); j < t.value["messages"]; j++ {
			s.right.add(r.next())
		}
	}
	return s
}

func receiveEight(c []chan uint64, stop <-chan struct{}) (got total) {
	var x uint64
	for {
		select {
		case x = <-c[0]:
		case x = <-c[1]:
		case x = <-c[2]:
		case x = <-c[3]:
		case x = <-c[4]:
		case x = <-c[5]:
		case x = <-c[6]:
		case x = <-c[7]:
		case <-stop:
			return got
		}
		got.add(x)
	}
}

func receiveAny(c []chan uint64, stop <-chan struct{}) (got total) {
	cases := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(stop)}}
	for _, in := range c {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(in)})
	}
	for {
		chosen, x, _ := reflect.Select(cases)
		if chosen == 0 {
			return got
		}
		got.add(x.Uint())
	}
}

func (s *selectstorm) round() int64 {
	var receivers sync.WaitGroup
	c := make([]chan uint64, s.t.value["channels"])
	for i := range c {
		c[i] = make(chan uint64)
	}
	stop := make(chan struct{})
	receive := receiveAny
	if len(c) == 8 {
		receive = receiveEight
	}
	for i := range s.got {
		got := &s.got[i]
		receivers.Add(1)
		go func() {
			*got = receive(c, stop)
			receivers.Done()
		}()
	}
	crew(len(c), func(i int) {
		r := stream(s.t.seed, uint64(i))
		for j := int64(0); j < s.t.value["messages"]; j++ {
			c[i] <- r.next()
		}
	})
	close(stop)
	receivers.Wait()
	for _, got := range s.got {
		if !s.t.warmUp {
			s.fair.add(float64(got.count))
		}
	}
	s.fair.end()
	return int64(s.right.count)
}

func (s *selectstorm) verify() string {
	if got := sumOf(s.got); got != s.right {
		return fmt.Sprintf("%d messages came to %x; right is %d and %x", got.count, got.sum, s.right.count, s.right.sum)
	}
	return ""
}

func (s *selectstorm) metrics() []metric { return s.fair.report() }
