// root.h - where a function that rises crosses zero.
#ifndef RESULTS_ROOT_H
#define RESULTS_ROOT_H

// root_rising returns x between low and high, with f(low, of) below 0 and
// f(high, of) above, or either 0, to 1e-13 of x. A smooth f is asked some ten
// times, any other one 200 times at most.
double root_rising(double (*f)(double x, const void *of), const void *of,
                   double low, double high);

#endif
