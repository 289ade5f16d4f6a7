// settings.h - DYNO_DEBUG, the runtime's switches: "name=value,name=value".
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

// setting returns the number that DYNO_DEBUG gives name, or otherwise. What is
// no number, and a name that nobody asks for, are ignored, as in GODEBUG.
long setting(const char *name, long otherwise);

#endif
