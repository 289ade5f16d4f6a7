package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
)

var logwriteParams = []param{
	{"writers", 1, 10000, [3]int64{2, 8, 8}},
	{"records", 1, 1000000, [3]int64{2, 20, 200}},
	{"bytes", 1, 1 << 20, [3]int64{512, 4096, 4096}},
}

// logwrite is workloads/logwrite.c: log records that are synced to the disk one by
// one.
type logwrite struct {
	t     *trial
	file  *os.File
	n     uint64 // rounds
	err   []error
	took  []histogram
	total histogram
	fair  fairness
}

func newLogwrite(t *trial) workload {
	for _, dir := range []string{"/var/tmp", "."} {
		file, err := os.CreateTemp(dir, "twins-*")
		if err != nil {
			continue
		}
		os.Remove(file.Name())
		n := t.value["writers"]
		return &logwrite{t: t, file: file, err: make([]error, n), took: make([]histogram, n)}
	}
	lack("neither /var/tmp nor . takes a file: run in a directory on a disk")
	return nil
}

func (l *logwrite) record(writer, i int64) ([]byte, int64) {
	n := writer*l.t.value["records"] + i
	r := stream(l.t.seed+l.n, uint64(n))
	b := make([]byte, l.t.value["bytes"]+8)
	for at := 0; at+8 <= len(b); at += 8 {
		binary.LittleEndian.PutUint64(b[at:], r.next())
	}
	return b[:len(b)-8], n * l.t.value["bytes"]
}

func (l *logwrite) write(writer, i int64) error {
	b, at := l.record(writer, i)
	if _, err := l.file.WriteAt(b, at); err != nil {
		return err
	}
	return l.file.Sync()
}

func (l *logwrite) round() int64 {
	ended := make([]uint64, len(l.took))
	l.n++
	l.fair.begin()
	crew(len(l.took), func(writer int) {
		l.took[writer], l.err[writer] = histogram{}, nil
		for i := int64(0); i < l.t.value["records"] && l.err[writer] == nil; i++ {
			start := now()
			l.err[writer] = l.write(int64(writer), i)
			l.took[writer].add(now() - start)
		}
		ended[writer] = now()
	})
	for i := range l.took {
		if !l.t.warmUp {
			l.total.merge(&l.took[i])
			l.fair.addSpeed(1, ended[i])
		}
	}
	l.fair.end()
	return int64(len(l.took)) * l.t.value["records"]
}

func (l *logwrite) verify() string {
	got := make([]byte, l.t.value["bytes"])
	for w := range l.took {
		for i := int64(0); i < l.t.value["records"]; i++ {
			right, at := l.record(int64(w), i)
			if _, err := l.file.ReadAt(got, at); err != nil || !bytes.Equal(got, right) {
				return fmt.Sprintf("record %d of writer %d is not in the file (%v)", i, w, l.err[w])
			}
		}
	}
	return ""
}

func (l *logwrite) metrics() []metric { return append(l.total.latency(), l.fair.report()...) }
