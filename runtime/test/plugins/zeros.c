// zeros.c - a plugin whose table nobody filled in.
#include <dyno/policy.h>

const struct dy_steal_policy dy_plugin_steal = {.victim = NULL};
