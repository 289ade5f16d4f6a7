// interleave.h - on the real machine other threads need no invitation.
#ifndef PORT_LINUX_INTERLEAVE_H
#define PORT_LINUX_INTERLEAVE_H

static inline void interleave(const void *word)
{
	(void)word;
}

static inline void fence_point(void)
{
}

#endif
