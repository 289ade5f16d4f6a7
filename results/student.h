// student.h - Student's t distribution, also when the mean is not 0.
#ifndef RESULTS_STUDENT_H
#define RESULTS_STUDENT_H

// student_below is the chance that t lies below x: of a t with freedom degrees
// of freedom (1 or more; INFINITY is the normal distribution) whose numerator
// has the mean shift. Good to 1e-10.
double student_below(double x, double freedom, double shift);

// student_quantile is the x below which t lies with chance p in (0, 1), where
// the mean is 0.
double student_quantile(double p, double freedom);

#endif
