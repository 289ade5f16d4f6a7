// test_metrics.c - what dy_metric says of goroutines that are made to stand in
// every state, and of as many Ps as there may be.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <stdio.h>
#include <unistd.h>

#include "port/port.h"
#include "procs.h"

enum { WAITING = 7, CALLING = 3, LOOPING = 2 };

static struct dy_waitgroup wg;
static struct dy_chan *chan;
static struct dy_w32 gate, in_call, in_loop;

static int metric(const char *name)
{
	double value = -1;

	rt_check(dy_metric(name, &value) && value >= 0);
	return (int)value;
}

static int in_state(const char *state)
{
	char name[64];

	snprintf(name, sizeof name, "/sched/goroutines/%s:goroutines", state);
	return metric(name);
}

static void receive(void *arg)
{
	(void)arg;
	dy_chan_recv(chan, NULL);
	dy_wg_done(&wg);
}

static void wait_for_gate(void *counter)
{
	w32_add_ar(counter, 1);
	while (w32_load_acq(&gate) == 0)
		usleep(100);
}

static void call(void *arg)
{
	dy_blocking(wait_for_gate, arg);
	dy_wg_done(&wg);
}

static void loop(void *arg)
{
	wait_for_gate(arg);
	dy_wg_done(&wg);
}

static void spawn(int n, dy_fn fn, void *arg)
{
	dy_wg_add(&wg, n);
	for (int i = 0; i < n; i++)
		dy_go(fn, arg);
}

// Once all of them wait, call, or run on a P of their own, main leaves one more in
// its queue: nobody is free to run it.
static void stand_in_every_state(void *arg)
{
	int created = metric("/sched/goroutines-created:goroutines");

	(void)arg;
	w32_store_rel(&gate, 0);
	w32_store_rel(&in_call, 0);
	w32_store_rel(&in_loop, 0);
	chan = dy_chan_make(0, 0);
	spawn(WAITING, receive, NULL);
	spawn(CALLING, call, &in_call);
	while (in_state("waiting") != WAITING || w32_load_acq(&in_call) != CALLING)
		dy_yield();
	spawn(LOOPING, loop, &in_loop);
	while (w32_load_acq(&in_loop) != LOOPING)
		dy_yield();
	spawn(1, receive, NULL);
	rt_check(in_state("running") == LOOPING + 1);
	rt_check(in_state("runnable") == 1);
	rt_check(in_state("waiting") == WAITING);
	rt_check(in_state("not-in-go") == CALLING);
	rt_check(metric("/sched/goroutines:goroutines") ==
	         1 + WAITING + CALLING + LOOPING + 1);
	rt_check(metric("/sched/goroutines-created:goroutines") - created ==
	         WAITING + CALLING + LOOPING + 1);
	rt_check(metric("/sched/gomaxprocs:threads") == LOOPING + 1);
	// Whoever runs or is in a call has a thread, and so has the monitor.
	rt_check(metric("/sched/threads/total:threads") >=
	         1 + LOOPING + CALLING + 1);
	w32_store_rel(&gate, 1);
	dy_chan_close(chan);
	dy_wg_wait(&wg);
	while (dy_num_goroutine() > 1)
		dy_yield();
	while (in_state("running") >
	       1) // the last one is dead after it is counted out
		dy_yield();
	rt_check(in_state("runnable") + in_state("waiting") == 0);
	dy_chan_free(chan);
}

static void test_goroutines_are_counted_by_state(void **state)
{
	(void)state;
	rt_run(LOOPING + 1, "preempt=none", stand_in_every_state, NULL);
}

static void read_all(void *arg)
{
	double value;
	size_t n = 0;

	(void)arg;
	for (; dy_metric_name(n); n++)
		rt_check(dy_metric(dy_metric_name(n), &value) && value >= 0);
	rt_check(n > 0);
	rt_check(!dy_metric("/sched/none:goroutines", &value));
}

static void test_every_name_has_a_value(void **state)
{
	(void)state;
	at_all_procs(read_all);
}

static void count_and_spawn(void *arg)
{
	rt_check(metric("/sched/gomaxprocs:threads") == *(int *)arg);
	chan = dy_chan_make(0, 0);
	spawn(100, receive, NULL);
	dy_chan_close(chan);
	dy_wg_wait(&wg);
	dy_chan_free(chan);
}

static void test_thousands_of_ps_start(void **state)
{
	int many[] = {1024, DY_PROCS_MAX};

	(void)state;
	for (int i = 0; i < 2; i++)
		rt_run(many[i], NULL, count_and_spawn, &many[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_goroutines_are_counted_by_state),
		cmocka_unit_test(test_every_name_has_a_value),
		cmocka_unit_test(test_thousands_of_ps_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
