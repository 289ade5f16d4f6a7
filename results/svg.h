// svg.h - makes gnuplot's SVG fit to stand in a page.
#ifndef RESULTS_SVG_H
#define RESULTS_SVG_H

#include <stdio.h>

// The name that a figure's script gives to `set terminal svg name`.
#define SVG_NAME "figure"

// svg_tidy writes a tidy copy of gnuplot's SVG:
//   - ids start with prefix, so that several figures fit on one page;
//   - hypertext, which calls a script, becomes <title> elements: tooltips;
//   - the drawing is called by title and not by the names of its parts.
// prefix consists of letters, digits, '-' and '_'.
void svg_tidy(const char *svg, const char *prefix, const char *title, FILE *out);

// svg_element returns where the <svg> element of a document begins; NULL when
// there is none.
const char *svg_element(const char *svg);

#endif
