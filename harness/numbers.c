// numbers.c - numbers, durations, sizes and lists as a user writes them.
//
// strtol alone is too kind for a command line: it takes leading blanks, a
// trailing "x" and, without a look at errno, any overflow. Everything here goes
// through number_parse or an explicit loop over digits.
#include "numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int number_parse(const char *text, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = text + (*text == '-' || *text == '+');
	char *end;
	long long v;

	if (!isdigit((unsigned char)*digits))
		return -EINVAL;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno == ERANGE || v < min || v > max)
		return -ERANGE;
	*out = v;
	return 0;
}

struct unit {
	const char *name;
	uint64_t of;
};

static const struct unit time_units[] = {
	{"ns", 1},
	{"us", 1000},
	{"µs", 1000},
	{"ms", 1000000},
	{"s", 1000000000},
	{"m", UINT64_C(60000000000)},
	{"h", UINT64_C(3600000000000)},
	{NULL, 0},
};

static const struct unit byte_units[] = {
	{"B", 1},         {"KiB", 1 << 10}, {"MiB", 1 << 20},
	{"GiB", 1 << 30}, {NULL, 0},
};

static const struct unit rate_units[] = {
	{"k", 1000},
	{"M", 1000000},
	{NULL, 0},
};

// scaled reads digits, perhaps with a fraction, and one of the units. The
// fraction is cut at nine digits, which is below a nanosecond of any unit.
static int scaled(const char *text, const struct unit *units, uint64_t *out)
{
	uint64_t whole = 0, part = 0, parts = 1, product;
	const char *p = text;

	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(whole, UINT64_C(10), &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*p - '0'), &whole))
			return -ERANGE;
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			return -EINVAL;
		for (; isdigit((unsigned char)*p); p++)
			if (parts < 1000000000) {
				part = part * 10 + (uint64_t)(*p - '0');
				parts *= 10;
			}
	}
	while (units->name && strcmp(units->name, p) != 0)
		units++;
	if (!units->name)
		return -EINVAL;
	if (__builtin_mul_overflow(whole, units->of, &product))
		return -ERANGE;
	part = (uint64_t)((double)part / (double)parts * (double)units->of);
	return __builtin_add_overflow(product, part, out) ? -ERANGE : 0;
}

int number_duration(const char *text, uint64_t *ns)
{
	int err = scaled(text, time_units, ns);

	return err == 0 && *ns > INT64_MAX ? -ERANGE : err;
}

int number_percent(const char *text, double *share)
{
	char *end;
	double v = strtod(text, &end);

	// strtod also reads what nobody means here: spaces, signs, hexadecimals.
	if (!isdigit((unsigned char)*text) ||
	    text[strspn(text, "0123456789.")] != '%' || strcmp(end, "%") != 0)
		return -EINVAL;
	if (!(v > 0 && v <= 100))
		return -ERANGE;
	*share = v / 100;
	return 0;
}

int number_with_unit(const char *text, const char *unit, int64_t *out)
{
	const struct unit *units = NULL;
	uint64_t v;
	int err;

	if (strcmp(unit, "ns") == 0)
		units = time_units;
	else if (strcmp(unit, "B") == 0)
		units = byte_units;
	else if (strcmp(unit, "1/s") == 0)
		units = rate_units;
	err = number_parse(text, INT64_MIN, INT64_MAX, out);
	if (err != -EINVAL || !units)
		return err;
	err = scaled(text, units, &v);
	if (err)
		return err;
	if (v > INT64_MAX)
		return -ERANGE;
	*out = (int64_t)v;
	return 0;
}

//---------------------------------------------------------------------------
// Lists of numbers
//---------------------------------------------------------------------------

int numbers_add(struct numbers *list, int64_t v)
{
	int64_t *grown;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == v)
			return 0;
	if (list->n == NUMBERS_MAX)
		return -ERANGE;
	grown = reallocarray(list->v, list->n + 1, sizeof *list->v);
	if (!grown)
		return -ENOMEM;
	list->v = grown;
	list->v[list->n++] = v;
	return 0;
}

void numbers_free(struct numbers *list)
{
	free(list->v);
	*list = (struct numbers){0};
}

// add_range appends what one item, "3" or "1-4", names.
static int add_range(struct numbers *list, char *item, int64_t min, int64_t max)
{
	char *dash = *item ? strchr(item + 1, '-') : NULL;
	int64_t first, last;
	int err;

	if (dash)
		*dash = '\0';
	err = number_parse(item, min, max, &first);
	last = first;
	if (!err && dash)
		err = number_parse(dash + 1, min, max, &last);
	if (!err && last < first)
		err = -EINVAL;
	for (int64_t v = first; !err && v <= last; v++)
		err = numbers_add(list, v);
	return err;
}

int numbers_parse(struct numbers *list, const char *text, int64_t min,
                  int64_t max, const char *word)
{
	struct words items = {0};
	int err = words_parse(&items, text);

	for (size_t i = 0; !err && i < items.n; i++)
		if (word && strcmp(items.v[i], word) == 0)
			err = numbers_add(list, 0);
		else
			err = add_range(list, items.v[i], min, max);
	words_free(&items);
	return err;
}

// add_cpus appends what "1" or "1.5" names.
static int add_cpus(struct numbers *list, const char *item)
{
	const size_t whole = strspn(item, "0123456789");
	const char *part = item + whole + (item[whole] == '.');
	const size_t decimals = strspn(part, "0123456789");
	int64_t v = 0;

	if (!whole || part[decimals] || (item[whole] == '.' && !decimals))
		return -EINVAL;
	if (whole > 4 || decimals > 3)
		return -ERANGE;
	for (const char *p = item; *p; p++)
		if (*p != '.')
			v = v * 10 + (*p - '0');
	for (size_t i = decimals; i < 3; i++)
		v *= 10;
	return v >= 10 && v <= 4096000 ? numbers_add(list, v) : -ERANGE;
}

int numbers_cpus(struct numbers *list, const char *text)
{
	struct words items = {0};
	int err = words_parse(&items, text);

	for (size_t i = 0; !err && i < items.n; i++)
		err = strcmp(items.v[i], "none") == 0
		              ? numbers_add(list, 0)
		              : add_cpus(list, items.v[i]);
	words_free(&items);
	return err;
}

int numbers_rates(struct numbers *list, const char *text, int64_t max)
{
	struct words items = {0};
	int err = words_parse(&items, text);

	for (size_t i = 0; !err && i < items.n; i++) {
		int64_t v;

		err = number_with_unit(items.v[i], "1/s", &v);
		if (!err)
			err = v >= 1 && v <= max ? numbers_add(list, v) : -ERANGE;
	}
	words_free(&items);
	return err;
}

//---------------------------------------------------------------------------
// Lists of words
//---------------------------------------------------------------------------

int words_add(struct words *list, const char *word, size_t len)
{
	char **grown = reallocarray(list->v, list->n + 1, sizeof *list->v);

	if (!grown)
		return -ENOMEM;
	list->v = grown;
	list->v[list->n] = strndup(word, len);
	if (!list->v[list->n])
		return -ENOMEM;
	list->n++;
	return 0;
}

void words_free(struct words *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct words){0};
}

int words_parse(struct words *list, const char *text)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		int err = len ? words_add(list, text, len) : -EINVAL;

		if (err || !text[len])
			return err;
		text += len + 1;
	}
}

int words_find(const struct words *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], word) == 0)
			return (int)i;
	return -1;
}
