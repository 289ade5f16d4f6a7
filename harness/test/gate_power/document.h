// document.h - power.json: all that is known of how good the gate is.
#ifndef HARNESS_TEST_GATE_POWER_DOCUMENT_H
#define HARNESS_TEST_GATE_POWER_DOCUMENT_H

#include "experiment.h"

#include <jansson.h>

// document_make is {"dyno": "gate-power", "schema", "confidence", "recorded": one
// object an experiment that has gates, "machines": where and when they were run, and
// how many while another of them was, "played": as play.h has it, taken over}. NULL
// without memory.
json_t *document_make(const struct experiment *all, json_t *played);

#endif
