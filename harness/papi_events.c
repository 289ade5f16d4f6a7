// papi_events.c - one PAPI event set per thread, and the sum over threads.
//
// PAPI counts in user mode unless told otherwise, and software events of the
// kernel, such as context switches, then read a silent zero: the domain is set
// first, and where that takes a privilege which is lacking, the choice starts
// again in user mode. What PAPI says about the number of hardware counters is
// not asked: virtual machines make it up. An event exists if adding it works.
#include "papi_events.h"

#include <fcntl.h>
#include <papi.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Written by the main thread before other threads start, and constant then.
static int code[PAPI_EVENTS_MAX];
static int n_code;
static bool user_only;

// Written by any thread.
static atomic_llong sum[PAPI_EVENTS_MAX];
static atomic_int counting; // threads that have started and not stopped
static atomic_int failure;  // the first error code of PAPI, or 0

static _Thread_local int thread_set = PAPI_NULL;

static unsigned long thread_id(void)
{
	return (unsigned long)gettid();
}

// init_silently initialises the library with standard error closed off: Debian's
// build reports there about graphics cards that nobody asked for.
static int init_silently(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	int version;

	fflush(stderr);
	if (null >= 0 && saved >= 0)
		dup2(null, STDERR_FILENO);
	version = PAPI_library_init(PAPI_VER_CURRENT);
	if (saved >= 0) {
		dup2(saved, STDERR_FILENO);
		close(saved);
	}
	if (null >= 0)
		close(null);
	return version;
}

// choose_domain asks for every mode and says whether the kernel's is among what
// we get: without the privilege, PAPI agrees and leaves it out.
static bool choose_domain(void)
{
	const PAPI_component_info_t *perf = PAPI_get_component_info(0);

	return PAPI_set_cmp_domain(PAPI_DOM_ALL, 0) == PAPI_OK && perf &&
	       (perf->available_domains & PAPI_DOM_KERNEL);
}

bool papi_events_open(char *why, size_t whylen)
{
	int err = init_silently();

	if (err != PAPI_VER_CURRENT) {
		snprintf(why, whylen, "PAPI does not start: %s",
		         err > 0 ? "its version is another than the one built with"
		                 : PAPI_strerror(err));
		return false;
	}
	err = PAPI_thread_init(thread_id);
	if (err != PAPI_OK) {
		snprintf(why, whylen, "PAPI cannot count threads: %s",
		         PAPI_strerror(err));
		PAPI_shutdown();
		return false;
	}
	n_code = 0;
	user_only = !choose_domain();
	return true;
}

void papi_events_close(void)
{
	if (PAPI_is_initialized() != PAPI_NOT_INITED)
		PAPI_shutdown();
}

// build makes an event set of the chosen codes for the calling thread.
static int build(int *set)
{
	int err;

	*set = PAPI_NULL;
	err = PAPI_create_eventset(set);
	for (int i = 0; err == PAPI_OK && i < n_code; i++)
		err = PAPI_add_event(*set, code[i]);
	return err;
}

static void drop(int *set)
{
	if (*set == PAPI_NULL)
		return;
	PAPI_cleanup_eventset(*set);
	PAPI_destroy_eventset(set);
	*set = PAPI_NULL;
}

// try_choice finds out whether the codes chosen so far can be counted together.
static int try_choice(void)
{
	int set, err = build(&set);

	drop(&set);
	if ((err == PAPI_EPERM || err == PAPI_ESYS) && !user_only &&
	    PAPI_set_cmp_domain(PAPI_DOM_USER, 0) == PAPI_OK) {
		user_only = true;
		err = build(&set);
		drop(&set);
	}
	return err;
}

int papi_events_choose(const char *event, char *why, size_t whylen)
{
	int err;

	if (n_code == PAPI_EVENTS_MAX) {
		snprintf(why, whylen, "at most %d events of PAPI at once",
		         PAPI_EVENTS_MAX);
		return -1;
	}
	err = PAPI_event_name_to_code(event, &code[n_code]);
	if (err == PAPI_OK) {
		n_code++;
		err = try_choice();
		if (err == PAPI_OK)
			return n_code - 1;
		n_code--;
	}
	snprintf(why, whylen, "PAPI has no %s here: %s", event,
	         PAPI_strerror(err));
	return -1;
}

bool papi_events_user_only(void)
{
	return user_only;
}

static void fail(int err)
{
	int none = 0;

	atomic_compare_exchange_strong(&failure, &none, err);
}

bool papi_events_thread_start(void)
{
	int err = build(&thread_set);

	if (err == PAPI_OK)
		err = PAPI_start(thread_set);
	if (err != PAPI_OK) {
		drop(&thread_set);
		fail(err);
		return false;
	}
	atomic_fetch_add(&counting, 1);
	return true;
}

bool papi_events_thread_stop(long long *own)
{
	long long v[PAPI_EVENTS_MAX];
	int err;

	if (thread_set == PAPI_NULL)
		return false;
	err = PAPI_stop(thread_set, v);
	drop(&thread_set);
	if (gettid() != getpid())
		PAPI_unregister_thread();
	if (err != PAPI_OK) {
		fail(err);
		return false;
	}
	for (int i = 0; i < n_code; i++)
		if (own)
			own[i] = v[i];
		else
			atomic_fetch_add(&sum[i], v[i]);
	atomic_fetch_sub(&counting, 1);
	return true;
}

bool papi_events_total(long long *total)
{
	for (int i = 0; i < n_code; i++)
		total[i] = atomic_load(&sum[i]);
	return atomic_load(&counting) == 0 && atomic_load(&failure) == 0;
}

const char *papi_events_why(void)
{
	static char why[128];
	int err = atomic_load(&failure);

	if (err)
		snprintf(why, sizeof why, "a thread could not count: %s",
		         PAPI_strerror(err));
	else
		snprintf(why, sizeof why, "a thread never stopped counting");
	return why;
}
