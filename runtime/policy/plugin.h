// plugin.h - the policies that shared objects brought.
#ifndef POLICY_PLUGIN_H
#define POLICY_PLUGIN_H

#include <dyno/policy.h>

// plugin_table returns the j-th table that was loaded for an axis; NULL after the
// last.
const struct dy_policy_head *plugin_table(size_t axis, size_t j);
// plugin_has: is the table a plugin's?
bool plugin_has(size_t axis, const struct dy_policy_head *head);

#endif
