// play.h - thousands of gates, played from the noise of those that were run.
#ifndef HARNESS_TEST_GATE_POWER_PLAY_H
#define HARNESS_TEST_GATE_POWER_PLAY_H

#include "experiment.h"

#include <jansson.h>

// play plays that many gates for each effect and budget from an experiment whose
// head is its base: {"gates", "from_gates", "from_blocks", "all": [...]}. 0 or
// -errno.
int play(const struct experiment *aa, size_t gates, json_t **out);

#endif
