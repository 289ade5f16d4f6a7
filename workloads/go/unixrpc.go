package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

var unixrpcParams = []param{
	{"clients", 1, 10000, [3]int64{8, 64, 64}},
	{"requests", 1, 1000000, [3]int64{10, 100, 600}},
	{"ask", 1, 1 << 20, [3]int64{64, 64, 64}},
	{"answer", 1, 1 << 20, [3]int64{512, 512, 512}},
	{"per", 1, 1000000, [3]int64{4, 20, 20}},
	{"by", 0, 1, [3]int64{0, 0, 0}},
}

type rpcClient struct {
	done  int64
	ended uint64
	err   error
	took  histogram
}

// unixrpc is workloads/unixrpc.c: requests and replies over Unix sockets.
type unixrpc struct {
	t                *trial
	listener         net.Listener
	conns            sync.WaitGroup
	served, accepted int64 // in this round, atomic
	client           []rpcClient
	took             histogram
	fair             fairness
}

func newUnixrpc(t *trial) workload {
	u := &unixrpc{t: t, client: make([]rpcClient, t.value["clients"])}
	name := "@"
	if t.value["by"] == 1 {
		dir, err := os.MkdirTemp("", "twins-")
		if err != nil {
			complain("no directory for the socket: %v", err)
		}
		name = filepath.Join(dir, "s")
	}
	l, err := net.Listen("unix", name)
	if err != nil {
		complain("cannot listen on a Unix socket: %v", err)
	}
	u.listener = l
	go u.acceptAll()
	return u
}

func (u *unixrpc) replyTo(ask, reply []byte) {
	text := rng{checksumAdd(checksumStart, ask)}
	text.fill(reply)
}

func (u *unixrpc) serve(c net.Conn) {
	defer u.conns.Done()
	defer c.Close()
	ask, reply := make([]byte, u.t.value["ask"]), make([]byte, u.t.value["answer"])
	for {
		if _, err := io.ReadFull(c, ask); err != nil {
			return
		}
		u.replyTo(ask, reply)
		atomic.AddInt64(&u.served, 1)
		if _, err := c.Write(reply); err != nil {
			return
		}
	}
}

func (u *unixrpc) acceptAll() {
	for {
		c, err := u.listener.Accept()
		if err != nil {
			return
		}
		atomic.AddInt64(&u.accepted, 1)
		u.conns.Add(1)
		go u.serve(c)
	}
}

// callOnce is one connection: connect, ask, close.
func (u *unixrpc) callOnce(me *rpcClient, text *rng, ask, answer, right []byte) error {
	start, end := now(), me.done+u.t.value["per"]
	c, err := net.Dial("unix", u.listener.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	for me.done < end && me.done < u.t.value["requests"] {
		text.fill(ask)
		if _, err := c.Write(ask); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			return err
		}
		u.replyTo(ask, right)
		if !bytes.Equal(answer, right) {
			return fmt.Errorf("a wrong reply")
		}
		t := now()
		me.took.add(t - start)
		start = t
		me.done++
	}
	return nil
}

func (u *unixrpc) runClient(i int) {
	me := &u.client[i]
	*me = rpcClient{}
	ask := make([]byte, u.t.value["ask"])
	answer, right := make([]byte, u.t.value["answer"]), make([]byte, u.t.value["answer"])
	text := stream(u.t.seed, uint64(i))
	for me.done < u.t.value["requests"] && me.err == nil {
		me.err = u.callOnce(me, &text, ask, answer, right)
	}
	me.ended = now()
}

func (u *unixrpc) round() int64 {
	atomic.StoreInt64(&u.served, 0)
	atomic.StoreInt64(&u.accepted, 0)
	u.fair.begin()
	crew(len(u.client), u.runClient)
	u.conns.Wait()
	for i := range u.client {
		if !u.t.warmUp {
			u.took.merge(&u.client[i].took)
			u.fair.addSpeed(1, u.client[i].ended)
		}
	}
	u.fair.end()
	return int64(len(u.client)) * u.t.value["requests"]
}

func (u *unixrpc) verify() string {
	requests, per := u.t.value["requests"], u.t.value["per"]
	asked := int64(len(u.client)) * requests
	dialled := int64(len(u.client)) * ((requests + per - 1) / per)
	for i := range u.client {
		if u.client[i].done != requests {
			return fmt.Sprintf("client %d got %d of %d replies (%v)", i, u.client[i].done, requests, u.client[i].err)
		}
	}
	if u.served != asked || u.accepted != dialled {
		return fmt.Sprintf("%d of %d requests were served, on %d of %d connections",
			u.served, asked, u.accepted, dialled)
	}
	return ""
}

func (u *unixrpc) metrics() []metric {
	u.listener.Close()
	u.conns.Wait()
	if u.t.value["by"] == 1 {
		os.Remove(filepath.Dir(u.listener.Addr().String()))
	}
	return append(u.took.latency(), u.fair.report()...)
}
