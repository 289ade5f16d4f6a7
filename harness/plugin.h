// plugin.h - the option --plugin: policies from shared objects.
#ifndef HARNESS_PLUGIN_H
#define HARNESS_PLUGIN_H

#include "request.h"

// request_plugin loads a shared object, whose policies can then be named.
// request_tried_plugin is for dyno-trial, whose caller has tried it. Both: 0, or
// -EINVAL after a message.
int request_plugin(struct request *r, const char *text);
int request_tried_plugin(struct request *r, const char *text);

// clang-format off
#define PLUGIN_OPTION \
	{"plugin", 0, "FILE", \
	 "Load policies from a shared object, to be named by --policy; may be " \
	 "repeated, and stand anywhere. See dyno/policy.h.", \
	 request_plugin}
// clang-format on

#endif
