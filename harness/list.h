// list.h - the parts of dyno list: each a table for people and a list for programs.
#ifndef HARNESS_LIST_H
#define HARNESS_LIST_H

#include <jansson.h>
#include <results/table.h>
#include <workloads/workload.h>

enum { LIST_SCHEMA = 1 }; // of --json

const char *list_kind(enum wl_kind kind); // "CPU", "I/O" or "CPU and I/O"

// list_row adds a row of three cells: 0 or -errno. list_finish prints and frees a
// table that filled with err, and returns that or its own.
int list_row(struct table *t, const char *a, const char *b, const char *c);
int list_finish(struct table *t, int err);

// list_topology prints the machine's levels and the plans of --pin: 0 or -errno.
int list_topology(void);

// The same for programs; NULL where that cannot be told.
json_t *list_workloads_json(void);
json_t *list_policies_json(void);
json_t *list_counters_json(void);
json_t *list_topology_json(void);

#endif
