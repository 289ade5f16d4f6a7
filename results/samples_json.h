// samples_json.h - samples as JSON, CSV and the input of github-action-benchmark.
//
// The document: {"dyno": "samples", "schema": 1, "rows": [{"name", "unit",
// "better", "group", "host", "values": [...], "failed"}, ...]}.
#ifndef RESULTS_SAMPLES_JSON_H
#define RESULTS_SAMPLES_JSON_H

#include "samples.h"

#include <stdio.h>

#define SAMPLES_SCHEMA 1

// samples_json_read adds what text holds: one document or several, one behind
// the other, each samples or a trial (what dyno run --json prints: its metrics
// that are better on one side). 0, or
// -errno with one line in err: -EINVAL, -E2BIG, -ENOMEM.
int samples_json_read(struct samples *s, const char *text, char *err,
                      size_t errlen);

// Writers: 0, -ENOMEM, or -EIO when the stream fails.
int samples_json_write(const struct samples *s, FILE *out);

// samples_csv_write writes a line for each value, RFC 4180: name, unit, better,
// group, host, value.
int samples_csv_write(const struct samples *s, FILE *out);

// samples_action_write writes the medians of the rows that are better in that
// direction, for the tools customBiggerIsBetter and customSmallerIsBetter of
// github-action-benchmark, which know one direction in a file.
int samples_action_write(const struct samples *s, enum samples_better better,
                         FILE *out);

#endif
