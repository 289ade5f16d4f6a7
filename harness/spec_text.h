// spec_text.h - what a spec must be before its keys are looked at.
#ifndef HARNESS_SPEC_TEXT_H
#define HARNESS_SPEC_TEXT_H

#include "complain.h"

#include <stddef.h>
#include <yaml.h>

// spec_text_load reads a whole file; "-" is standard input. *text is to be
// freed. 0, or -errno after a message.
int spec_text_load(const char *path, char **text, size_t *len);

// spec_text_check says whether the bytes are printable UTF-8, the YAML is well
// formed, and its shape is allowed: one document, collections not too deep, no
// anchors, aliases or tags. 0, or -EINVAL after a message with the place.
int spec_text_check(const char *name, const char *text, size_t len);

// spec_text_place turns libyaml's mark into a place.
struct place spec_text_place(const char *name, yaml_mark_t mark);

#endif
