// test_progress.c - everybody gets on: as many run at once as there are Ps, and
// nobody, whatever others do, keeps a goroutine or a timer waiting for ever.
//
// What is asserted is that a program ends, or how often things happened; never
// how long they took.
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <unistd.h>

#include "bare_loops.h"
#include "port/port.h"
#include "procs.h"

static struct dy_waitgroup wg;

static void spawn(int n, dy_fn fn, void *arg)
{
	dy_wg_add(&wg, n);
	for (int i = 0; i < n; i++)
		dy_go(fn, arg);
}

// With one policy, at 1, 2, 4 and 8 Ps.
static void at_all_procs_with(const char *policy, dy_fn fn)
{
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, policy, fn, NULL);
}

//---------------------------------------------------------------------------
// As many at once as there are Ps
//---------------------------------------------------------------------------

enum { TURNS = 5 };

static struct dy_w32 turn, players;

// Keeps the P, but not a CPU, of which there may be fewer.
static void keep_p_until(const struct dy_w32 *word, uint32_t value)
{
	for (int i = 0; w32_load_acq(word) != value; i++) {
		if (i < 200)
			port_relax();
		else
			usleep(50);
	}
}

// In turn with all others, none of whom gives way.
static void play(void *arg)
{
	uint32_t n = (uint32_t)dy_gomaxprocs(0), self;

	(void)arg;
	self = w32_add_ar(&players, 1) - 1;
	for (uint32_t i = 0; i < TURNS; i++) {
		keep_p_until(&turn, i * n + self);
		w32_store_rel(&turn, i * n + self + 1);
	}
}

static void play_and_end(void *arg)
{
	play(arg);
	dy_wg_done(&wg);
}

// Main is one of the players.
static void play_together(void)
{
	w32_store_rel(&turn, 0);
	w32_store_rel(&players, 0);
	spawn(dy_gomaxprocs(0) - 1, play_and_end, NULL);
	play(NULL);
	dy_wg_wait(&wg);
}

static int pipe_ends[2];

static void wait_at_pipe(void *arg)
{
	char c;

	(void)arg;
	rt_check(dy_read(pipe_ends[0], &c, 1) == 0);
}

// All threads run, and then park, and nobody calls them but the game.
static void play_after_rest(void)
{
	play_together();
	dy_sleep(200 * DY_US);
	play_together();
}

static void play_again_and_again(void *arg)
{
	(void)arg;
	for (int i = 0; i < 10; i++)
		play_after_rest();
}

static void play_beside_a_poller(void *arg)
{
	rt_check(dy_pipe(pipe_ends) == 0);
	dy_go(wait_at_pipe, NULL);
	play_again_and_again(arg);
	rt_check(dy_close(pipe_ends[1]) == 0);
	rt_join();
	rt_check(dy_close(pipe_ends[0]) == 0);
}

static void test_a_game_needs_all_its_players_at_once(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs *= 2)
		rt_run(procs, "preempt=none", play_again_and_again, NULL);
}

static void test_so_it_does_while_somebody_polls(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs *= 2)
		rt_run(procs, "preempt=none", play_beside_a_poller, NULL);
}

//---------------------------------------------------------------------------
// Yielding, and being made to
//---------------------------------------------------------------------------

static void yield_until_told(void *arg)
{
	bool ok;

	while (!dy_chan_try_recv(arg, NULL, &ok))
		dy_yield();
	dy_wg_done(&wg);
}

static void tell_who_yields(void *arg)
{
	struct dy_chan *c = dy_chan_make(0, 0);

	(void)arg;
	spawn(8, yield_until_told, c);
	dy_sleep(DY_MS);
	for (int i = 0; i < 8; i++)
		dy_chan_send(c, NULL);
	dy_wg_wait(&wg);
	dy_chan_free(c);
}

static void test_who_yields_lets_others_run(void **state)
{
	(void)state;
	at_all_procs_with("preempt=none", tell_who_yields);
}

// One more than there are Ps, each waiting for the one before at a poll: the
// game goes on when somebody is stopped.
static void play_at_polls(void *arg)
{
	uint32_t n = (uint32_t)dy_gomaxprocs(0) + 1, self;

	(void)arg;
	self = w32_add_ar(&players, 1) - 1;
	for (uint32_t i = 0; i < TURNS; i++) {
		while (w32_load_acq(&turn) != i * n + self)
			dy_poll();
		w32_store_rel(&turn, i * n + self + 1);
	}
	dy_wg_done(&wg);
}

static void one_too_many(void *arg)
{
	(void)arg;
	w32_store_rel(&turn, 0);
	w32_store_rel(&players, 0);
	spawn(dy_gomaxprocs(0) + 1, play_at_polls, NULL);
	dy_wg_wait(&wg);
}

static void test_polls_let_one_too_many_play(void **state)
{
	(void)state;
	at_all_procs_with("preempt=poll:100us", one_too_many);
}

static void loop_until_flag(void *arg)
{
	(void)arg;
	spin_until_flag();
	dy_wg_done(&wg);
}

// All Ps are in bare loops when main's sleep is over.
static void sleep_beside_loops(void *arg)
{
	(void)arg;
	lower_flag();
	spawn(dy_gomaxprocs(0) + 1, loop_until_flag, NULL);
	dy_sleep(DY_MS);
	raise_flag(NULL);
	dy_wg_wait(&wg);
}

static void test_bare_loops_end_for_a_sleeper(void **state)
{
	(void)state;
#ifndef __x86_64__
	skip(); // no signal ends a loop there
#endif
	at_all_procs_with(NULL, sleep_beside_loops);
}

enum { CALLERS = 8, CALLS = 20 };

static struct dy_w32 calls[CALLERS];

