// schedtrace.c - the scheduler's state on standard error, every so often, in the
// exact lines of Go 1.27, so that what reads Go's reads these:
//
//	SCHED 1004ms: gomaxprocs=4 idleprocs=1 threads=9 spinningthreads=1
//	  needspinning=0 idlethreads=4 runqueue=0 [ 3 0 0 1 ] schedticks=[ 8 7 0 5 ]
//
// on one line. Local queues are counted without runnext. threads counts sysmon.
// With scheddetail=1 a line for each P, M and G follows; the fields that have no
// meaning here (mallocing, gcwaiting, ...) stand at Go's idle values.
//
// Source: runtime/proc.go schedtrace.
#include "sched/schedtrace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "sched/sched.h"

#define NS_PER_MS UINT64_C(1000000)

enum { BYTES_PER_P = 32, BYTES_OF_HEAD = 512 };

static struct {
	uint64_t period, started, last;
	bool detail;
} trace;

// A line that grows within a buffer that was made large enough.
struct line {
	char *text;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l,
                                                      const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(l->text + l->len, l->size - l->len, fmt, args);
	va_end(args);
	if (n > 0)
		l->len += (size_t)n < l->size - l->len ? (size_t)n
		                                       : l->size - l->len - 1;
}

static void flush(struct line *l)
{
	add(l, "\n");
	port_stderr(l->text, l->len);
	l->len = 0;
}

void schedtrace_open(void)
{
	long ms = setting("schedtrace", 0);

	trace.period = ms > 0 ? (uint64_t)ms * NS_PER_MS : 0;
	trace.detail = setting("scheddetail", 0) > 0;
	trace.started = trace.last = port_now();
}

uint64_t schedtrace_period(void)
{
	return trace.period;
}

static const char *truth(bool yes)
{
	return yes ? "true" : "false";
}

// Go prints the id, or nil.
static const char *id_or_nil(char text[24], bool is, unsigned long long id)
{
	if (!is)
		return "nil";
	snprintf(text, 24, "%llu", id);
	return text;
}

static void add_head(struct line *l, uint64_t now)
{
	add(l,
	    "SCHED %llums: gomaxprocs=%d idleprocs=%u threads=%u spinningthreads=%u "
	    "needspinning=%u idlethreads=%u runqueue=%u",
	    (unsigned long long)((now - trace.started) / NS_PER_MS),
	    sched_procs(), w32_load_rlx(&sched.npidle), sched.m_count + 1,
	    w32_load_rlx(&sched.nmspinning), w32_load_rlx(&sched.needspinning),
	    sched.nmidle, globq_len());
}

static void add_lists(struct line *l)
{
	int n = sched_procs();

	add(l, " [ ");
	for (int i = 0; i < n; i++)
		add(l, "%u ", runq_len(sched_p(i)));
	add(l, "] schedticks=[ ");
	for (int i = 0; i < n; i++)
		add(l, "%u ", w32_load_rlx(&sched_p(i)->schedtick));
	add(l, "]");
}

static uint32_t count_timers(struct p *pp)
{
	uint32_t n;

	lock_acquire(&pp->timers.lock);
	n = pp->timers.len;
	lock_release(&pp->timers.lock);
	return n;
}

static void say_p(struct line *l, struct p *pp)
{
	const struct m *mp = p_m(pp);
	char m[24];

	add(l,
	    "  P%d: status=%u schedtick=%u syscalltick=%u m=%s runqsize=%u gfreecnt=%u "
	    "timerslen=%u",
	    pp->id, w32_load_rlx(&pp->status), w32_load_rlx(&pp->schedtick),
	    w32_load_rlx(&pp->syscalltick),
	    id_or_nil(m, mp, mp ? (unsigned long long)mp->id : 0), runq_len(pp),
	    cache_len(&pp->records), count_timers(pp));
	flush(l);
}

static void say_m(struct line *l, const struct m *mp)
{
	const struct p *pp = wptr_load_acq(&mp->p);
	const struct g *gp = wptr_load_acq(&mp->cur);
	char p[24], g[24];

	add(l,
	    "  M%d: p=%s curg=%s mallocing=0 throwing=0 preemptoff= locks=0 dying=0 "
	    "spinning=%s blocked=%s lockedg=nil",
	    mp->id, id_or_nil(p, pp, pp ? (unsigned long long)pp->id : 0),
	    id_or_nil(g, gp, gp ? gp->id : 0), truth(false), truth(mp->idle));
	flush(l);
}

// Go's numbers: 6 is a dead one.
static void say_g(struct g *gp, void *arg)
{
	static const unsigned char go_status[] = {
		[G_IDLE] = 0,    [G_RUNNABLE] = 1, [G_RUNNING] = 2,
		[G_SYSCALL] = 3, [G_WAITING] = 4,  [G_DEAD] = 6,
	};
	uint32_t status = w32_load_acq(&gp->status) & ~G_SCAN;

	if (status == G_IDLE)
		return;
	add(arg, "  G%llu: status=%u(%s) m=nil lockedm=nil",
	    (unsigned long long)gp->id, go_status[status],
	    status == G_WAITING ? wait_reason_name(gp->reason) : "");
	flush(arg);
}

static void say_details(struct line *l)
{
	for (int i = 0; i < sched_procs(); i++)
		say_p(l, sched_p(i));
	lock_acquire(&sched.lock);
	for (struct m *mp = sched.all_m; mp; mp = mp->all_link)
		say_m(l, mp);
	lock_release(&sched.lock);
	g_each(say_g, l);
}

void schedtrace_look(uint64_t now)
{
	struct line l = {.size = BYTES_OF_HEAD +
	                         (size_t)sched_procs() * BYTES_PER_P};

	if (!trace.period || now - trace.last < trace.period)
		return;
	trace.last = now;
	l.text = malloc(l.size);
	if (!l.text)
		return;
	lock_acquire(&sched.lock);
	add_head(&l, now);
	if (trace.detail)
		add(&l,
		    " gcwaiting=false nmidlelocked=%d stopwait=0 sysmonwait=%s",
		    sched.nmidlelocked,
		    truth(w32_load_rlx(&sched.sysmon_waits) != 0));
	else
		add_lists(&l);
	lock_release(&sched.lock);
	flush(&l);
	if (trace.detail)
		say_details(&l);
	free(l.text);
}
