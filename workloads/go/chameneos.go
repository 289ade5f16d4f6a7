package main

import (
	"fmt"
	"sync"
)

const colours = 3

var chameneosParams = []param{
	{"creatures", 2, 10000, [3]int64{4, 10, 10}},
	{"meetings", 1, 100000000, [3]int64{2000, 200000, 2000000}},
}

type creature struct {
	met                  chan struct{} // something in it when the partner has come
	colour               int
	partner              *creature
	partnerColour        int
	meetings, withItself int64
}

// chameneos is workloads/chameneos.c: creatures that meet in pairs at one place.
type chameneos struct {
	t        *trial
	mutex    sync.Mutex
	waiting  *creature
	left     int64
	creature []creature
	fair     fairness
}

func newChameneos(t *trial) workload {
	p := &chameneos{t: t, creature: make([]creature, t.value["creatures"])}
	for i := range p.creature {
		p.creature[i].met = make(chan struct{}, 1)
	}
	return p
}

func complement(a, b int) int {
	if a == b {
		return a
	}
	return colours - a - b
}

func (p *chameneos) meet(me *creature) bool {
	p.mutex.Lock()
	other := p.waiting
	if p.left == 0 {
		p.mutex.Unlock()
		return false
	}
	if other == nil {
		p.waiting = me
		p.mutex.Unlock()
		<-me.met
		return true
	}
	me.partner, me.partnerColour = other, other.colour
	other.partner, other.partnerColour = me, me.colour
	p.waiting = nil
	p.left--
	p.mutex.Unlock()
	other.met <- struct{}{}
	return true
}

func (p *chameneos) round() int64 {
	p.left = p.t.value["meetings"]
	crew(len(p.creature), func(i int) {
		me := &p.creature[i]
		me.colour, me.meetings, me.withItself = i%colours, 0, 0
		for p.meet(me) {
			me.meetings++
			if me.partner == me {
				me.withItself++
			}
			me.colour = complement(me.colour, me.partnerColour)
		}
	})
	for i := range p.creature {
		if !p.t.warmUp {
			p.fair.add(float64(p.creature[i].meetings))
		}
	}
	p.fair.end()
	return p.t.value["meetings"]
}

func (p *chameneos) verify() string {
	var meetings, withItself int64
	for i := range p.creature {
		meetings += p.creature[i].meetings
		withItself += p.creature[i].withItself
	}
	if right := 2 * p.t.value["meetings"]; meetings != right || withItself != 0 {
		return fmt.Sprintf("the creatures met %d times, of that themselves %d; right is %d and 0", meetings, withItself, right)
	}
	return ""
}

func (p *chameneos) metrics() []metric { return p.fair.report() }
