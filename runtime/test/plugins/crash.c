// crash.c - a shared object that does harm as soon as it is loaded.
#include <stdlib.h>

__attribute__((constructor)) static void fall(void)
{
	abort();
}
