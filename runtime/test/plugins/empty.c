// empty.c - a shared object that is no plugin.
extern int nothing_of_ours;
int nothing_of_ours = 1;
