// test_verdict.c - which GOMAXPROCS follows from made-up machines, and by which
// rule.
#include "../why/godebug.h"
#include "../why/verdict.h"
#include "command.h"
#include "fixture_elf.h"
#include "fixture_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEAF "sys/fs/cgroup/pod/app/"
#define PARENT "sys/fs/cgroup/pod/"
#define LEAF1 "sys/fs/cgroup/cpu,cpuacct/pod/app/"
#define PARENT1 "sys/fs/cgroup/cpu,cpuacct/pod/"

// One process on one machine. What is not said is not set.
struct machine {
	const char *version; // of Go; NULL: a C program
	int cpus;
	const char *allowed; // default: all
	const char *gomaxprocs, *godebug;
	double leaf, parent; // quotas in CPUs; 0: none
	bool v1;             // the version of the control groups
	const char *modules;
	int in_memory; // what runtime.gomaxprocs says
};

static void put_quota(const char *tree, bool v1, bool leaf, double cpus)
{
	char max[64] = "max 100000\n";

	if (v1) {
		fixture_file(tree,
		             leaf ? LEAF1 "cpu.cfs_quota_us"
		                  : PARENT1 "cpu.cfs_quota_us",
		             "%d\n", cpus > 0 ? (int)(cpus * 100000) : -1);
		fixture_file(tree,
		             leaf ? LEAF1 "cpu.cfs_period_us"
		                  : PARENT1 "cpu.cfs_period_us",
		             "100000\n");
		return;
	}
	if (cpus > 0)
		snprintf(max, sizeof max, "%d 100000\n", (int)(cpus * 100000));
	fixture_file(tree, leaf ? LEAF "cpu.max" : PARENT "cpu.max", "%s", max);
}

static void put_environment(const char *tree, const struct machine *m)
{
	char text[256];
	int n = snprintf(text, sizeof text,
	                 "HOME=/%cXGOMAXPROCS=9%cGOMAXPROCSX=8%c", 0, 0, 0);

	if (m->gomaxprocs)
		n += snprintf(text + n, sizeof text - (size_t)n,
		              "GOMAXPROCS=%s%cGOMAXPROCS=77%c", m->gomaxprocs,
		              0, 0);
	if (m->godebug)
		n += snprintf(text + n, sizeof text - (size_t)n, "GODEBUG=%s%c",
		              m->godebug, 0);
	fixture_bytes(tree, "proc/7/environ", text, (size_t)n, 0);
}

static void put_program(const char *tree, const struct machine *m)
{
	const struct fixture_elf want = {.version = m->version,
	                                 .modules = m->modules,
	                                 .symbol = m->in_memory > 0};
	static struct fixture_image image;
	unsigned char value[4] = {(unsigned char)m->in_memory, 0, 0, 0};

	fixture_elf_make(&image, &want);
	fixture_bytes(tree, "proc/7/exe", image.bytes, image.n, 0);
	if (m->in_memory)
		fixture_bytes(tree, "proc/7/mem", value, 4, FIXTURE_ELF_PROCS);
}

static char *build(const struct machine *m)
{
	char *tree = fixture_tree_new(), all[32];

	snprintf(all, sizeof all, "0-%d", m->cpus - 1);
	fixture_file(tree, "sys/devices/system/cpu/online", "%s\n", all);
	fixture_process(tree, "7", m->allowed ? m->allowed : all,
	                m->v1 ? "2:cpu,cpuacct:/pod/app\n0::/x\n"
	                      : "0::/pod/app\n");
	fixture_mounts(tree, "7", m->v1 ? "/" : NULL, "/");
	fixture_mounts(tree, "self", m->v1 ? "/" : NULL, "/");
	fixture_file(tree, m->v1 ? LEAF1 "cgroup.procs" : LEAF "cgroup.procs",
	             "7\n");
	put_quota(tree, m->v1, true, m->leaf);
	put_quota(tree, m->v1, false, m->parent);
	put_environment(tree, m);
	put_program(tree, m);
	return tree;
}

static void reach(struct verdict *v, const struct machine *m)
{
	char *tree = build(m);
	struct process p;

	assert_int_equal(process_read(&p, tree, "7"), 0);
	verdict_reach(v, &p);
	process_free(&p);
	fixture_tree_remove(tree);
}

static bool noted(const struct verdict *v, const char *name)
{
	for (int i = 0; i < v->notes; i++)
		if (strcmp(v->note[i].name, name) == 0)
			return true;
	return false;
}

//---------------------------------------------------------------------------

