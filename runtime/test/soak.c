// soak.c - random programs under random policies for as long as one likes.
//
// Usage: soak [SECONDS [SEED]]. Each round starts a runtime with a random policy,
// GOMAXPROCS and M cap and throws random pieces of work at it, while GOMAXPROCS
// moves, signals come in at 1 kHz from a thread outside, and, for an
// unprivileged user, the system refuses threads now and then. Each piece adds
// what it is worth to a sum that must be right in the end: nothing may be lost,
// nothing run twice. The scheduler's own watch on work conservation is on.
//
// Exits 0 when all rounds were right. A hang ends by the alarm that each round
// sets, with a dump of the goroutines.
#define _GNU_SOURCE
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/rand.h"

enum { ROUND_LIMIT_S = 60, PIECES_MAX = 400 };

static const char *const policies[] = {
	"go1.27",
	"go1.27,preempt=sysmon:100us",
	"go1.27,preempt=none",
	"go1.27,steal=half",
	"go1.27,steal=half-tail",
	"go1.27,global=sharded",
	"go1.27,global=adaptive",
	"go1.27,steal=one",
	"go1.27,steal=near",
	"go1.27,steal=sticky",
	"go1.27,steal=loaded",
	"go1.27,global=never",
	"go1.2",
	"go1.1",
	"go1.27,steal=none",
	"place=tail",
	"place=workfirst",
	"place=lastp",
	"place=lastp,steal=none",
	"go1.0",
	"queue=lifo",
	"cilk",
	"queue=stamped,place=tail",
	"fair",
	"preempt=timer:200us",
	"preempt=adaptive:100us",
	"shinjuku",
	"idle=park",
	"idle=park,steal=one,preempt=none",
	"idle=spin:200us",
	"idle=eager",
	"tokio",
	"caladan",
	"syscall=handoff",
	"syscall=handoff,preempt=none",
	"syscall=keep",
	"syscall=pool:3",
};

struct round {
	struct rand rand;            // of the main goroutine alone
	struct dy_waitgroup done;    // the pieces
	struct dy_waitgroup servers; // who takes from channel and pipe
	struct dy_mutex mutex;
	struct dy_chan *chan;
	long sum; // under the mutex
	long expected;
	int h[2];
};

static void add(struct round *r, long worth)
{
	dy_mutex_lock(&r->mutex);
	r->sum += worth;
	dy_mutex_unlock(&r->mutex);
	dy_wg_done(&r->done);
}

//---------------------------------------------------------------------------
// Pieces of work: each adds 1
//---------------------------------------------------------------------------

static void burn(void *arg)
{
	dy_work(200 * DY_US);
	add(arg, 1);
}

static void rest(void *arg)
{
	dy_sleep(300 * DY_US);
	add(arg, 1);
}

static void block(void *arg)
{
	dy_block(300 * DY_US);
	add(arg, 1);
}

static void yields(void *arg)
{
	for (int i = 0; i < 50; i++)
		dy_yield();
	add(arg, 1);
}

static void stay(void *arg)
{
	dy_lock_os_thread();
	dy_yield();
	dy_sleep(50 * DY_US);
	dy_unlock_os_thread();
	add(arg, 1);
}

static void leave_locked(void *arg)
{
	dy_lock_os_thread();
	dy_yield();
	add(arg, 1); // and its thread ends
}

static void child(void *arg)
{
	dy_wg_done(arg);
}

static void family(void *arg)
{
	struct dy_waitgroup children = {0};

	dy_wg_add(&children, 20);
	for (int i = 0; i < 20; i++)
		dy_go(child, &children);
	dy_wg_wait(&children);
	add(arg, 1);
}

static void send(void *arg)
{
	struct round *r = arg;
	long one = 1;

	dy_chan_send(r->chan, &one);
	dy_wg_done(&r->done);
}

static void receive(void *arg)
{
	struct round *r = arg;
	long v;

	while (dy_chan_recv(r->chan, &v)) {
		dy_mutex_lock(&r->mutex);
		r->sum += v;
		dy_mutex_unlock(&r->mutex);
	}
	dy_wg_done(&r->servers);
}

static void write_byte(void *arg)
{
	struct round *r = arg;
	long bad = dy_write(r->h[1], "x", 1) != 1;

	dy_mutex_lock(&r->mutex);
	r->sum -= bad;
	dy_mutex_unlock(&r->mutex);
	dy_wg_done(&r->done);
}

static void read_bytes(void *arg)
{
	struct round *r = arg;
	char buf[64];
	ssize_t n;

	while ((n = dy_read(r->h[0], buf, sizeof buf)) > 0) {
		dy_mutex_lock(&r->mutex);
		r->sum += n;
		dy_mutex_unlock(&r->mutex);
	}
	dy_wg_done(&r->servers);
}

