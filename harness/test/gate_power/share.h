// share.h - k of n gates, with the exact bounds of the chance.
#ifndef HARNESS_TEST_GATE_POWER_SHARE_H
#define HARNESS_TEST_GATE_POWER_SHARE_H

#include <jansson.h>
#include <stddef.h>

#define SHARE_CONFIDENCE 0.95

// share_json is {"gates": k, "low", "high"}.
json_t *share_json(size_t k, size_t n);

// share_text writes one as a person reads it: "3, 0.3 .. 4.3 %".
void share_text(char *out, size_t size, const json_t *share);

#endif