#define OLD_MODULE \
	"path\tx\nbuild\tDefaultGODEBUG=asynctimerchan=1,containermaxprocs=0," \
	"updatemaxprocs=0\n"
#define UBER "path\tx\ndep\tgo.uber.org/automaxprocs\tv1.6.0\th1:x\n"

#define ON(go, n, ...) \
	{ \
		.version = go, .cpus = n, __VA_ARGS__ \
	}
#define OTHERS(since, before, automaxprocs) since, before, automaxprocs

static const struct {
	struct machine m;
	int procs;
	enum verdict_rule rule;
	int since_1_25, before_1_25, automaxprocs; // under other rules
	const char *note;                          // NULL: none at all
} table[] = {
	// Nothing is set: the CPUs.
	{ON("go1.26.8", 8), 8, RULE_AFFINITY, OTHERS(8, 8, 8), NULL},
	{ON("go1.19.8", 64), 64, RULE_AFFINITY, OTHERS(64, 64, 64), NULL},
	{ON("go1.26.8", 1), 1, RULE_AFFINITY, OTHERS(1, 1, 1), NULL},
	// Affinity, and CPUs that are allowed but not there.
	{ON("go1.26.8", 8, .allowed = "3"), 1, RULE_AFFINITY, OTHERS(1, 1, 1),
         "affinity"},
	{ON("go1.19.8", 8, .allowed = "0,2-4"), 4, RULE_AFFINITY,
         OTHERS(4, 4, 4), "affinity"},
	{ON("go1.26.8", 4, .allowed = "0-127"), 4, RULE_AFFINITY,
         OTHERS(4, 4, 4), NULL},
	// The environment wins over everything; the first of two counts.
	{ON("go1.26.8", 8, .gomaxprocs = "3"), 3, RULE_ENVIRONMENT,
         OTHERS(8, 8, 8), NULL},
	{ON("go1.19.8", 8, .gomaxprocs = "5000"), 5000, RULE_ENVIRONMENT,
         OTHERS(8, 8, 8), NULL},
	{ON("go1.26.8", 8, .allowed = "1", .gomaxprocs = "6", .leaf = 1.5), 6,
         RULE_ENVIRONMENT, OTHERS(1, 1, 1), "above-quota"},
	{ON("go1.26.8", 8, .gomaxprocs = "0"), 8, RULE_AFFINITY,
         OTHERS(8, 8, 8), "environment-ignored"},
	{ON("go1.26.8", 8, .gomaxprocs = "two"), 8, RULE_AFFINITY,
         OTHERS(8, 8, 8), "environment-ignored"},
	{ON("go1.26.8", 8, .gomaxprocs = "2147483648"), 8, RULE_AFFINITY,
         OTHERS(8, 8, 8), "environment-ignored"},
	{ON("go1.26.8", 8, .gomaxprocs = "+3"), 3, RULE_ENVIRONMENT,
         OTHERS(8, 8, 8), NULL},
	{ON("go1.25.3", 8, .gomaxprocs = "+3"), 8, RULE_AFFINITY,
         OTHERS(8, 8, 8), "environment-ignored"},
	{ON("go1.26.8", 8, .gomaxprocs = ""), 8, RULE_AFFINITY, OTHERS(8, 8, 8),
         NULL},
	// Quotas, aware and unaware, both versions of control groups.
	{ON("go1.26.8", 8, .leaf = 0.5), 2, RULE_QUOTA, OTHERS(2, 8, 1),
         "above-quota"},
	{ON("go1.26.8", 8, .leaf = 1.5), 2, RULE_QUOTA, OTHERS(2, 8, 1),
         "above-quota"},
	{ON("go1.26.8", 64, .leaf = 8.5), 9, RULE_QUOTA, OTHERS(9, 64, 8),
         "above-quota"},
	{ON("go1.26.8", 8, .leaf = 4), 4, RULE_QUOTA, OTHERS(4, 8, 4), NULL},
	{ON("go1.26.8", 8, .leaf = 0.5, .v1 = true), 2, RULE_QUOTA,
         OTHERS(2, 8, 1), "above-quota"},
	{ON("go1.25.0", 8, .leaf = 1.5, .v1 = true), 2, RULE_QUOTA,
         OTHERS(2, 8, 1), "above-quota"},
	{ON("go1.26.8", 64, .leaf = 8.5, .v1 = true), 9, RULE_QUOTA,
         OTHERS(9, 64, 8), "above-quota"},
	{ON("go1.19.8", 64, .leaf = 8.5), 64, RULE_AFFINITY, OTHERS(9, 64, 8),
         "unaware-release"},
	{ON("go1.24.1", 8, .leaf = 0.5, .v1 = true), 8, RULE_AFFINITY,
         OTHERS(2, 8, 1), "unaware-release"},
	// The quota never raises, except by automaxprocs.
	{ON("go1.26.8", 1, .leaf = 0.5), 1, RULE_AFFINITY, OTHERS(1, 1, 1),
         "above-quota"},
	{ON("go1.26.8", 4, .leaf = 8.5), 4, RULE_AFFINITY, OTHERS(4, 4, 8), NULL},
	{ON("go1.26.8", 8, .allowed = "0-1", .leaf = 4), 2, RULE_AFFINITY,
         OTHERS(2, 2, 4), "affinity"},
	// A limit above the leaf: the kernel obeys it, Go does not see it.
	{ON("go1.26.8", 8, .parent = 2), 8, RULE_AFFINITY, OTHERS(8, 8, 8),
         "ancestor-ignored"},
	{ON("go1.26.8", 8, .leaf = 6, .parent = 2), 6, RULE_QUOTA,
         OTHERS(6, 8, 6), "ancestor-ignored"},
	{ON("go1.26.8", 8, .leaf = 2, .parent = 6), 2, RULE_QUOTA,
         OTHERS(2, 8, 2), NULL},
	{ON("go1.26.8", 8, .parent = 2, .v1 = true), 8, RULE_AFFINITY,
         OTHERS(8, 8, 8), "ancestor-ignored"},
	// Switched off: built in, by the environment, and on again.
	{ON("go1.26.8", 8, .leaf = 2, .modules = OLD_MODULE), 8, RULE_AFFINITY,
         OTHERS(2, 8, 2), "unaware-go-mod"},
	{ON("go1.26.8", 8, .godebug = "x=1,containermaxprocs=0", .leaf = 2), 8,
         RULE_AFFINITY, OTHERS(2, 8, 2), "unaware-godebug"},
	{ON("go1.26.8", 8, .godebug = "containermaxprocs=1", .leaf = 2,
            .modules = OLD_MODULE),
         2, RULE_QUOTA, OTHERS(2, 8, 2), NULL},
	{ON("go1.19.8", 8, .godebug = "containermaxprocs=1", .leaf = 2), 8,
         RULE_AFFINITY, OTHERS(2, 8, 2), "unaware-release"},
	// automaxprocs is linked in.
	{ON("go1.19.8", 8, .leaf = 2.5, .modules = UBER), 2, RULE_AUTOMAXPROCS,
         OTHERS(3, 8, 2), "quota-unused"},
	{ON("go1.19.8", 8, .leaf = 0.5, .modules = UBER), 1, RULE_AUTOMAXPROCS,
         OTHERS(2, 8, 1), "automaxprocs-linked"},
	{ON("go1.19.8", 8, .modules = UBER), 8, RULE_AFFINITY, OTHERS(8, 8, 8),
         "automaxprocs-linked"},
	{ON("go1.19.8", 8, .gomaxprocs = "5", .leaf = 2, .modules = UBER), 5,
         RULE_ENVIRONMENT, OTHERS(2, 8, 2), "above-quota"},
	// What is in memory is true.
	{ON("go1.26.8", 8, .in_memory = 8), 8, RULE_AFFINITY, OTHERS(8, 8, 8),
         NULL},
	{ON("go1.26.8", 8, .in_memory = 3), 3, RULE_PROGRAM, OTHERS(8, 8, 8),
         NULL},
	{ON("go1.19.8", 8, .gomaxprocs = "5", .in_memory = 3), 3, RULE_PROGRAM,
         OTHERS(8, 8, 8), NULL},
	{ON("go1.19.8", 8, .leaf = 4, .modules = UBER, .in_memory = 8), 8,
         RULE_AFFINITY, OTHERS(4, 8, 4), "unaware-release"},
	// Unknown stays unknown.
	{ON(NULL, 8, .leaf = 2), 0, RULE_UNKNOWN, OTHERS(2, 8, 2), NULL},
	{ON("devel +abc", 8), 0, RULE_UNKNOWN, OTHERS(8, 8, 8), NULL},
	{ON("devel +abc", 8, .in_memory = 5), 5, RULE_UNKNOWN, OTHERS(8, 8, 8),
         NULL},
};

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct verdict v;

		reach(&v, &table[i].m);
		if (v.procs != table[i].procs || v.rule != table[i].rule)
			print_error("row %zu: %d by %s (%s)\n", i, v.procs,
			            verdict_rule_name(v.rule), v.why);
		assert_int_equal(v.procs, table[i].procs);
		assert_int_equal(v.rule, table[i].rule);
		assert_int_equal(v.since_1_25, table[i].since_1_25);
		assert_int_equal(v.before_1_25, table[i].before_1_25);
		assert_int_equal(v.automaxprocs, table[i].automaxprocs);
		if (table[i].note ? !noted(&v, table[i].note) : v.notes)
			print_error("row %zu: first of %d notes is %s\n", i,
			            v.notes, v.notes ? v.note[0].name : "");
		if (table[i].note)
			assert_true(noted(&v, table[i].note));
		else
			assert_int_equal(v.notes, 0);
	}
}