static const dy_fn pieces[] = {burn,   rest, block,        yields,    stay,
                               family, send, leave_locked, write_byte};

enum { KINDS = sizeof pieces / sizeof pieces[0] };

static void run_round(void *arg)
{
	struct round *r = arg;
	uint32_t n = 1 + rand_below(&r->rand, PIECES_MAX);

	dy_wg_add(&r->servers, 3);
	for (int i = 0; i < 2; i++)
		dy_go(receive, r);
	if (dy_pipe(r->h) != 0)
		return;
	dy_go(read_bytes, r);
	for (uint32_t i = 0; i < n; i++) {
		dy_wg_add(&r->done, 1);
		dy_go(pieces[rand_below(&r->rand, KINDS)], r);
		if (rand_below(&r->rand, 20) == 0)
			dy_gomaxprocs(1 + (int)rand_below(&r->rand, 8));
		if (rand_below(&r->rand, 50) == 0)
			dy_sleep(100 * DY_US);
	}
	r->expected = n;
	dy_wg_wait(&r->done);
	dy_chan_close(r->chan);
	dy_close(r->h[1]);
	dy_wg_wait(&r->servers);
	dy_close(r->h[0]);
}

//---------------------------------------------------------------------------
// Trouble from outside
//---------------------------------------------------------------------------

static volatile sig_atomic_t calm;

static void ignore_signal(int sig)
{
	(void)sig;
}

// Threads are refused for a tenth of the time, where the system lets itself.
static void *trouble(void *unused)
{
	struct timespec ms = {.tv_nsec = 1000000};
	struct rlimit normal, tight;

	(void)unused;
	getrlimit(RLIMIT_NPROC, &normal);
	tight = normal;
	tight.rlim_cur = 1;
	for (unsigned i = 0; !calm; i++) {
		nanosleep(&ms, NULL);
		kill(getpid(), i % 2 ? SIGUSR1 : SIGURG);
		setrlimit(RLIMIT_NPROC, i % 100 < 10 ? &tight : &normal);
	}
	setrlimit(RLIMIT_NPROC, &normal);
	return NULL;
}

static bool one_round(uint64_t seed)
{
	struct rand rand = rand_stream(seed, 0);
	struct round r = {.rand = rand_stream(seed, 1), .h = {-1, -1}};
	int procs = 1 + (int)rand_below(&rand, 8);
	struct dy_config cfg = {
		.policy = policies[rand_below(
			&rand, sizeof policies / sizeof policies[0])],
		.procs = procs,
		.seed = seed,
		.m_idle_limit = rand_below(&rand, 3) ? 0 : 2 * DY_MS,
	};
	int err;

	r.chan = dy_chan_make(sizeof(long), rand_below(&rand, 4));
	alarm(ROUND_LIMIT_S);
	err = dy_run(&cfg, run_round, &r);
	alarm(0);
	dy_chan_free(r.chan);
	if (err == -EAGAIN)
		return true; // refused its first thread, and said so
	if (!err && r.sum == r.expected)
		return true;
	fprintf(stderr, "soak: seed %llu, %s, %d Ps: error %d, sum %ld of %ld\n",
	        (unsigned long long)seed, cfg.policy, procs, err, r.sum,
	        r.expected);
	return false;
}

// A hang: SIGQUIT makes the runtime print its goroutines.
static void on_alarm(int sig)
{
	(void)sig;
	kill(getpid(), SIGQUIT);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10)
	                         : (uint64_t)time(NULL);
	time_t end = time(NULL) + (time_t)seconds, said = 0;
	pthread_t thread;
	unsigned rounds = 0;
	bool right = true;

	setenv("DYNO_DEBUG", "check=1000", 1);
	signal(SIGUSR1, ignore_signal);
	signal(SIGALRM, on_alarm);
	printf("soak: %.0f s from seed %llu\n", seconds,
	       (unsigned long long)seed);
	if (pthread_create(&thread, NULL, trouble, NULL) != 0)
		return 1;
	while (right && time(NULL) < end) {
		right = one_round(seed + rounds++);
		if (time(NULL) - said >= 10) {
			said = time(NULL);
			printf("soak: %u rounds, %ld s left\n", rounds,
			       (long)(end - said));
			fflush(stdout);
		}
	}
	calm = 1;
	pthread_join(thread, NULL);
	printf("soak: %u rounds, %s\n", rounds,
	       right ? "nothing lost" : "FAILED");
	return right ? 0 : 1;
}
