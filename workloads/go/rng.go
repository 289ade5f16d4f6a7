package main

import (
	"encoding/binary"
	"math"
)

// rng is workloads/rng.h: SplitMix64, so that a seed means the same in both.
type rng struct{ state uint64 }

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	x := r.state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// stream returns stream i of a seed.
func stream(seed, i uint64) rng {
	a := rng{seed}
	b := rng{a.next() + i}
	return rng{b.next()}
}

func (r *rng) below(n uint64) uint64 { return r.next() % n }

func (r *rng) exponential(mean float64) float64 {
	return -math.Log(r.share()) * mean
}

// share draws from (0, 1): 53 bits, and never 0.
func (r *rng) share() float64 { return (float64(r.next()>>11) + 0.5) / (1 << 53) }

// fill fills b as rng_fill does.
func (r *rng) fill(b []byte) {
	for len(b) > 0 {
		var x [8]byte
		binary.LittleEndian.PutUint64(x[:], r.next())
		b = b[copy(b, x[:]):]
	}
}
