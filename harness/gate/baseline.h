// baseline.h - values of base that were kept: read, and written for later.
#ifndef HARNESS_GATE_BASELINE_H
#define HARNESS_GATE_BASELINE_H

#include "../numbers.h"

#include <results/samples.h>
#include <stdbool.h>

// baseline_read reads a file or a store, without the parts of names that are to
// be ignored. What was measured on another host is refused unless it may be; a
// host that is not known may be any. 0, -EINVAL or another -errno, after a
// message.
int baseline_read(struct samples *out, const char *path,
                  const struct words *ignore, const char *host, bool mix_hosts);

// baseline_add adds the rows of a run on this host. 0 or -errno.
int baseline_add(struct samples *to, const struct samples *run, const char *host);

// baseline_write replaces the file. 0, or -errno after a message.
int baseline_write(const struct samples *s, const char *path);

#endif
