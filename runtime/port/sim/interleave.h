// interleave.h - in the virtual machine another M may run before any access to
// a shared word, and only there.
#ifndef PORT_SIM_INTERLEAVE_H
#define PORT_SIM_INTERLEAVE_H

void sim_point(void);

static inline void interleave(const void *word)
{
	(void)word;
	sim_point();
}

static inline void fence_point(void)
{
	sim_point();
}

#endif