static void nap_us(void *us)
{
	usleep((useconds_t)(uintptr_t)us);
}

static bool all_have_called(void)
{
	bool all = true;

	for (int i = 0; i < CALLERS; i++)
		all = all && w32_load_acq(&calls[i]) >= CALLS;
	return all;
}

// Calls, and loops without a call: a request that comes while the goroutine is
// in the call, or just out of it, must not be the last.
static void call_and_loop(void *arg)
{
	uintptr_t self = (uintptr_t)arg;
	uintptr_t us = self % 3 == 0 ? 10 : self % 3 == 1 ? 100 : 1000;

	while (!all_have_called()) {
		if (w32_add_ar(&calls[self], 1) < 10 * CALLS)
			dy_blocking(nap_us, (void *)us);
		spin(50000);
	}
	dy_wg_done(&wg);
}

static void loop_between_calls(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, CALLERS);
	for (uintptr_t i = 0; i < CALLERS; i++) {
		w32_store_rel(&calls[i], 0);
		dy_go(call_and_loop, (void *)i);
	}
	dy_wg_wait(&wg);
}

static void test_who_comes_out_of_a_call_can_be_stopped(void **state)
{
	(void)state;
#ifndef __x86_64__
	skip(); // no signal ends a loop there
#endif
	at_all_procs_with(NULL, loop_between_calls);
}

//---------------------------------------------------------------------------
// Pairs that keep each other busy
//---------------------------------------------------------------------------

// Both work when they have the ball; a switch lies between.
struct pair {
	struct dy_chan *there, *back;
	void (*work)(struct pair *p);
	uint64_t worked;
};

static void hit_back(void *arg)
{
	struct pair *p = arg;

	while (dy_chan_recv(p->there, NULL)) {
		p->work(p);
		dy_chan_send(p->back, NULL);
	}
	dy_wg_done(&wg);
}

static void hit_until_flag(void *arg)
{
	struct pair *p = arg;

	while (!flag_is_up()) {
		dy_chan_send(p->there, NULL);
		dy_chan_recv(p->back, NULL);
		p->work(p);
	}
	dy_chan_close(p->there);
	dy_wg_done(&wg);
}

static void start_pair(struct pair *p, void (*work)(struct pair *p))
{
	*p = (struct pair){dy_chan_make(0, 0), dy_chan_make(0, 0), work, 0};
	spawn(1, hit_back, p);
	spawn(1, hit_until_flag, p);
}

static void free_pair(struct pair *p)
{
	dy_chan_free(p->there);
	dy_chan_free(p->back);
}

static void do_nothing(struct pair *p)
{
	(void)p;
}

static void return_at_once(void *arg)
{
	(void)arg;
}

static void call(struct pair *p)
{
	dy_blocking(return_at_once, p);
}

// A pair per P, which only a timer ends.
static void play_until_a_timer(void (*work)(struct pair *p))
{
	struct pair pair[8];
	int n = dy_gomaxprocs(0);
	struct dy_timer t;

	lower_flag();
	for (int i = 0; i < n; i++)
		start_pair(&pair[i], work);
	dy_timer_start_func(&t, 20 * DY_MS, raise_flag, NULL);
	dy_wg_wait(&wg);
	dy_timer_close(&t);
	for (int i = 0; i < n; i++)
		free_pair(&pair[i]);
}

static void pairs_and_a_timer(void *arg)
{
	(void)arg;
	play_until_a_timer(do_nothing);
}

static void calling_pairs_and_a_timer(void *arg)
{
	(void)arg;
	play_until_a_timer(call);
}

static void test_a_timer_fires_beside_busy_pairs(void **state)
{
	(void)state;
	at_all_procs_with("preempt=none", pairs_and_a_timer);
	at_all_procs_with("preempt=none", calling_pairs_and_a_timer);
}

static void work_for(struct pair *p, int n)
{
	for (int i = 0; i < n; i++)
		__asm__ volatile("");
	p->worked += (uint64_t)n;
}

static void work_long(struct pair *p)
{
	work_for(p, 1000000);
}

static void work_a_little(struct pair *p)
{
	work_for(p, 1000);
}

static uint64_t preempted(void)
{
	struct dy_stats s = rt_stats();

	return s.preempts_polled + s.preempts_signal;
}

// One pair works a thousand times longer between two switches than the other.
// Each lives on one slice, so that they get about the same of the P. Main sleeps
// for many slices: each time it wakes, it ends one itself.
static void hogs_and_a_light_pair(void *arg)
{
	struct pair hog, light;

	(void)arg;
	lower_flag();
	start_pair(&hog, work_long);
	start_pair(&light, work_a_little);
	while (preempted() < 100)
		dy_sleep(20 * DY_MS);
	raise_flag(NULL);
	dy_wg_wait(&wg);
	rt_check(hog.worked / 20 < light.worked);
	rt_check(light.worked / 20 < hog.worked);
	free_pair(&hog);
	free_pair(&light);
}

static void test_hogs_leave_a_light_pair_its_share(void **state)
{
	(void)state;
	rt_run(1, "preempt=sysmon:2ms", hogs_and_a_light_pair, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_game_needs_all_its_players_at_once),
		cmocka_unit_test(test_so_it_does_while_somebody_polls),
		cmocka_unit_test(test_who_yields_lets_others_run),
		cmocka_unit_test(test_polls_let_one_too_many_play),
		cmocka_unit_test(test_bare_loops_end_for_a_sleeper),
		cmocka_unit_test(test_who_comes_out_of_a_call_can_be_stopped),
		cmocka_unit_test(test_a_timer_fires_beside_busy_pairs),
		cmocka_unit_test(test_hogs_leave_a_light_pair_its_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
