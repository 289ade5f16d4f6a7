// g.h - a G, a goroutine, and lists of them.
//
// A G is in exactly one place: running on an M, in a P's queue or runnext, on
// the global queue, with whoever will make it ready, or on a free list. Who
// holds it there may write its fields; status is the exception, see below.
//
//	from        to          by
//	IDLE/DEAD   RUNNABLE    spawn
//	RUNNABLE    RUNNING     the M that took it off a queue
//	RUNNING     RUNNABLE    its M, after it has left its stack (yield, preempt)
//	RUNNING     WAITING     its M, in park
//	WAITING     RUNNABLE    who makes it ready
//	RUNNING     SYSCALL     its M; back the same way, unless G_SCAN is set
//	SYSCALL     + G_SCAN    who takes the P of a blocked M: a lock on the state,
//	                        so that the call cannot end meanwhile
//	RUNNING     DEAD        its M, at its end
#ifndef SCHED_G_H
#define SCHED_G_H

#include <dyno/dyno.h>

#include "base/depot.h"
#include "port/ctx.h"
#include "port/port.h"

struct m;

enum g_status { G_IDLE, G_RUNNABLE, G_RUNNING, G_SYSCALL, G_WAITING, G_DEAD };
#define G_SCAN 0x1000u

// Why a G waits, in Go's words.
enum wait_reason {
	WAIT_NONE,
	WAIT_SLEEP,
	WAIT_CHAN_SEND,
	WAIT_CHAN_RECV,
	WAIT_CHAN_SEND_NIL,
	WAIT_CHAN_RECV_NIL,
	WAIT_SELECT,
	WAIT_SELECT_NO_CASES,
	WAIT_SEMACQUIRE,
	WAIT_MUTEX,
	WAIT_RWMUTEX_READ,
	WAIT_RWMUTEX_WRITE,
	WAIT_COND,
	WAIT_WAITGROUP,
	WAIT_IO,
	WAIT_CALL, // for a place in the pool of syscall=pool:n; Go has none
	WAIT_REASONS,
};

const char *wait_reason_name(enum wait_reason why);

struct g {
	// What a switch and a queue touch: one cache line.
	struct ctx ctx;
	struct g *link; // next on the list that holds it
	union {
		struct {
			dy_fn fn;
			void *arg;
		};
		struct free_link free; // while it is a dead record
	};
	char *stack; // its lowest usable byte; NULL until it first runs
	uint16_t stack_class; // log2 of the stack's size
	uint16_t locked;      // depth of dy_lock_os_thread; then see locked_m
	struct dy_w32 status;
	uint64_t id;
	uint16_t nopreempt; // depth of dy_nopreempt_begin
	bool unguarded;     // its stack has a canary instead of a guard
	bool timed;         // runnable_at is set, see latency.h
	enum wait_reason reason;

	// What a wait touches.
	void *param;          // left by the waker for the woken
	uint64_t parked_at;   // by sysmon's coarse clock
	uint64_t runnable_at; // in ticks, if timed
	struct m *locked_m;   // the only M that may run it
	void *created_by;     // the code that spawned it
	uint16_t last_p;      // where it last ran; kept for place=lastp only
	uint64_t ran, size; // for keys: ns it has run; as dy_go_sized was told
} __attribute__((aligned(CACHE_LINE)));

// A first-in first-out list of Gs, through their link.
struct gqueue {
	struct g *head, *tail;
	uint32_t len;
};

static inline void gqueue_push(struct gqueue *q, struct g *gp)
{
	gp->link = NULL;
	if (q->tail)
		q->tail->link = gp;
	else
		q->head = gp;
	q->tail = gp;
	q->len++;
}

static inline void gqueue_push_front(struct gqueue *q, struct g *gp)
{
	gp->link = q->head;
	q->head = gp;
	if (!q->tail)
		q->tail = gp;
	q->len++;
}

static inline struct g *gqueue_pop(struct gqueue *q)
{
	struct g *gp = q->head;

	if (!gp)
		return NULL;
	q->head = gp->link;
	if (!q->head)
		q->tail = NULL;
	gp->link = NULL;
	q->len--;
	return gp;
}

// gqueue_append moves all of from to the end of q.
static inline void gqueue_append(struct gqueue *q, struct gqueue *from)
{
	if (!from->head)
		return;
	if (q->tail)
		q->tail->link = from->head;
	else
		q->head = from->head;
	q->tail = from->tail;
	q->len += from->len;
	*from = (struct gqueue){0};
}

// g_alloc returns a dead G record of the P, recycled or new; it never fails.
// g_free gives one back. Both only by the M that holds the P.
struct p;
struct g *g_alloc(struct p *pp);
struct g *g_alloc_foreign(void); // for a thread without a P
void g_free(struct p *pp, struct g *gp);
// g_each calls fn for every record that was ever handed out, dead ones too.
void g_each(void (*fn)(struct g *gp, void *arg), void *arg);
uint64_t g_records(void);
// g_free_all gives all records back to the system. Nothing runs any more.
void g_free_all(void);

#endif
