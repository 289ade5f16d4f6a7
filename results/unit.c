// unit.c - picks a prefix and three significant digits.
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	double factor;
	const char *prefix;
} scale[] = {
	{1e12, "T"}, {1e9, "G"},  {1e6, "M"},  {1e3, "k"},
	{1, ""},     {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"},
};

static const struct {
	const char *unit;
	double seconds;
} time_unit[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};

double unit_scale(double value, const char **prefix)
{
	// 999.5 shows as 1000: rounding decides, not the value itself.
	double size = fabs(value) * 1.0005;
	size_t n = sizeof scale / sizeof *scale;
	for (size_t i = 0; i < n; i++) {
		if (size < scale[i].factor && i + 1 < n)
			continue;
		*prefix = scale[i].prefix;
		return scale[i].factor;
	}
	*prefix = "";
	return 1;
}

// digits_after returns how many decimals make n significant digits of a number
// that shows as 1 to 999, or as less.
static int digits_after(double shown, int n)
{
	double size = fabs(shown) * (1 + pow(10, -n) / 2);
	int whole = size >= 1000 ? 4 : size >= 100 ? 3 : size >= 10 ? 2 : 1;
	return whole < n ? n - whole : 0;
}

// put_digits writes a number, one that no prefix brings near by its exponent.
static int put_digits(char *out, size_t size, double shown, int decimals)
{
	double far = fabs(shown);
	if (far >= 1e7 || (far < 1e-3 && far > 0))
		return snprintf(out, size, "%.3g", shown);
	return snprintf(out, size, "%.*f", decimals, shown);
}

char *unit_digits(char *out, size_t size, double shown)
{
	if (isfinite(shown))
		put_digits(out, size, shown, digits_after(shown, 4));
	else
		snprintf(out, size, "-");
	return out;
}

// in_seconds says whether unit is a time, and scales value to seconds.
static int in_seconds(double *value, const char *unit)
{
	for (size_t i = 0; i < sizeof time_unit / sizeof *time_unit; i++) {
		if (strcmp(unit, time_unit[i].unit))
			continue;
		*value *= time_unit[i].seconds;
		return 1;
	}
	return 0;
}

char *unit_join(char *out, size_t size, const char *prefix, const char *unit)
{
	static const char *const symbol[] = {"s", "B", "B/s", "Hz", ""};
	const char *gap = *prefix ? " " : "";
	for (size_t i = 0; i < sizeof symbol / sizeof *symbol; i++) {
		if (!strcmp(unit, symbol[i]))
			gap = "";
	}
	snprintf(out, size, "%s%s%s", prefix, gap, unit);
	return out;
}

char *unit_format(char *out, size_t size, double value, const char *unit)
{
	if (!isfinite(value)) {
		snprintf(out, size, "-");
		return out;
	}
	if (in_seconds(&value, unit))
		unit = "s";
	else if (!strcmp(unit, "1"))
		unit = "";
	const char *prefix = "";
	double factor = 1;
	int whole = unit[0] == '\0' && value == floor(value);
	if (value != 0 && strcmp(unit, "%"))
		factor = unit_scale(value, &prefix);
	double shown = value / factor;
	int decimals = whole && factor == 1 ? 0 : digits_after(shown, 3);
	if (value == 0)
		decimals = 0;
	char scaled[80];
	unit_join(scaled, sizeof scaled, prefix, unit);
	size_t n = (size_t)put_digits(out, size, shown, decimals);
	if (n < size)
		snprintf(out + n, size - n, "%s%s", *scaled ? " " : "", scaled);
	return out;
}

char *unit_exact(char *out, size_t size, double value)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
	return out;
}
