package main

import "encoding/binary"

// The checksum of workloads/checksum.h.
const (
	checksumStart = 0xcbf29ce484222325
	checksumPrime = 0x100000001b3
)

func checksumAdd(sum uint64, b []byte) uint64 {
	for len(b) > 0 {
		var x [8]byte
		n := copy(x[:], b)
		sum = (sum ^ binary.LittleEndian.Uint64(x[:])) * checksumPrime
		b = b[n:]
	}
	return sum
}
