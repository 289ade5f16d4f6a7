// share.c - k of n gates, with the exact bounds of the chance.
#include "share.h"

#include <results/binomial.h>
#include <stdio.h>

json_t *share_json(size_t k, size_t n)
{
	struct binomial_bounds b = binomial_bounds(k, n, SHARE_CONFIDENCE);

	return json_pack("{s:I,s:f,s:f}", "gates", (json_int_t)k, "low", b.low,
	                 "high", b.high);
}

void share_text(char *out, size_t size, const json_t *share)
{
	json_int_t k = json_integer_value(json_object_get(share, "gates"));
	double low = json_number_value(json_object_get(share, "low"));
	double high = json_number_value(json_object_get(share, "high"));

	snprintf(out, size, "%" JSON_INTEGER_FORMAT ", %.1f .. %.1f %%", k,
	         100 * low, 100 * high);
}
