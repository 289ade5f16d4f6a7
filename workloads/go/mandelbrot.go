package main

import "fmt"

const one = 1 << 28 // 28 fractional bits

var mandelbrotParams = []param{
	{"size", 1, 8192, [3]int64{32, 256, 512}},
	{"limit", 1, 100000, [3]int64{100, 1000, 4000}},
}

// mandelbrot is workloads/mandelbrot.c: the Mandelbrot set, a goroutine per row.
type mandelbrot struct {
	size, limit int64
	right, sum  []int64 // iterations of each row
}

func newMandelbrot(t *trial) workload {
	m := &mandelbrot{size: t.value["size"], limit: t.value["limit"]}
	m.right, m.sum = make([]int64, m.size), make([]int64, m.size)
	for i := range m.right {
		m.right[i] = m.row(int64(i))
	}
	return m
}

func (m *mandelbrot) iterations(cx, cy int64) (i int64) {
	var x, y int64
	for ; i < m.limit; i++ {
		xx, yy := x*x/one, y*y/one
		if xx+yy > 4*one {
			break
		}
		x, y = xx-yy+cx, 2*x*y/one+cy
	}
	return i
}

func (m *mandelbrot) row(y int64) (sum int64) {
	cy := 3*one*y/m.size - 3*one/2
	for x := int64(0); x < m.size; x++ {
		sum += m.iterations(3*one*x/m.size-2*one, cy)
	}
	return sum
}

func (m *mandelbrot) round() int64 {
	for i := range m.sum {
		m.sum[i] = 0
	}
	crew(len(m.sum), func(i int) { m.sum[i] += m.row(int64(i)) })
	return m.size * m.size
}

func (m *mandelbrot) verify() string {
	for i, sum := range m.sum {
		if sum != m.right[i] {
			return fmt.Sprintf("row %d took %d iterations, right is %d", i, sum, m.right[i])
		}
	}
	return ""
}

func (m *mandelbrot) metrics() []metric { return nil }
