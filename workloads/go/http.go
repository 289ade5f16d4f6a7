package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const question = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

var httpParams = []param{
	{"connections", 0, 10000, [3]int64{8, 64, 64}},
	{"requests", 1, 10000000, [3]int64{10, 100, 1000}},
	{"bytes", 0, 1 << 20, [3]int64{128, 128, 128}},
	{"port", 0, 65535, [3]int64{0, 0, 0}},
	{"serve", 1e6, 3600e9, [3]int64{1e9, 1e9, 5e9}},
	{"rate", 0, 100e6, [3]int64{0, 0, 0}},
	{"generator", 0, 1, [3]int64{0, 0, 0}},
}

type httpClient struct {
	conn  net.Conn
	in    *bufio.Reader
	right int64
	err   error
	took  histogram
	ended uint64
}

// httpSite is workloads/http.c on net/http: its server, and clients that ask it over
// kept-alive connections. The answers also have net/http's Date.
type httpSite struct {
	t        *trial
	body     string
	answered atomic.Int64
	got      int64 // answered in this round
	client   []httpClient
	took     histogram
	fair     fairness
	offered  *arrivals // at a rate; else nil
	idle     chan *httpClient
}

func newHttp(t *trial) workload {
	s := &httpSite{t: t, client: make([]httpClient, t.value["connections"])}
	if len(s.client) == 0 && t.value["port"] == 0 {
		complain("connections=0 serves others, who need to know the port: set port=8080, say")
	}
	if len(s.client) == 0 && t.value["rate"] > 0 {
		complain("connections=0 has no clients that a rate could be asked by: leave one of them out")
	}
	if t.value["generator"] == 1 && t.value["rate"] == 0 {
		complain("generator=1 is for an open loop: set rate=")
	}
	noOutside(t)
	r := stream(t.seed, 0)
	for i := int64(0); i < t.value["bytes"]; i++ {
		s.body += string(rune('a' + r.below(26)))
	}
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", t.value["port"]))
	if err != nil {
		complain("%v", err)
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.answered.Add(1)
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, s.body)
	}))
	for i := range s.client {
		conn, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			complain("cannot connect %d times over loopback: %v", len(s.client), err)
		}
		s.client[i].conn, s.client[i].in = conn, bufio.NewReader(conn)
	}
	if t.value["rate"] > 0 {
		s.offer()
	}
	return s
}

func (s *httpSite) offer() {
	gap := 1e9 / float64(s.t.value["rate"])
	n := float64(s.t.value["serve"]) / gap
	if n > requestsMax {
		complain("%.0f requests in a round are more than %d: take a smaller serve or rate", n, requestsMax)
	}
	due := stream(s.t.seed, 1)
	s.offered = newArrivals(arrivalsPoisson, int(n)+1, gap, 0, &due)
	s.idle = make(chan *httpClient, len(s.client))
	for i := range s.client {
		s.idle <- &s.client[i]
	}
}

// roundOffered plays the arrivals: each takes a connection that is idle.
func (s *httpSite) roundOffered() {
	for i := range s.client {
		s.client[i].right, s.client[i].err = 0, nil
	}
	s.offered.play(s.t.warmUp, func(*pending) {
		c := <-s.idle
		if c.err == nil {
			c.err = s.ask(c, make([]byte, len(s.body)))
		}
		if c.err == nil {
			c.right++
		}
		s.idle <- c
	})
}

// asked is how many requests the clients make in a round.
func (s *httpSite) asked() int64 {
	if s.offered != nil {
		return int64(len(s.offered.request))
	}
	return int64(len(s.client)) * s.t.value["requests"]
}

func (s *httpSite) ask(c *httpClient, body []byte) error {
	if _, err := io.WriteString(c.conn, question); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 || answer.ContentLength != int64(len(body)) {
		return fmt.Errorf("status %s, length %d", answer.Status, answer.ContentLength)
	}
	if _, err := io.ReadFull(answer.Body, body); err != nil {
		return err
	}
	if string(body) != s.body {
		return fmt.Errorf("a wrong body")
	}
	return nil
}

func (s *httpSite) round() int64 {
	before := s.answered.Load()
	if len(s.client) == 0 {
		time.Sleep(time.Duration(s.t.value["serve"]))
		s.got = s.answered.Load() - before
		return s.got
	}
	if s.offered != nil {
		s.roundOffered()
		s.got = s.answered.Load() - before
		return s.asked()
	}
	s.fair.begin()
	crew(len(s.client), func(i int) {
		c := &s.client[i]
		body := make([]byte, len(s.body))
		c.took, c.err = histogram{}, nil
		for c.right = 0; c.right < s.t.value["requests"]; c.right++ {
			start := now()
			if c.err = s.ask(c, body); c.err != nil {
				return
			}
			c.took.add(now() - start)
		}
		c.ended = now()
	})
	s.got = s.answered.Load() - before
	for i := range s.client {
		if !s.t.warmUp {
			s.took.merge(&s.client[i].took)
			s.fair.addSpeed(1, s.client[i].ended)
		}
	}
	s.fair.end()
	return s.asked()
}

func (s *httpSite) verify() string {
	all, right := s.asked(), int64(0)
	for i := range s.client {
		c := &s.client[i]
		right += c.right
		if c.err != nil || s.offered == nil && c.right != s.t.value["requests"] {
			return fmt.Sprintf("client %d got %d of %d answers (%v)", i, c.right, s.t.value["requests"], c.err)
		}
	}
	if right != all {
		return fmt.Sprintf("the clients got %d of %d answers", right, all)
	}
	if s.offered != nil {
		if why := s.offered.verify(); why != "" {
			return why
		}
	}
	if len(s.client) == 0 && s.got == 0 && !s.t.warmUp {
		return fmt.Sprintf("nobody asked: load 127.0.0.1:%d while this runs", s.t.value["port"])
	}
	if s.got < all {
		return fmt.Sprintf("the server answered %d requests of the clients' %d", s.got, all)
	}
	return ""
}

func (s *httpSite) metrics() []metric {
	if s.offered != nil {
		return s.offered.metrics()
	}
	return append(s.took.latency(), s.fair.report()...)
}
