package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

const blockAlign = 4096

var filereadParams = []param{
	{"readers", 1, 10000, [3]int64{4, 16, 32}},
	{"reads", 1, 1000000, [3]int64{8, 128, 512}},
	{"block", 4096, 1 << 20, [3]int64{4096, 4096, 4096}},
	{"file", 4096, 1 << 30, [3]int64{256 << 10, 4 << 20, 16 << 20}},
	{"way", 0, 1, [3]int64{0, 0, 0}},
	{"direct", 0, 1, [3]int64{1, 1, 1}},
}

type fileReader struct {
	r     rng // goes on from round to round
	buf   []byte
	right int64
	err   error
	took  histogram
	ended uint64
}

// fileread is workloads/fileread.c: random reads of a file, past the page cache or out of it.
type fileread struct {
	t      *trial
	file   *os.File
	block  int64
	sum    []uint64 // of each block
	reader []fileReader
	took   histogram
	fair   fairness
}

// aligned returns n bytes at an address that direct reads take.
func aligned(n int64) []byte {
	b := make([]byte, n+blockAlign)
	skip := blockAlign - int64(uintptr(unsafe.Pointer(&b[0]))%blockAlign)
	return b[skip : skip+n]
}

func newFileread(t *trial) workload {
	f := &fileread{t: t, block: t.value["block"], reader: make([]fileReader, t.value["readers"])}
	if f.block%blockAlign != 0 || f.block > t.value["file"] {
		complain("block=%d must be a multiple of %d, and no larger than file=%d", f.block, blockAlign, t.value["file"])
	}
	for i := range f.reader {
		f.reader[i] = fileReader{r: stream(t.seed, uint64(1+i)), buf: aligned(f.block)}
	}
	if t.value["way"] == 1 {
		lack("way=1: Go has no io_uring")
	}
	var err error
	for _, dir := range []string{"/var/tmp", ".", "/tmp"} {
		if err = f.makeIn(dir); err == nil {
			return f
		}
	}
	lack("none of /var/tmp, . and /tmp can be written: %v", err)
	return nil
}

func (f *fileread) makeIn(dir string) error {
	name := fmt.Sprintf("%s/twins-%d", dir, os.Getpid())
	flags := os.O_RDWR | os.O_CREATE | os.O_EXCL
	if f.t.value["direct"] == 1 {
		flags |= syscall.O_DIRECT
	}
	file, err := os.OpenFile(name, flags, 0600)
	if err != nil {
		return err
	}
	os.Remove(name)
	content := stream(f.t.seed, 0)
	buf := f.reader[0].buf
	f.sum = nil
	for at := int64(0); at+f.block <= f.t.value["file"]; at += f.block {
		content.fill(buf)
		f.sum = append(f.sum, checksumAdd(checksumStart, buf))
		if _, err := file.WriteAt(buf, at); err != nil {
			file.Close()
			return err
		}
	}
	f.file = file
	return file.Sync()
}

func (f *fileread) read(me *fileReader) bool {
	i := me.r.below(uint64(len(f.sum)))
	start := now()
	_, me.err = f.file.ReadAt(me.buf, int64(i)*f.block)
	me.took.add(now() - start)
	return me.err == nil && checksumAdd(checksumStart, me.buf) == f.sum[i]
}

func (f *fileread) round() int64 {
	reads := f.t.value["reads"]
	f.fair.begin()
	crew(len(f.reader), func(i int) {
		me := &f.reader[i]
		me.right, me.took = 0, histogram{}
		for me.right < reads && f.read(me) {
			me.right++
		}
		me.ended = now()
	})
	for i := range f.reader {
		if !f.t.warmUp {
			f.took.merge(&f.reader[i].took)
			f.fair.addSpeed(1, f.reader[i].ended)
		}
	}
	f.fair.end()
	return int64(len(f.reader)) * reads
}

func (f *fileread) verify() string {
	for i := range f.reader {
		if me := &f.reader[i]; me.right != f.t.value["reads"] {
			return fmt.Sprintf("reader %d: block %d of %d is not as written (%v)", i, me.right+1, f.t.value["reads"], me.err)
		}
	}
	return ""
}

func (f *fileread) metrics() []metric { return append(f.took.latency(), f.fair.report()...) }
