// catalogue.h - finding a policy by its name.
#ifndef POLICY_CATALOGUE_H
#define POLICY_CATALOGUE_H

#include <dyno/policy.h>

// Each takes a name that need not end in a NUL; -1 or NULL: there is none.
int catalogue_axis(const char *text, size_t len);
const struct dy_policy_head *catalogue_choice(int axis, const char *text,
                                              size_t len);
int catalogue_preset(const char *text, size_t len);

// Lists of names for error messages: the i-th, or NULL at the end.
const char *catalogue_axis_name(size_t i, const void *context);
const char *catalogue_choice_name(size_t j, const void *axis);
const char *catalogue_preset_name(size_t i, const void *context);

#endif