// Whether the value follows the limits while the program runs.
static void test_updates(void **state)
{
	static const struct {
		struct machine m;
		bool updates;
	} cases[] = {
		{ON("go1.26.8", 8), true},
		{ON("go1.26.8", 8, .leaf = 2), true},
		{ON("go1.24.8", 8), false},
		{ON("go1.26.8", 8, .gomaxprocs = "3"), false},
		{ON("go1.26.8", 8, .godebug = "updatemaxprocs=0"), false},
		{ON("go1.26.8", 8, .modules = OLD_MODULE), false},
		{ON("go1.26.8", 8, .in_memory = 3), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct verdict v;

		reach(&v, &cases[i].m);
		assert_int_equal(v.updates, cases[i].updates);
	}
}

static void test_throttling_is_told(void **state)
{
	struct machine m = {.version = "go1.26.8", .cpus = 8, .leaf = 1.5};
	char *tree = build(&m);
	struct process p;
	struct verdict v;

	(void)state;
	fixture_file(tree, LEAF "cpu.stat",
	             "nr_periods 100\nnr_throttled 25\nthrottled_usec 7000000\n");
	fixture_file(tree, "proc/7/task/7/schedstat",
	             "3000000000 1000000000 5\n");
	fixture_file(tree, "proc/7/task/8/schedstat", "1000000000 500000000 5\n");
	assert_int_equal(process_read(&p, tree, "7"), 0);
	verdict_reach(&v, &p);
	assert_true(noted(&v, "throttled"));
	assert_non_null(strstr(v.note[0].text, "25 %"));
	assert_true(p.waits_known);
	assert_true(p.cpu_s > 3.99 && p.cpu_s < 4.01);
	assert_true(p.wait_s > 1.49 && p.wait_s < 1.51);
	process_free(&p);
	fixture_tree_remove(tree);
}

// A program that may be loaded anywhere is moved; the kernel says by how much.
static void test_moved_program(void **state)
{
	const uint64_t moved = 0x10000;
	const uint64_t auxv[] = {6, 4096, 3, FIXTURE_ELF_BASE + moved + 0x100,
	                         0, 0};
	const struct fixture_elf want = {
		.version = "go1.26.8", .symbol = true, .anywhere = true};
	struct machine m = {.version = "go1.26.8", .cpus = 8};
	static struct fixture_image image;
	char *tree = build(&m);
	struct process p;

	(void)state;
	fixture_elf_make(&image, &want);
	fixture_bytes(tree, "proc/7/exe", image.bytes, image.n, 0);
	fixture_bytes(tree, "proc/7/mem", "\5\0\0\0", 4,
	              FIXTURE_ELF_PROCS + moved);
	assert_int_equal(process_read(&p, tree, "7"), 0);
	assert_int_equal(p.observed, 0);
	assert_non_null(strstr(p.observed_why, "not known"));
	process_free(&p);
	fixture_bytes(tree, "proc/7/auxv", auxv, sizeof auxv, 0);
	assert_int_equal(process_read(&p, tree, "7"), 0);
	assert_int_equal(p.observed, 5);
	process_free(&p);
	fixture_tree_remove(tree);
}

static void test_settings(void **state)
{
	int32_t v = 9;

	(void)state;
	assert_false(godebug_setting(NULL, "a", &v));
	assert_false(godebug_setting("", "a", &v));
	assert_false(godebug_setting("aa=1,b=2,a", "a", &v));
	assert_false(godebug_setting("a=x,a=,a=99999999999,a=1x", "a", &v));
	assert_int_equal(v, 9);
	assert_true(godebug_setting(",,a=1,b=3,a=-2,a=x,", "a", &v));
	assert_int_equal(v, -2);
	assert_true(godebug_number("-2147483648", 26, &v));
	assert_int_equal(v, INT32_MIN);
	assert_false(godebug_number("+-1", 26, &v));
	assert_false(godebug_number("", 26, &v));
	assert_false(godebug_number("-", 26, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_throttling_is_told),
		cmocka_unit_test(test_moved_program),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
