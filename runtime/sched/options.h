// options.h - what a runtime is told before it begins: the part that is the same
// whether our scheduler or the kernel shares out the processors.
#ifndef SCHED_OPTIONS_H
#define SCHED_OPTIONS_H

#include <dyno/dyno.h>

// options_refuse says in err, which may be NULL, what the value must be. Returns -EINVAL.
int options_refuse(char *err, size_t errlen, const char *what, long long value,
                   const char *valid);

// options_check looks at the limits, the stacks and the work rate. 0, or -EINVAL
// with a line in err.
int options_check(const struct dy_config *cfg, char *err, size_t errlen);

#endif
