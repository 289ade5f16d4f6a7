package main

import (
	"fmt"
	"math/bits"
)

var nqueensParams = []param{
	{"n", 1, 16, [3]int64{8, 13, 14}},
	{"spawn", 0, 8, [3]int64{3, 3, 4}},
}

var nqueensRight = []uint64{1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200, 73712, 365596, 2279184, 14772512}

type board struct{ columns, left, right uint32 }

func (b board) with(column uint32) board {
	return board{b.columns | column, (b.left | column) << 1, (b.right | column) >> 1}
}

// nqueens is workloads/nqueens.c: place n queens, a goroutine per queen of the
// first rows.
type nqueens struct {
	n     int
	spawn int
	ways  uint64
}

func newNqueens(t *trial) workload {
	return &nqueens{n: int(t.value["n"]), spawn: int(t.value["spawn"])}
}

func (q *nqueens) open(b board) uint32 {
	return (1<<q.n - 1) &^ (b.columns | b.left | b.right)
}

func (q *nqueens) count(b board) (ways uint64) {
	if b.columns == 1<<q.n-1 {
		return 1
	}
	for open := q.open(b); open != 0; open &= open - 1 {
		ways += q.count(b.with(open & -open))
	}
	return ways
}

func (q *nqueens) solve(b board, spawn int) (ways uint64) {
	if spawn == 0 || b.columns == 1<<q.n-1 {
		return q.count(b)
	}
	open := q.open(b)
	part := make([]uint64, bits.OnesCount32(open))
	child := make([]board, 0, len(part))
	for ; open != 0; open &= open - 1 {
		child = append(child, b.with(open&-open))
	}
	crew(len(part), func(i int) { part[i] = q.solve(child[i], spawn-1) })
	for _, n := range part {
		ways += n
	}
	return ways
}

func (q *nqueens) round() int64 {
	crew(1, func(int) { q.ways = q.solve(board{}, q.spawn) })
	return 1
}

func (q *nqueens) verify() string {
	if q.ways != nqueensRight[q.n] {
		return fmt.Sprintf("%d queens fit in %d ways; right is %d", q.n, q.ways, nqueensRight[q.n])
	}
	return ""
}

func (q *nqueens) metrics() []metric { return nil }
