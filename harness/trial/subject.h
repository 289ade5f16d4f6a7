// subject.h - which of the trial programs this is: dyno-trial or
// dyno-trial-threads, which differ in the library below them.
#ifndef HARNESS_TRIAL_SUBJECT_H
#define HARNESS_TRIAL_SUBJECT_H

#include <stdbool.h>
#include <string.h>

#ifndef TRIAL_SUBJECT
#define TRIAL_SUBJECT "dyno"
#endif

static inline bool on_threads(void)
{
	return strcmp(TRIAL_SUBJECT, "threads") == 0;
}

#endif
