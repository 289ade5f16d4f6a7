// memcheck.c - goroutines of every kind of switch, for a run under memcheck, which
// must find nothing: test/CMakeLists.txt starts it so.
//
// Their frames are large and full of pointers to each other's, so that stacks
// which memcheck does not know as such would give invalid reads and writes.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <string.h>

enum { PROCS = 2, CHILDREN = 50, DEPTH = 3, FRAME = 9000, LAPS = 3000000 };

static struct dy_waitgroup wg;
static struct dy_chan *sums;
static int h[2];

__attribute__((noinline)) static int descend(int n, int *sum)
{
	char frame[FRAME];
	int below = 0;

	memset(frame, n, sizeof frame);
	if (n > 0)
		descend(n - 1, &below);
	dy_yield();
	*sum = below + frame[0] + frame[FRAME - 1];
	return *sum;
}

static void child(void *arg)
{
	int sum;

	(void)arg;
	descend(DEPTH, &sum);
	dy_block(100 * DY_US);
	dy_chan_send(sums, &sum);
	dy_wg_done(&wg);
}

static void read_one(void *arg)
{
	char c;

	(void)arg;
	dy_read(h[0], &c, 1);
	dy_wg_done(&wg);
}

__attribute__((section("dy_text"), noinline)) static void spin(void *arg)
{
	(void)arg;
	for (volatile int i = 0; i < LAPS; i++)
		;
	dy_wg_done(&wg);
}

static void dy_main(void *total)
{
	sums = dy_chan_make(sizeof(int), 0);
	if (!sums || dy_pipe(h) != 0)
		return;
	dy_wg_add(&wg, CHILDREN + PROCS + 2);
	dy_go(read_one, NULL);
	for (int i = 0; i <= PROCS; i++)
		dy_go(spin, NULL);
	for (int i = 0; i < CHILDREN; i++)
		dy_go(child, NULL);
	for (int i = 0; i < CHILDREN; i++) {
		int sum;

		dy_chan_recv(sums, &sum);
		*(int *)total += sum;
	}
	dy_sleep(DY_MS);
	dy_write(h[1], "x", 1);
	dy_wg_wait(&wg);
	dy_chan_free(sums);
	dy_close(h[0]);
	dy_close(h[1]);
}

int main(void)
{
	struct dy_config cfg = {.procs = PROCS, .seed = 1};
	int total = 0, err = dy_run(&cfg, dy_main, &total);

	return err || total != CHILDREN * DEPTH * (DEPTH + 1);
}
