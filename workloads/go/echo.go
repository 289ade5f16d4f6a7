package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

var echoParams = []param{
	{"connections", 1, 10000, [3]int64{8, 64, 64}},
	{"messages", 1, 1000000, [3]int64{10, 100, 600}},
	{"bytes", 1, 1 << 20, [3]int64{64, 64, 64}},
	{"over", 0, 1, [3]int64{0, 0, 0}},
	{"way", 0, 2, [3]int64{0, 0, 0}},
}

type echoEnd struct {
	in    io.Reader
	out   io.Writer
	whole int64
	sum   uint64
	err   error
	took  histogram
	ended uint64
}

type echoConn struct {
	client, server echoEnd
	right          uint64
}

// echo is workloads/echo.c: echo over TCP or pipes, a closed loop per connection.
type echo struct {
	t    *trial
	conn []echoConn
	took histogram
	fair fairness
}

func newEcho(t *trial) workload {
	e := &echo{t: t, conn: make([]echoConn, t.value["connections"])}
	open := e.openTCP
	if t.value["over"] == 1 {
		open = e.openPipes
	}
	if err := open(); err != nil {
		complain("cannot make %d connections: %v; fewer, or a higher ulimit -n", len(e.conn), err)
	}
	e.choose(t.value["way"])
	text := make([]byte, t.value["bytes"])
	for i := range e.conn {
		r := stream(t.seed, uint64(i))
		e.conn[i].right = checksumStart
		for j := int64(0); j < t.value["messages"]; j++ {
			r.fill(text)
			e.conn[i].right = checksumAdd(e.conn[i].right, text)
		}
	}
	return e
}

func (e *echo) openTCP() error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	for i := range e.conn {
		client, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			return err
		}
		server, err := l.Accept()
		if err != nil {
			return err
		}
		e.conn[i].client.in, e.conn[i].client.out = client, client
		e.conn[i].server.in, e.conn[i].server.out = server, server
	}
	return nil
}

func (e *echo) openPipes() error {
	for i := range e.conn {
		c := &e.conn[i]
		there, out, err := os.Pipe()
		if err != nil {
			return err
		}
		back, answer, err := os.Pipe()
		if err != nil {
			return err
		}
		c.server.in, c.client.out = there, out
		c.client.in, c.server.out = back, answer
	}
	return nil
}

// A blockingFile reads and writes by calls that block the thread.
type blockingFile struct{ f *os.File }

func (b blockingFile) do(call func(int, []byte) (int, error), p []byte) (int, error) {
	for {
		n, err := call(int(b.f.Fd()), p) // Fd makes it block
		if err != syscall.EINTR {
			return n, err
		}
	}
}

func (b blockingFile) Read(p []byte) (int, error) {
	n, err := b.do(syscall.Read, p)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func (b blockingFile) Write(p []byte) (done int, err error) {
	for done < len(p) && err == nil {
		var n int
		if n, err = b.do(syscall.Write, p[done:]); n > 0 {
			done += n
		}
	}
	return done, err
}

// blocking returns the same end, without the poller.
func blocking(end any) blockingFile {
	if f, ok := end.(*os.File); ok {
		return blockingFile{f}
	}
	f, err := end.(*net.TCPConn).File()
	if err != nil {
		complain("no file of a connection: %v", err)
	}
	return blockingFile{f}
}

func (e *echo) choose(way int64) {
	if way == 2 {
		lack("way=2: Go has no io_uring")
	}
	for i := range e.conn {
		for _, end := range []*echoEnd{&e.conn[i].client, &e.conn[i].server} {
			if way == 1 {
				end.in, end.out = blocking(end.in), blocking(end.out)
			}
		}
	}
}

func (e *echo) serve(end *echoEnd) {
	buf := make([]byte, e.t.value["bytes"])
	for ; end.whole < e.t.value["messages"]; end.whole++ {
		if _, end.err = io.ReadFull(end.in, buf); end.err != nil {
			return
		}
		end.sum = checksumAdd(end.sum, buf)
		if _, end.err = end.out.Write(buf); end.err != nil {
			return
		}
	}
}

func (e *echo) roundTrip(end *echoEnd, out, in []byte, r *rng) error {
	r.fill(out)
	if _, err := end.out.Write(out); err != nil {
		return err
	}
	if _, err := io.ReadFull(end.in, in); err != nil {
		return err
	}
	end.sum = checksumAdd(end.sum, in)
	if !bytes.Equal(in, out) {
		return fmt.Errorf("a wrong echo")
	}
	return nil
}

func (e *echo) ask(i int, end *echoEnd) {
	out, in := make([]byte, e.t.value["bytes"]), make([]byte, e.t.value["bytes"])
	r := stream(e.t.seed, uint64(i))
	for ; end.whole < e.t.value["messages"]; end.whole++ {
		start := now()
		if end.err = e.roundTrip(end, out, in, &r); end.err != nil {
			return
		}
		end.took.add(now() - start)
	}
	end.ended = now()
}

func (e *echo) round() int64 {
	e.fair.begin()
	crew(2*len(e.conn), func(i int) {
		c := &e.conn[i/2]
		end := &c.server
		if i%2 == 1 {
			end = &c.client
		}
		end.whole, end.sum, end.err, end.took = 0, checksumStart, nil, histogram{}
		if i%2 == 1 {
			e.ask(i/2, end)
		} else {
			e.serve(end)
		}
	})
	for i := range e.conn {
		if !e.t.warmUp {
			e.took.merge(&e.conn[i].client.took)
			e.fair.addSpeed(1, e.conn[i].client.ended)
		}
	}
	e.fair.end()
	return int64(len(e.conn)) * e.t.value["messages"]
}

func (e *echo) verify() string {
	for i := range e.conn {
		c := &e.conn[i]
		for _, end := range []*echoEnd{&c.client, &c.server} {
			if end.err != nil || end.whole != e.t.value["messages"] || end.sum != c.right {
				return fmt.Sprintf("connection %d: %d of %d messages (%v), checksum %x, right is %x",
					i, end.whole, e.t.value["messages"], end.err, end.sum, c.right)
			}
		}
	}
	return ""
}

func (e *echo) metrics() []metric { return append(e.took.latency(), e.fair.report()...) }
