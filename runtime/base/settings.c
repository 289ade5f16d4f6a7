// settings.c - reads DYNO_DEBUG. The last of two equal names counts.
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

#include "port/port.h"

long setting(const char *name, long otherwise)
{
	const char *at = port_getenv("DYNO_DEBUG");
	size_t n = strlen(name);

	while (at && *at) {
		if (strncmp(at, name, n) == 0 && at[n] == '=') {
			char *end;
			long value = strtol(at + n + 1, &end, 10);

			if (end != at + n + 1 && (*end == ',' || *end == '\0'))
				otherwise = value;
		}
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	return otherwise;
}
