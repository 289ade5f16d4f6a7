package main

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
)

const draws = 1 << 31

var utsParams = []param{
	{"tree", 1, 13, [3]int64{1, 1, 1}},
	{"depth", 0, 10, [3]int64{6, 9, 10}},
	{"root", 1, 2000, [3]int64{100, 200, 2000}},
}

type utsNode struct {
	state [sha1.Size]byte
	depth uint32
}

type utsCount struct {
	nodes, leaves uint64
	depth         uint32
}

func (c *utsCount) add(part utsCount) {
	c.nodes += part.nodes
	c.leaves += part.leaves
	if part.depth > c.depth {
		c.depth = part.depth
	}
}

// utsTree is workloads/uts_tree.h: geometric if it has no children.
type utsTree struct {
	seed, depth, root, children uint32
	below                       float64
	atMost                      [128]uint64
}

func geometricTree(seed, depth uint32) *utsTree {
	t := &utsTree{seed: seed, depth: depth}
	x := uint64(draws) << 30
	for k := range t.atMost {
		t.atMost[k] = x >> 30
		x = x * 4 / 5
	}
	return t
}

func binomialTree(seed, root, children uint32, q float64) *utsTree {
	return &utsTree{seed: seed, root: root, children: children, below: q * draws}
}

func (t *utsTree) top() (n utsNode) {
	var text [sha1.Size]byte
	binary.BigEndian.PutUint32(text[sha1.Size-4:], t.seed)
	n.state = sha1.Sum(text[:])
	return n
}

func (n *utsNode) child(i uint32) utsNode {
	var text [sha1.Size + 4]byte
	copy(text[:], n.state[:])
	binary.BigEndian.PutUint32(text[sha1.Size:], i)
	return utsNode{sha1.Sum(text[:]), n.depth + 1}
}

func (t *utsTree) count(n *utsNode) (k uint32) {
	draw := binary.BigEndian.Uint32(n.state[sha1.Size-4:]) & (draws - 1)
	if t.children > 0 {
		if n.depth == 0 {
			return t.root
		}
		if float64(draw) < t.below {
			return t.children
		}
		return 0
	}
	if n.depth >= t.depth {
		return 0
	}
	for uint64(draws-draw) <= t.atMost[k+1] {
		k++
	}
	return k
}

// walk counts a subtree alone.
func (t *utsTree) walk() (all utsCount) {
	pending := []utsNode{t.top()}
	for len(pending) > 0 {
		n := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		children := t.count(&n)
		one := utsCount{1, 0, n.depth}
		if children == 0 {
			one.leaves = 1
		}
		all.add(one)
		for i := uint32(0); i < children; i++ {
			pending = append(pending, n.child(i))
		}
	}
	return all
}

type utsTask struct {
	parent     *utsTask
	node       utsNode
	children   []*utsTask
	count      utsCount
	unfinished atomic.Int32
}

// uts is workloads/uts.c: count an unbalanced tree, a goroutine per interior node.
// Nobody waits for children: the last of a family goes on as the parent.
type uts struct {
	tree       *utsTree
	right, got utsCount
	done       sync.WaitGroup
}

func newUts(t *trial) workload {
	u := &uts{}
	switch t.value["tree"] {
	case 1:
		u.tree = geometricTree(19, uint32(t.value["depth"]))
		u.right = u.tree.walk()
	case 3:
		u.tree = binomialTree(42, uint32(t.value["root"]), 8, 0.124875)
		u.right = u.tree.walk()
	case 11:
		u.tree = geometricTree(29, 13)
		u.right = utsCount{102181082, 81746377, 13}
	case 13:
		u.tree = binomialTree(7, 2000, 5, 0.200014)
		u.right = utsCount{111345631, 89076904, 17844}
	default:
		complain("tree=%d is none: take 1 (T1), 3 (T3), 11 (T1L) or 13 (T3L)", t.value["tree"])
	}
	return u
}

func (u *uts) expand(t *utsTask) {
	t.count = utsCount{nodes: 1, depth: t.node.depth}
	n := u.tree.count(&t.node)
	if n == 0 {
		t.count.leaves = 1
	}
	for i := uint32(0); i < n; i++ {
		child := t.node.child(i)
		if u.tree.count(&child) == 0 {
			t.count.add(utsCount{1, 1, child.depth})
		} else {
			t.children = append(t.children, &utsTask{parent: t, node: child})
		}
	}
	t.unfinished.Store(int32(len(t.children)))
	if len(t.children) == 0 {
		u.finish(t)
		return
	}
	for _, child := range t.children {
		go u.expand(child)
	}
}

// finish goes up as long as a task was the last of its family.
func (u *uts) finish(t *utsTask) {
	for ; t.parent != nil; t = t.parent {
		if t.parent.unfinished.Add(-1) > 0 {
			return
		}
		for _, child := range t.parent.children {
			t.parent.count.add(child.count)
		}
		t.parent.children = nil
	}
	u.got = t.count
	u.done.Done()
}

func (u *uts) round() int64 {
	u.done.Add(1)
	go u.expand(&utsTask{node: u.tree.top()})
	u.done.Wait()
	return int64(u.got.nodes)
}

func (u *uts) verify() string {
	if u.got != u.right {
		return fmt.Sprintf("counted %+v; right is %+v", u.got, u.right)
	}
	return ""
}

func (u *uts) metrics() []metric { return nil }
