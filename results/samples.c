// samples.c - rows in the order they came, found by a hash of what names them.
#include "samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const better_name[] = {
	[SAMPLES_UNKNOWN] = "",
	[SAMPLES_HIGHER] = "higher",
	[SAMPLES_LOWER] = "lower",
};

const char *samples_better_name(enum samples_better b)
{
	return better_name[b];
}

enum samples_better samples_better_parse(const char *name)
{
	if (!strcmp(name, "higher"))
		return SAMPLES_HIGHER;
	return strcmp(name, "lower") ? SAMPLES_UNKNOWN : SAMPLES_LOWER;
}

// hash is FNV-1a over the three strings and their ends.
static uint64_t hash(const char *name, const char *unit, const char *group)
{
	const char *const part[] = {name, unit, group};
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (int i = 0; i < 3; i++) {
		const char *s = part[i];
		do
			h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
		while (*s++);
	}
	return h ^ h >> 32;
}

// find_slot returns the slot of a row, or the empty one where it belongs. Slots
// hold the number of a row plus one; fewer than half of them are taken.
static size_t *find_slot(const struct samples *s, const char *name,
                         const char *unit, const char *group)
{
	size_t at = (size_t)hash(name, unit, group) & (s->n_slot - 1);
	for (;; at = (at + 1) & (s->n_slot - 1)) {
		if (!s->slot[at])
			return &s->slot[at];
		const struct samples_row *r = &s->row[s->slot[at] - 1];
		if (!strcmp(r->name, name) && !strcmp(r->unit, unit) &&
		    !strcmp(r->group, group))
			return &s->slot[at];
	}
}

static int grow(struct samples *s)
{
	size_t room = s->n_slot ? 2 * s->n_slot : 64;
	struct samples_row *row = realloc(s->row, room / 2 * sizeof *row);
	if (!row)
		return -ENOMEM;
	s->row = row;
	size_t *slot = calloc(room, sizeof *slot);
	if (!slot)
		return -ENOMEM;
	free(s->slot);
	s->slot = slot;
	s->n_slot = room;
	for (size_t i = 0; i < s->n; i++)
		*find_slot(s, row[i].name, row[i].unit, row[i].group) = i + 1;
	return 0;
}

// row_like finds or makes a row.
static int row_like(struct samples *s, const struct samples_row *like,
                    struct samples_row **out)
{
	int err = 2 * (s->n + 1) > s->n_slot ? grow(s) : 0;
	if (err)
		return err;
	size_t *slot = find_slot(s, like->name, like->unit, like->group);
	if (*slot) {
		*out = &s->row[*slot - 1];
		return 0;
	}
	if (s->n == SAMPLES_ROWS)
		return -E2BIG;
	struct samples_row *r = *out = &s->row[s->n];
	*r = (struct samples_row){
		.name = arena_string(&s->arena, like->name),
		.unit = arena_string(&s->arena, like->unit),
		.group = arena_string(&s->arena, like->group),
		.host = arena_string(&s->arena, like->host),
		.better = like->better,
	};
	if (!r->name || !r->unit || !r->group || !r->host)
		return -ENOMEM;
	*slot = ++s->n;
	return 0;
}

// push appends; the room is the least power of two that holds n.
static int push(struct samples_row *r, double value, bool disturbed)
{
	if ((r->n & (r->n - 1)) == 0) {
		size_t room = r->n ? 2 * r->n : 1;
		double *bigger = realloc(r->value, room * sizeof *bigger);
		if (!bigger)
			return -ENOMEM;
		r->value = bigger;
		bool *marked = realloc(r->marked, room * sizeof *marked);
		if (!marked)
			return -ENOMEM;
		r->marked = marked;
	}
	r->marked[r->n] = disturbed;
	r->value[r->n++] = value;
	r->disturbed += disturbed;
	return 0;
}

// row_seen is row_like for a row that is seen once more.
static int row_seen(struct samples *s, const struct samples_row *like,
                    struct samples_row **out)
{
	int err = row_like(s, like, out);
	if (err)
		return err;
	if (like->better != SAMPLES_UNKNOWN)
		(*out)->better = like->better;
	(*out)->mixed_hosts |= like->mixed_hosts ||
	                       strcmp((*out)->host, like->host) != 0;
	return 0;
}

static int add(struct samples *s, const struct samples_row *like, double value,
               bool disturbed)
{
	struct samples_row *r;
	if (!isfinite(value))
		return samples_add_failed(s, like, 1);
	int err = row_seen(s, like, &r);
	if (err)
		return err;
	if (s->values == SAMPLES_VALUES)
		return -E2BIG;
	s->values++;
	return push(r, value, disturbed);
}

int samples_add(struct samples *s, const struct samples_row *like, double value)
{
	return add(s, like, value, false);
}

int samples_add_disturbed(struct samples *s, const struct samples_row *like,
                          double value)
{
	return add(s, like, value, true);
}

int samples_add_left_out(struct samples *s, const struct samples_row *like,
                         size_t n)
{
	struct samples_row *r;
	int err = row_seen(s, like, &r);
	if (!err)
		r->left_out += n;
	return err;
}

static void leave_out(struct samples_row *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->marked[i])
			continue;
		r->marked[kept] = false;
		r->value[kept++] = r->value[i];
	}
	r->left_out += r->disturbed;
	r->disturbed = 0;
	r->n = kept;
}

void samples_leave_out(struct samples *s)
{
	for (size_t i = 0; i < s->n; i++) {
		s->values -= s->row[i].disturbed;
		leave_out(&s->row[i]);
	}
}

int samples_add_failed(struct samples *s, const struct samples_row *like,
                       size_t failed)
{
	struct samples_row *r;
	int err = row_seen(s, like, &r);
	if (!err)
		r->failed += failed;
	return err;
}

const struct samples_row *samples_find(const struct samples *s, const char *name,
                                       const char *unit, const char *group)
{
	if (!s->n_slot)
		return NULL;
	size_t slot = *find_slot(s, name, unit, group);
	return slot ? &s->row[slot - 1] : NULL;
}

void samples_free(struct samples *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->row[i].value);
		free(s->row[i].marked);
	}
	free(s->row);
	free(s->slot);
	arena_free(&s->arena);
	*s = (struct samples){0};
}
