// library.c - shared objects, by dlopen.
//
// A name without a slash would be looked for where the system keeps its own
// libraries: the path is made absolute first. All symbols are bound at once, so
// that one which is missing is told now and not in the midst of a trial.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/port.h"

void *port_library_open(const char *path, char *err, size_t errlen)
{
	char *full = realpath(path, NULL);
	void *library;

	if (!full) {
		snprintf(err, errlen, "%s", strerrordesc_np(errno));
		return NULL;
	}
	library = dlopen(full, RTLD_NOW | RTLD_LOCAL);
	free(full);
	if (!library)
		snprintf(err, errlen, "%s", dlerror());
	return library;
}

void *port_library_symbol(void *library, const char *name)
{
	return dlsym(library, name);
}

void port_library_close(void *library)
{
	dlclose(library);
}
