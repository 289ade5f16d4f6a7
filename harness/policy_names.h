// policy_names.h - what is wrong with a policy's name, and what is near it.
#ifndef HARNESS_POLICY_NAMES_H
#define HARNESS_POLICY_NAMES_H

// policy_names_refuse complains about a policy that dy_policy_check refused: it
// names the first word that is not known and the nearest that are. why is what
// dy_policy_check said, for what is wrong otherwise.
void policy_names_refuse(const char *spec, const char *why);

#endif
