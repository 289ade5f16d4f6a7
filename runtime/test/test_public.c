// test_public.c - a program that uses every public function, and sees nothing of
// the runtime but runtime/include, in strict C11.
//
// What each function does is tested elsewhere: here a call shows that it can be
// made from outside, and a check that it did what its header says. The check
// "public" holds the list complete.
#include <dyno/chan.h>
#include <dyno/context.h>
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/policy.h>
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <dyno/word.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(fact) ((fact) ? (void)0 : failed(#fact, __LINE__))

static void failed(const char *fact, int line)
{
	fprintf(stderr, "test_public.c:%d: not %s\n", line, fact);
	abort();
}

static int count; // of what ran; only one goroutine at a time changes it

static void count_one(void *unused)
{
	(void)unused;
	count++;
}

static void finish(void *wg)
{
	count++;
	dy_wg_done(wg);
}

//---------------------------------------------------------------------------
// dyno.h
//---------------------------------------------------------------------------

static void leave_early(void *wg)
{
	count++;
	dy_wg_done(wg);
	dy_exit();
}

static void stay_on_a_thread(void *wg)
{
	dy_lock_os_thread();
	dy_yield();
	count++;
	dy_unlock_os_thread();
	dy_wg_done(wg);
}

static void *come_from_outside(void *wg)
{
	CHECK(dy_thread_enter() == 0);
	dy_go(finish, wg);
	dy_thread_leave();
	return NULL;
}

static void use_foreign_threads(void)
{
	struct dy_waitgroup wg = {{0}, {0}, NULL, NULL};
	pthread_t thread;

	CHECK(dy_thread_enter() == -EALREADY);
	count = 0;
	dy_wg_add(&wg, 1);
	CHECK(pthread_create(&thread, NULL, come_from_outside, &wg) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	dy_wg_wait(&wg);
	CHECK(count == 1);
}

static void use_goroutines(void)
{
	struct dy_waitgroup wg = {{0}, {0}, NULL, NULL};

	CHECK(dy_seed() == 7 && dy_gomaxprocs(0) == 1);
	CHECK(dy_gomaxprocs(2) == 1 && dy_gomaxprocs(1) == 2);
	CHECK(dy_set_max_threads(500) == DY_MAX_THREADS_DEFAULT);
	CHECK(dy_goid() != 0 && dy_num_goroutine() == 1);
	count = 0;
	dy_wg_add(&wg, 5);
	dy_go(finish, &wg);
	dy_go_sized(finish, &wg, 3);
	dy_go_stack(finish, &wg, 256 * 1024);
	dy_go(leave_early, &wg);
	dy_go(stay_on_a_thread, &wg);
	dy_wg_wait(&wg);
	CHECK(count == 5);
	dy_nopreempt_begin();
	dy_work(1000);
	CHECK(dy_work_rate() > 0 && dy_work_calibrate() > 0);
	dy_nopreempt_end();
	dy_poll();
	dy_yield();
	dy_block(1000);
	dy_blocking(count_one, NULL);
	CHECK(count == 6);
	use_foreign_threads();
}

//---------------------------------------------------------------------------
// chan.h
//---------------------------------------------------------------------------

static void send_two(void *chan)
{
	int one = 1, two = 2;

	dy_chan_send(chan, &one);
	dy_chan_send(chan, &two);
	dy_chan_close(chan);
}

static void use_channels(void)
{
	struct dy_chan *c = dy_chan_make(sizeof(int), 0);
	struct dy_chan *full = dy_chan_make(sizeof(int), 1);
	struct dy_case k[2];
	int v = 0, w = 5;
	bool ok = true;

	CHECK(c && full && dy_chan_cap(full) == 1 && dy_chan_len(full) == 0);
	CHECK(!dy_chan_try_recv(full, &v, &ok));
	CHECK(dy_chan_try_send(full, &w) && !dy_chan_try_send(full, &w));
	k[0] = dy_send_case(full, &w);
	k[1] = dy_recv_case(c, &v);
	CHECK(dy_select_try(k, 2) == -EAGAIN);
	dy_go(send_two, c);
	CHECK(dy_select(k, 2) == 1 && k[1].ok && v == 1);
	CHECK(dy_chan_recv(c, &v) && v == 2);
	CHECK(!dy_chan_recv(c, &v) && v == 0);
	CHECK(dy_chan_try_recv(c, &v, &ok) && !ok);
	dy_chan_free(c);
	dy_chan_free(full);
}

//---------------------------------------------------------------------------
// sync.h
//---------------------------------------------------------------------------

static struct dy_sema sema;
static struct dy_mutex mutex;
static struct dy_rwmutex rwmutex;
static struct dy_cond cond;
static struct dy_once once;
static struct dy_waitgroup group_wg;
static int ready; // how many may go on

static void use_locks(void)
{
	CHECK(!dy_sema_try(&sema));
	dy_sema_release(&sema);
	CHECK(dy_sema_try(&sema));
	dy_sema_release(&sema);
	dy_sema_acquire(&sema);
	dy_mutex_lock(&mutex);
	CHECK(!dy_mutex_trylock(&mutex));
	dy_mutex_unlock(&mutex);
	dy_rwmutex_rlock(&rwmutex);
	CHECK(dy_rwmutex_try_rlock(&rwmutex) && !dy_rwmutex_trylock(&rwmutex));
	dy_rwmutex_runlock(&rwmutex);
	dy_rwmutex_runlock(&rwmutex);
	dy_rwmutex_lock(&rwmutex);
	CHECK(!dy_rwmutex_try_rlock(&rwmutex));
	dy_rwmutex_unlock(&rwmutex);
	count = 0;
	dy_once_do(&once, count_one, NULL);
	dy_once_do(&once, count_one, NULL);
	CHECK(count == 1);
}

static void wait_until_ready(void *unused)
{
	(void)unused;
	dy_mutex_lock(&mutex);
	while (ready == 0)
		dy_cond_wait(&cond, &mutex);
	ready--;
	dy_mutex_unlock(&mutex);
}

static void let_go(int n, void (*notify)(struct dy_cond *))
{
	dy_mutex_lock(&mutex);
	ready += n;
	dy_mutex_unlock(&mutex);
	notify(&cond);
}

static void use_conditions(void)
{
	for (int i = 0; i < 3; i++)
		dy_wg_go(&group_wg, wait_until_ready, NULL);
	let_go(1, dy_cond_signal);
	let_go(2, dy_cond_broadcast);
	dy_wg_wait(&group_wg);
	CHECK(ready == 0);
}

static int fail(void *unused)
{
	(void)unused;
	return -EIO;
}

static void use_groups(void)
{
	struct dy_weighted weighted;
	struct dy_group group;

	dy_weighted_init(&weighted, 10);
	CHECK(dy_weighted_acquire(&weighted, NULL, 7) == 0);
	CHECK(!dy_weighted_try(&weighted, 4) && dy_weighted_try(&weighted, 3));
	dy_weighted_release(&weighted, 10);
	CHECK(dy_group_open(&group, dy_context_background(), 1) == 0);
	CHECK(dy_context_err(dy_group_context(&group)) == 0);
	dy_group_go(&group, fail, NULL);
	CHECK(!dy_group_try(&group, fail, NULL));
	CHECK(dy_group_wait(&group) == -EIO);
}

static void *make_item(void *unused)
{
	(void)unused;
	return malloc(1);
}

static void drop_item(void *item, void *unused)
{
	(void)unused;
	free(item);
	count++;
}

static void use_pools(void)
{
	static struct dy_pool pool;
	void *item;

	pool.make = make_item;
	pool.drop = drop_item;
	count = 0;
	item = dy_pool_get(&pool);
	CHECK(item);
	dy_pool_put(&pool, item);
	dy_pool_trim(&pool);
	CHECK(dy_pool_get(&pool) == item);
	dy_pool_put(&pool, item);
	dy_pool_clear(&pool);
	CHECK(count == 1);
}

//---------------------------------------------------------------------------
// time.h
//---------------------------------------------------------------------------

static void use_time(void)
{
	uint64_t start = dy_now(), at = 0;
	struct dy_timer timer, ticker, func;
	struct dy_chan *after;

	dy_sleep(DY_US);
	CHECK(dy_now() - start >= DY_US);
	CHECK(dy_timer_start(&timer, 3600 * DY_S) == 0);
	CHECK(dy_timer_stop(&timer) && !dy_timer_reset(&timer, DY_US));
	CHECK(dy_chan_recv(dy_timer_chan(&timer), &at) && at > start);
	dy_timer_close(&timer);
	CHECK(dy_ticker_start(&ticker, 10 * DY_US) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(dy_chan_recv(dy_timer_chan(&ticker), &at));
	dy_timer_close(&ticker);
	count = 0;
	dy_timer_start_func(&func, 0, count_one, NULL);
	while (count == 0)
		dy_yield();
	dy_timer_close(&func);
	after = dy_after(DY_US);
	CHECK(after && dy_chan_recv(after, &at));
	dy_chan_free(after);
}

//---------------------------------------------------------------------------
// context.h
//---------------------------------------------------------------------------

static void use_contexts(void)
{
	static const int key;
	struct dy_context *root = dy_context_with_cancel(dy_context_background());
	struct dy_context *late = dy_context_with_deadline(root, 1, -EIO);
	struct dy_context *timed = dy_context_with_timeout(root, 3600 * DY_S);
	struct dy_context *child = dy_context_with_value(timed, &key, &count);
	struct dy_context_func func, stopped;
	uint64_t when;

	CHECK(root && late && timed && child);
	CHECK(dy_context_value(child, &key) == &count);
	CHECK(dy_context_deadline(child, &when) && when > dy_now());
	CHECK(dy_context_err(late) == -ETIMEDOUT &&
	      dy_context_cause(late) == -EIO);
	count = 0;
	dy_context_after(child, &func, count_one, NULL);
	dy_context_after(child, &stopped, count_one, NULL);
	CHECK(dy_context_after_stop(&stopped));
	CHECK(dy_context_retain(root) == root);
	dy_context_cancel(root, -EPIPE);
	dy_context_release(root);
	CHECK(!dy_chan_recv(dy_context_done(child), NULL));
	CHECK(dy_context_err(child) == -ECANCELED);
	CHECK(dy_context_cause(child) == -EPIPE);
	while (count == 0)
		dy_yield();
	dy_context_release(child);
	dy_context_release(timed);
	dy_context_release(late);
	dy_context_release(root);
}

//---------------------------------------------------------------------------
// io.h
//---------------------------------------------------------------------------

static void use_sockets(void)
{
	int listener = dy_tcp_listen(0, 8), a, b;
	uint16_t port = (uint16_t)dy_tcp_port(listener);
	char c = 0;

	CHECK(listener >= 0);
	a = dy_tcp_dial(port);
	b = dy_tcp_accept(listener);
	CHECK(a >= 0 && b >= 0);
	CHECK(dy_write(a, "x", 1) == 1 && dy_read(b, &c, 1) == 1 && c == 'x');
	CHECK(dy_set_read_deadline(a, 1) == 0);
	CHECK(dy_read(a, &c, 1) == -ETIMEDOUT);
	CHECK(dy_set_write_deadline(a, 1) == 0);
	CHECK(dy_write(a, "x", 1) == -ETIMEDOUT);
	CHECK(dy_set_deadline(a, 0) == 0 && dy_write(a, "x", 1) == 1);
	CHECK(dy_close(a) == 0 && dy_close(b) == 0);
	CHECK(dy_tcp_dial_by(port, 1) == -ETIMEDOUT);
	CHECK(dy_close(listener) == 0);
}

static void use_unix_sockets(void)
{
	int listener = dy_unix_listen(NULL, 8), a, b;
	char name[108], c = 0;

	CHECK(listener >= 0);
	CHECK(dy_unix_name(listener, name, sizeof name) == 0);
	a = dy_unix_dial(name);
	b = dy_unix_accept(listener);
	CHECK(a >= 0 && b >= 0);
	CHECK(dy_write(a, "x", 1) == 1 && dy_read(b, &c, 1) == 1 && c == 'x');
	CHECK(dy_close(a) == 0 && dy_close(b) == 0 && dy_close(listener) == 0);
	CHECK(dy_unix_dial(name) == -ENOENT);
}

static void use_pipes_and_files(void)
{
	int h[2], file = dy_file_open("/tmp", DY_FILE_TEMP);
	char text[6] = "";

	CHECK(dy_pipe(h) == 0 && dy_close(h[1]) == 0);
	CHECK(dy_set_way(h[0], DY_WAY_BLOCK) == 0);
	CHECK(dy_read(h[0], text, 1) == 0 && dy_close(h[0]) == 0);
	CHECK(file >= 0 && dy_file_pwrite(file, "hello", 5, 100) == 5);
	CHECK(dy_file_sync(file) == 0);
	CHECK(dy_file_pread(file, text, 5, 100) == 5 && !strcmp(text, "hello"));
	CHECK(dy_file_close(file) == 0);
}

//---------------------------------------------------------------------------
// stats.h and policy.h
//---------------------------------------------------------------------------

static void use_stats(void)
{
	struct dy_histogram waits;
	struct dy_stats s;
	double value = 0;

	dy_stats_read(&s);
	CHECK(s.spawns > 0 && !strcmp(dy_stats_name(0), "spawns"));
	CHECK(dy_stats_get(&s, 0) == s.spawns && dy_stats_help(0)[0] != '\0');
	(void)dy_resident_bytes(); // 0 where it is not known
	CHECK(dy_metric_name(0) && !dy_metric("/no/such:thing", &value));
	CHECK(dy_metric("/sched/gomaxprocs:threads", &value) && value == 1);
	CHECK(dy_metric_histogram("/sched/latencies:seconds", &waits));
	CHECK(dy_histogram_quantile(&waits, 0.5) < 3600);
}

static void use_catalogue(void)
{
	const char *spec = NULL, *help = NULL;
	char text[256];

	CHECK(dy_policy_axis(0) && dy_policy_axis_help(0));
	CHECK(dy_policy_choice(0, 0)->abi == DY_POLICY_ABI);
	CHECK(dy_policy_load("/nowhere.so", text, sizeof text) == -EINVAL);
	CHECK(dy_policy_ejected(0) == NULL);
	CHECK(dy_policy_preset(0, &spec, &help) && spec && help);
	CHECK(dy_policy_preset_lacks(0) != NULL);
	CHECK(dy_policy_check("go1.27,steal=one", text, sizeof text) == 0);
	CHECK(dy_policy_check("go1.27,steal=nobody", text, sizeof text) ==
	      -EINVAL);
	CHECK(!dy_policy_polls("go1.27"));
	CHECK(dy_policy_rounds("go1.27") == 61);
	CHECK(dy_policy_canon("go1.27,steal=go", text, sizeof text) == 0);
	CHECK(!strcmp(text, "go1.27"));
}

// A policy that looks at all that it is shown: steal from the busiest of a few.
static int busiest(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t *tries = dy_view_scratch(v);
	int p = (int)(dy_view_random(v) % (uint32_t)dy_view_procs(v));

	++*tries;
	if (attempt >= dy_view_param(v, 0) || dy_view_global_len(v) > 0)
		return DY_STOP;
	if (!dy_view_running(v, p) || dy_view_waiting(v, p) ||
	    dy_view_distance(v, thief, p) > 20)
		return thief;
	return dy_view_queue_len(v, p) > 0 || dy_view_now(v) % 2 ? p : thief;
}

static const struct dy_policy_param params[] = {
	{"tries", "", 1, 100, 4, "victims looked at"},
	{NULL, NULL, 0, 0, 0, NULL},
};

const struct dy_steal_policy test_public_policy;
const struct dy_steal_policy test_public_policy = {
	.head = {DY_POLICY_ABI, sizeof test_public_policy, "busiest",
                 "the busiest of a few", params, 0},
	.victim = busiest,
};

//---------------------------------------------------------------------------

static void use_everything(void *unused)
{
	(void)unused;
	use_goroutines();
	use_channels();
	use_locks();
	use_conditions();
	use_groups();
	use_pools();
	use_time();
	use_contexts();
	use_sockets();
	use_unix_sockets();
	use_pipes_and_files();
	use_stats();
	use_catalogue();
}

int main(void)
{
	struct dy_config cfg = {.procs = 1, .seed = 7};
	char err[256];

	CHECK(dy_config_check(&cfg, err, sizeof err) == 0);
	CHECK(dy_run(&cfg, use_everything, NULL) == 0);
	return 0;
}
