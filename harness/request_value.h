// request_value.h - values of options and keys, for the setters of request.h.
//
// Each reads text, or complains once with what would be right and returns
// -EINVAL.
#ifndef HARNESS_REQUEST_VALUE_H
#define HARNESS_REQUEST_VALUE_H

#include "request.h"

// request_begin notes that a key is given, and where. True when what was given
// before is to be forgotten: an option says again what a spec has said.
bool request_begin(struct request *r, enum request_key k);

// request_refuse_value complains about what an option or a key was given.
int request_refuse_value(const struct request *r, const char *name,
                         const char *takes, const char *text);

// request_refuse complains about an unknown word and names the nearest of the
// choices, which end with a NULL.
int request_refuse(const char *what, const char *word, const char *const *names);

// request_choose sets *i to the place of word among names.
int request_choose(const char *what, const char *word, const char *const *names,
                   int *i);

// request_number takes an integer in min..max.
int request_number(const struct request *r, const char *name, const char *text,
                   int64_t min, int64_t max, int64_t *out);

// request_time takes a duration of at least min ns.
int request_time(const struct request *r, const char *name, const char *text,
                 uint64_t min, uint64_t *out);

// request_keep copies a text for as long as the request lives; NULL without
// memory.
const char *request_keep(struct request *r, const char *text);

#endif
