// document.h - what a trial tells: one JSON document.
#ifndef HARNESS_TRIAL_DOCUMENT_H
#define HARNESS_TRIAL_DOCUMENT_H

#include "../request.h"
#include "placement.h"
#include "rounds.h"

#include <dyno/dyno.h>
#include <jansson.h>

// document_make returns the document of a finished trial; harness/README.md
// says what is in it. NULL without memory.
json_t *document_make(const struct rounds *r, const struct dy_config *cfg,
                      const struct request *request,
                      const struct placement *placement);

#endif
