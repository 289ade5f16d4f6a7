// samples_csv.c - a line for each value, for spreadsheets and data frames.
#include "csv.h"
#include "samples_json.h"
#include "unit.h"

#include <errno.h>

enum { FIELDS = 7 };

int samples_csv_write(const struct samples *s, FILE *out)
{
	static const char *const head[FIELDS] = {"name",     "unit", "better",
	                                         "group",    "host", "value",
	                                         "disturbed"};
	csv_line(head, FIELDS, out);
	for (size_t i = 0; i < s->n; i++) {
		const struct samples_row *r = &s->row[i];
		for (size_t k = 0; k < r->n; k++) {
			char number[32];
			unit_exact(number, sizeof number, r->value[k]);
			const char *const field[FIELDS] = {
				r->name,
				r->unit,
				samples_better_name(r->better),
				r->group,
				r->host,
				number,
				r->marked[k] ? "1" : "0"};
			csv_line(field, FIELDS, out);
		}
	}
	return ferror(out) ? -EIO : 0;
}
