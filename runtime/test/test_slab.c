// test_slab.c - stacks that are cut, emptied and cut again: each is in one place,
// its memory is gone meanwhile, and whether it has a guard is not forgotten.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "base/fatal.h"
#include "port/port.h"
#include "rt.h"
#include "sched/slab.h"

enum { CLASS = 14, SIZE = 1 << CLASS, STACKS = 5000 }; // more than one slab has

static enum port_guard guard; // what the machine is able to
static int guards_left;       // that it grants
static bool locked;           // the memory
static int said;

enum port_guard port_guard_probe(void)
{
	return guard;
}

int port_guard_set(enum port_guard how, void *addr, size_t size)
{
	(void)how, (void)addr, (void)size;
	return guards_left-- > 0 ? 0 : -ENOMEM;
}

int port_forget(void *addr, size_t size)
{
	return locked ? -EINVAL : madvise(addr, size, MADV_DONTNEED);
}

void *port_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void port_unmap(void *addr, size_t size)
{
	munmap(addr, size);
}

void say(const char *fmt, ...)
{
	(void)fmt;
	said++;
}

size_t port_page_size(void)
{
	return 4096;
}

static char *stack[STACKS];

static void cut_all(bool expect_fresh)
{
	for (int i = 0; i < STACKS; i++) {
		bool fresh = !expect_fresh;

		stack[i] = slab_cut(CLASS, &fresh);
		assert_non_null(stack[i]);
		assert_int_equal(fresh, expect_fresh);
	}
}

// Every byte belongs to one stack alone.
static void mark_all(void)
{
	for (int i = 0; i < STACKS; i++) {
		stack[i][0] = (char)i;
		stack[i][SIZE / 2] = (char)i;
	}
	for (int i = 0; i < STACKS; i++)
		assert_true(stack[i][0] == (char)i &&
		            stack[i][SIZE / 2] == (char)i);
}

static int resident_pages(const char *at)
{
	unsigned char in[SIZE / 4096];
	int n = 0;

	assert_int_equal(mincore((void *)(uintptr_t)at, SIZE, in), 0);
	for (size_t i = 0; i < sizeof in; i++)
		n += in[i] & 1;
	return n;
}

static void start(enum port_guard how, int granted, enum dy_stack_guard want)
{
	guard = how;
	guards_left = granted;
	locked = false;
	assert_int_equal(slabs_open(want), 0);
}

static void test_an_empty_stack_has_no_memory(void **state)
{
	(void)state;
	start(PORT_GUARD_MADVISE, STACKS, DY_GUARD_ALWAYS);
	cut_all(true);
	mark_all();
	for (int i = 0; i < STACKS; i++) {
		assert_true(resident_pages(stack[i]) >= 2);
		assert_true(slab_empty(stack[i], CLASS));
		assert_int_equal(resident_pages(stack[i]), 0);
	}
	cut_all(false);
	mark_all();
	for (int i = 0; i < STACKS; i += 3)
		assert_true(slab_empty(stack[i], CLASS));
	for (int i = 0; i < STACKS; i += 3) {
		bool fresh = true;

		stack[i] = slab_cut(CLASS, &fresh);
		assert_false(fresh);
	}
	mark_all();
	slabs_close();
}

// The guards run out at the 1000th.
static void test_who_has_no_guard_is_remembered(void **state)
{
	int unguarded = 0;

	(void)state;
	start(PORT_GUARD_MPROTECT, 1000, DY_GUARD_AUTO);
	cut_all(true);
	for (int i = 0; i < STACKS; i++) {
		assert_int_equal(head_of(stack[i], CLASS)->unguarded, i >= 1000);
		if (i >= 1000)
			assert_false(slab_overrun(stack[i]));
	}
	for (int i = STACKS - 1; i >= 0; i--)
		assert_true(slab_empty(stack[i], CLASS));
	cut_all(false);
	for (int i = 0; i < STACKS; i++) {
		if (!head_of(stack[i], CLASS)->unguarded)
			continue;
		unguarded++;
		assert_false(slab_overrun(stack[i]));
		stack[i][-1] = 1;
		assert_true(slab_overrun(stack[i]));
	}
	assert_int_equal(unguarded, STACKS - 1000);
	assert_int_equal(said, 1);
	slabs_close();
}

static void test_locked_memory_stays(void **state)
{
	bool fresh;
	char *s;

	(void)state;
	start(PORT_GUARD_MADVISE, STACKS, DY_GUARD_AUTO);
	s = slab_cut(CLASS, &fresh);
	s[5] = 'x';
	locked = true;
	assert_false(slab_empty(s, CLASS));
	assert_int_equal(s[5], 'x');
	assert_ptr_not_equal(slab_cut(CLASS, &fresh), s);
	assert_true(fresh);
	slabs_close();
}

static void test_no_guard_is_refused_if_it_must_be(void **state)
{
	bool fresh;

	(void)state;
	guard = PORT_GUARD_NONE;
	assert_int_equal(slabs_open(DY_GUARD_ALWAYS), -ENOTSUP);
	start(PORT_GUARD_MPROTECT, 2, DY_GUARD_ALWAYS);
	assert_non_null(slab_cut(CLASS, &fresh));
	assert_non_null(slab_cut(CLASS, &fresh));
	assert_null(slab_cut(CLASS, &fresh));
	slabs_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_stack_has_no_memory),
		cmocka_unit_test(test_who_has_no_guard_is_remembered),
		cmocka_unit_test(test_locked_memory_stays),
		cmocka_unit_test(test_no_guard_is_refused_if_it_must_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
