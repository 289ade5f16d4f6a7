// test_procs.c - the default GOMAXPROCS: CPUs and quota, who overrules it, and
// that it is followed while it changes. The machine's CPUs and quota are made up
// here: the linker puts __wrap_ functions in the place of the port's.
#include <dyno/time.h>
#include <stdlib.h>
#include <unistd.h>

#include "port/port.h"
#include "rt.h"
#include "sched/sched.h"

static struct dy_w32 cpus, limit_percent, looks;

// To meet the monitor while it looks.
static struct dy_w32 meeting;
enum { NONE, WANTED, ARRIVED, OVER };

int __wrap_port_cpus(void);
int __wrap_port_cpus(void)
{
	return (int)w32_load_acq(&cpus);
}

double __wrap_port_cpu_limit(const char *sysroot);
double __wrap_port_cpu_limit(const char *sysroot)
{
	(void)sysroot;
	w32_add_ar(&looks, 1);
	if (w32_load_acq(&meeting) == WANTED) {
		w32_store_rel(&meeting, ARRIVED);
		while (w32_load_acq(&meeting) != OVER)
			usleep(100);
	}
	return w32_load_acq(&limit_percent) / 100.0;
}

static int start(void **state)
{
	(void)state;
	unsetenv("GOMAXPROCS");
	unsetenv("DYNO_DEBUG");
	return 0;
}

static void machine(uint32_t n, uint32_t percent)
{
	w32_store_rel(&cpus, n);
	w32_store_rel(&limit_percent, percent);
}

static void note_procs(void *arg)
{
	*(int *)arg = dy_gomaxprocs(0);
}

static int procs_of(int configured)
{
	struct dy_config cfg = rt_config(configured, NULL);
	int procs = -1;

	rt_run_config(cfg, note_procs, &procs);
	return procs;
}

static void test_without_a_quota_there_are_as_many_as_cpus(void **state)
{
	(void)state;
	machine(8, 0);
	assert_int_equal(procs_of(0), 8);
	machine(1, 0);
	assert_int_equal(procs_of(0), 1);
	machine(DY_PROCS_MAX + 1, 0);
	assert_int_equal(procs_of(0), DY_PROCS_MAX);
}

static void test_a_quota_is_rounded_up_to_two_at_least(void **state)
{
	static const struct {
		uint32_t cpus, percent;
		int procs;
	} cases[] = {
		{8, 400, 4},   {8, 250, 3},    {8, 301, 4}, {8, 201, 3},
		{8, 200, 2},   {8, 120, 2},    {8, 100, 2}, {8, 1, 2},
		{8, 99999, 8}, {1, 400, 1},    {1, 50, 1},  {2, 250, 2},
		{3, 250, 3},   {8, 800000, 8},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		machine(cases[i].cpus, cases[i].percent);
		assert_int_equal(procs_of(0), cases[i].procs);
	}
}

static void test_who_chooses_is_not_overruled(void **state)
{
	(void)state;
	machine(8, 300);
	setenv("GOMAXPROCS", "6", 1);
	assert_int_equal(procs_of(0), 6);
	assert_int_equal(procs_of(5), 5);
	setenv("GOMAXPROCS", "0", 1); // chooses nothing
	assert_int_equal(procs_of(0), 3);
}

static void test_the_quota_can_be_left_out(void **state)
{
	(void)state;
	machine(8, 300);
	setenv("DYNO_DEBUG", "containermaxprocs=0", 1);
	assert_int_equal(procs_of(0), 8);
	setenv("DYNO_DEBUG", "containermaxprocs=1", 1);
	assert_int_equal(procs_of(0), 3);
}

//---------------------------------------------------------------------------
// While it runs
//---------------------------------------------------------------------------

static void await_procs(int n)
{
	while (dy_gomaxprocs(0) != n)
		dy_sleep(10 * DY_MS);
}

static void change_the_machine(void *arg)
{
	(void)arg;
	rt_check(dy_gomaxprocs(0) == 3);
	machine(8, 450);
	await_procs(5);
	machine(4, 450);
	await_procs(4);
	machine(4, 10);
	await_procs(2);
}

static void test_changes_are_followed(void **state)
{
	(void)state;
	machine(8, 300);
	rt_run(0, NULL, change_the_machine, NULL);
}

static void pass_a_look_by(int procs)
{
	uint64_t end = dy_now() + 1200 * DY_MS;
	uint32_t before = w32_load_acq(&looks);

	machine(8, 500);
	while (dy_now() < end)
		dy_sleep(10 * DY_MS);
	rt_check(dy_gomaxprocs(0) == procs);
	rt_check(w32_load_acq(&looks) == before);
}

static void expect_three(void *arg)
{
	(void)arg;
	pass_a_look_by(3);
}

static void choose_four(void *arg)
{
	(void)arg;
	dy_gomaxprocs(4);
	pass_a_look_by(4);
}

static void test_what_was_chosen_stays(void **state)
{
	(void)state;
	machine(8, 300);
	rt_run(0, NULL, choose_four, NULL);
	machine(8, 200);
	rt_run(3, NULL, expect_three, NULL);
	machine(8, 200);
	setenv("GOMAXPROCS", "3", 1);
	rt_run(0, NULL, expect_three, NULL);
}

// The monitor has seen a new quota when another number is chosen.
static void choose_while_it_looks(void *arg)
{
	uint64_t round;

	(void)arg;
	w32_store_rel(&meeting, WANTED);
	machine(8, 500);
	while (w32_load_acq(&meeting) != ARRIVED)
		dy_sleep(DY_MS);
	dy_gomaxprocs(4);
	round = w64_load_acq(&sched.coarse_now);
	w32_store_rel(&meeting, OVER);
	while (w64_load_acq(&sched.coarse_now) == round)
		dy_sleep(DY_MS);
	rt_check(dy_gomaxprocs(0) == 4);
}

static void test_a_look_does_not_undo_a_choice(void **state)
{
	(void)state;
	machine(8, 300);
	rt_run(0, NULL, choose_while_it_looks, NULL);
	w32_store_rel(&meeting, NONE);
}

static void test_following_can_be_turned_off(void **state)
{
	(void)state;
	setenv("DYNO_DEBUG", "updatemaxprocs=0", 1);
	machine(8, 300);
	rt_run(0, NULL, expect_three, NULL);
}

#define afresh(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		afresh(test_without_a_quota_there_are_as_many_as_cpus),
		afresh(test_a_quota_is_rounded_up_to_two_at_least),
		afresh(test_who_chooses_is_not_overruled),
		afresh(test_the_quota_can_be_left_out),
		afresh(test_changes_are_followed),
		afresh(test_what_was_chosen_stays),
		afresh(test_a_look_does_not_undo_a_choice),
		afresh(test_following_can_be_turned_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
