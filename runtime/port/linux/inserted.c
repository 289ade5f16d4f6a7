// inserted.c - the polls that a compiler inserts.
//
// gcc and clang, asked to (-fsanitize-coverage=trace-pc; clang also no-prune), call
// __sanitizer_cov_trace_pc at each basic block, which makes it a preemption point: a
// bare loop gives way without a signal, between two blocks of its own choice.
//
// The call counts a thread-local word down, and only at its end looks further: three
// instructions and a return on x86-64. The countdown is the thread's and not the
// goroutine's: whoever runs goes on with it.
//
// Rejected: to compare with a word that somebody else sets when a slice is over.
// It is one instruction less, but needs that somebody: a monitor that is awake all
// the time for slices of microseconds, or a signal, which would do by itself.
#include "inserted.h"

#include "kick.h"
#include "port/port.h"

// Polls from one look to the next while nobody wants to be asked.
enum { SLEEPY = 1 << 16 };

static struct dy_w32 every; // 0: nobody wants to be asked
static __thread uint32_t left __attribute__((tls_model("initial-exec"))) = 1;

// The calling thread, which another runtime may have left asleep, begins anew as
// the others do.
void port_polls(uint32_t n)
{
	w32_store_rlx(&every, n);
	left = 1;
}

bool port_polled(void)
{
	return w32_load_rlx(&every) != 0;
}

// Sets the countdown before the upcall, which may return on another thread.
__attribute__((noinline)) static void look(void)
{
	uint32_t n = w32_load_rlx(&every);

	left = n ? n : SLEEPY;
	if (n)
		preempt_look();
}

// Weak: libFuzzer has one, which then takes its place, and nothing looks.
__attribute__((weak)) UNINSTRUMENTED void __sanitizer_cov_trace_pc(void)
{
	if (__builtin_expect(--left == 0, 0))
		look();
}
