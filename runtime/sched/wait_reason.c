// wait_reason.c - why a goroutine waits, in Go's words.
#include "sched/g.h"

const char *wait_reason_name(enum wait_reason why)
{
	static const char *const name[WAIT_REASONS] = {
		[WAIT_NONE] = "",
		[WAIT_SLEEP] = "sleep",
		[WAIT_CHAN_SEND] = "chan send",
		[WAIT_CHAN_RECV] = "chan receive",
		[WAIT_CHAN_SEND_NIL] = "chan send (nil chan)",
		[WAIT_CHAN_RECV_NIL] = "chan receive (nil chan)",
		[WAIT_SELECT] = "select",
		[WAIT_SELECT_NO_CASES] = "select (no cases)",
		[WAIT_SEMACQUIRE] = "semacquire",
		[WAIT_MUTEX] = "sync.Mutex.Lock",
		[WAIT_RWMUTEX_READ] = "sync.RWMutex.RLock",
		[WAIT_RWMUTEX_WRITE] = "sync.RWMutex.Lock",
		[WAIT_COND] = "sync.Cond.Wait",
		[WAIT_WAITGROUP] = "sync.WaitGroup.Wait",
		[WAIT_IO] = "IO wait",
		[WAIT_CALL] = "system call pool",
	};

	return why < WAIT_REASONS ? name[why] : "?";
}
