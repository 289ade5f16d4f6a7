// callpool.c - at most so many Ms in blocking calls, for syscall=pool:n.
//
// A goroutine takes a place before its call; without one it parks, and its M goes on
// with others. Whoever leaves hands his place to the longest waiter without freeing
// it, so that nobody overtakes: inside < limit means that nobody waits. The waiter
// needs a P again before its call can begin; a place that is handed over may stand
// empty for so long, which is the price of the order.
//
// Rejected: threads that do nothing but calls, and a queue of closures for them. The
// call then runs on another thread than its goroutine, whose LockOSThread and
// thread-local state would have to follow.
#include "sched/callpool.h"

#include "sched/park.h"
#include "sched/sched.h"

static struct {
	uint64_t limit; // constant while a runtime runs
	struct dy_w32 lock;
	uint64_t inside;       // under lock
	struct gqueue waiting; // under lock
} pool;

void callpool_open(uint64_t limit)
{
	pool.limit = limit;
	pool.inside = 0;
	pool.waiting = (struct gqueue){0};
}

bool callpool_enter(void)
{
	if (pool.limit == 0)
		return false;
	lock_acquire(&pool.lock);
	if (pool.inside < pool.limit) {
		pool.inside++;
		lock_release(&pool.lock);
		return true;
	}
	gqueue_push(&pool.waiting, g_self());
	COUNT(port_m(), syscall_waits);
	park(park_unlock, &pool.lock, WAIT_CALL);
	return true;
}

void callpool_leave(void)
{
	struct g *next;

	lock_acquire(&pool.lock);
	next = gqueue_pop(&pool.waiting);
	if (!next)
		pool.inside--;
	lock_release(&pool.lock);
	if (next)
		ready(next);
}
