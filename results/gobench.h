// gobench.h - Go benchmark text: golang.org/design/14313-benchmark-format, with
// what golang.org/x/perf/benchfmt adds (units, lines that are no results).
#ifndef RESULTS_GOBENCH_H
#define RESULTS_GOBENCH_H

#include "samples.h"

#include <stdio.h>

// gobench_read adds the results in text to s. Configuration lines become the
// rows' groups, but for what names the machine (host, cpu), which becomes their
// host. Units are tidied as benchstat does: ns become sec, MB become B. Lines
// that are none of the format are passed over; those that begin as a result and
// are none are counted in s. text is changed. 0, -E2BIG or -ENOMEM.
int gobench_read(struct samples *s, char *text);

// gobench_write writes samples as benchstat reads them: a line per value, those
// of a benchmark that came together on one line. 0, -ENOMEM, or -EIO when the
// stream fails.
int gobench_write(const struct samples *s, FILE *out);

#endif
