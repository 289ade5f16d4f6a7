// svg.c - edits the text that gnuplot's svg terminal writes.
//
// An editor of text, no parser: the input is what one program prints, line by
// line in a fixed form, and each rule below matches one of those forms exactly.
// A form that a later gnuplot changes passes through as it is.
#include "svg.h"

#include "html.h"

#include <stdbool.h>
#include <string.h>

// begins says whether s begins with what.
static bool begins(const char *s, const char *what)
{
	return !strncmp(s, what, strlen(what));
}

// Rule: <title>figure</title> and <title>figure_plot_3</title> go.
static const char *drop_name(const char *s)
{
	if (!begins(s, "<title>" SVG_NAME))
		return s;
	const char *end = strstr(s, "</title>");
	return end ? end + strlen("</title>") : s;
}

// Rule: <g onmousemove="...showHypertext(evt,'TEXT')" ...><title> </title>
// becomes <g><title>TEXT</title>. TEXT is escaped already.
static const char *retitle(const char *s, FILE *out)
{
	static const char head[] = "<g onmousemove=\"";
	static const char call[] = "showHypertext(evt,'";
	static const char tail[] = "<title> </title>";
	if (!begins(s, head))
		return s;
	const char *text = strstr(s, call);
	const char *stop = text ? strstr(text, "')\"") : NULL;
	const char *end = stop ? strstr(stop, tail) : NULL;
	const char *line = strchr(s, '\n');
	if (!end || (line && end > line))
		return s;
	text += strlen(call);
	fputs("<g><title>", out);
	fwrite(text, 1, (size_t)(stop - text), out);
	fputs("</title>", out);
	return end + strlen(tail);
}

static const char *const id_form[] = {
	" id=\"", " id='", "xlink:href='#", "xlink:href=\"#", "url(#",
};

// call_it names the drawing for those who cannot see it.
static void call_it(const char *title, FILE *out)
{
	fputs("<svg role=\"img\" aria-label=\"", out);
	html_text(out, title);
	fputc('"', out);
}

// reprefix writes a place where an id stands and the prefix behind it.
static const char *reprefix(const char *s, const char *prefix, FILE *out)
{
	for (size_t i = 0; i < sizeof id_form / sizeof *id_form; i++) {
		if (!begins(s, id_form[i]))
			continue;
		fprintf(out, "%s%s-", id_form[i], prefix);
		return s + strlen(id_form[i]);
	}
	return s;
}

void svg_tidy(const char *svg, const char *prefix, const char *title, FILE *out)
{
	for (const char *s = svg; *s;) {
		const char *next = drop_name(s);
		if (next == s)
			next = retitle(s, out);
		if (next == s)
			next = reprefix(s, prefix, out);
		if (next == s && begins(s, "<svg")) {
			call_it(title, out);
			next = s + strlen("<svg");
		}
		if (next == s)
			fputc(*next++, out);
		s = next;
	}
}

const char *svg_element(const char *svg)
{
	return strstr(svg, "<svg");
}
