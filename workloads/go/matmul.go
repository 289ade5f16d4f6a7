package main

import "fmt"

const entryMax, vectors = 1000, 16

var matmulParams = []param{
	{"n", 1, 4096, [3]int64{48, 512, 1024}},
	{"band", 1, 4096, [3]int64{8, 8, 8}},
}

// matmul is workloads/matmul.c: a product of matrices, a goroutine per band of rows.
type matmul struct {
	n, rows int
	check   rng
	a, b, c []int64
}

func newMatmul(t *trial) workload {
	n := int(t.value["n"])
	m := &matmul{n: n, rows: int(t.value["band"]), check: stream(t.seed, 1),
		a: make([]int64, n*n), b: make([]int64, n*n), c: make([]int64, n*n)}
	r := stream(t.seed, 0)
	for _, v := range [][]int64{m.a, m.b} {
		for i := range v {
			v[i] = int64(r.below(entryMax))
		}
	}
	return m
}

func (m *matmul) row(i int) {
	c := m.c[i*m.n : (i+1)*m.n]
	for j := range c {
		c[j] = 0
	}
	for k, factor := range m.a[i*m.n : (i+1)*m.n] {
		for j, b := range m.b[k*m.n : (k+1)*m.n] {
			c[j] += factor * b
		}
	}
}

func (m *matmul) round() int64 {
	for i := range m.c {
		m.c[i] = -1
	}
	crew((m.n+m.rows-1)/m.rows, func(band int) {
		for i := band * m.rows; i < (band+1)*m.rows && i < m.n; i++ {
			m.row(i)
		}
	})
	return int64(m.n) * int64(m.n) * int64(m.n)
}

func dot(a, b []int64) (sum int64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func (m *matmul) verify() string {
	x, bx := make([]int64, m.n), make([]int64, m.n)
	for v := 0; v < vectors; v++ {
		for i := range x {
			x[i] = int64(m.check.below(2))
		}
		for i := range bx {
			bx[i] = dot(m.b[i*m.n:(i+1)*m.n], x)
		}
		for i := range x {
			if dot(m.c[i*m.n:(i+1)*m.n], x) != dot(m.a[i*m.n:(i+1)*m.n], bx) {
				return fmt.Sprintf("row %d of the product is wrong", i)
			}
		}
	}
	return ""
}

func (m *matmul) metrics() []metric { return nil }
