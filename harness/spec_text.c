// spec_text.c - what a spec must be before its keys are looked at.
//
// Three looks, each at what the next one takes for granted: the bytes (libyaml
// tells no line for a bad one), the events (in a loaded document an alias can no
// longer be told from what it names, and depth is bounded before anything is
// built), and only then, in spec.c, the document.
#include "spec_text.h"

#include "spec.h"

#include <errno.h>
#include <results/utf8.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place spec_text_place(const char *name, yaml_mark_t mark)
{
	return (struct place){name, (int)mark.line + 1, (int)mark.column + 1};
}

//---------------------------------------------------------------------------
// Bytes
//---------------------------------------------------------------------------

// refuse_length tells where the limit is crossed.
static int refuse_length(const char *path, const char *text)
{
	struct place at = {path, 1, 1};

	for (size_t i = 0; i < SPEC_BYTES_MAX; i++, at.column++)
		if (text[i] == '\n')
			at = (struct place){path, at.line + 1, 0};
	complain_at(at);
	complain("a spec has at most %d KiB, and this goes on: make several of it",
	         SPEC_BYTES_MAX >> 10);
	complain_nowhere();
	return -EFBIG;
}

static int load(FILE *f, const char *path, char **text, size_t *len)
{
	*text = malloc(SPEC_BYTES_MAX + 2);
	if (!*text)
		return -ENOMEM;
	*len = fread(*text, 1, SPEC_BYTES_MAX + 1, f);
	(*text)[*len] = '\0';
	if (ferror(f)) {
		complain("%s cannot be read: %s", path, strerror(errno));
		return -EIO;
	}
	return *len > SPEC_BYTES_MAX ? refuse_length(path, *text) : 0;
}

int spec_text_load(const char *path, char **text, size_t *len)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *f = standard ? stdin : fopen(path, "re");
	int err;

	*text = NULL;
	if (!f) {
		err = -errno;
		complain("the spec %s cannot be opened: %s", path,
		         strerror(errno));
		return err;
	}
	err = load(f, path, text, len);
	if (!standard)
		fclose(f);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

// printable says whether YAML allows the character.
static bool printable(uint32_t c)
{
	if (c < 0xa0)
		return (c >= ' ' && c < 0x7f) || c == '\t' || c == '\n' ||
		       c == '\r';
	return c < 0xd800 || (c >= 0xe000 && c != 0xfeff && c < 0xfffe) ||
	       (c >= 0x10000 && c != UTF8_BAD);
}

static int refuse_byte(struct place at, const char *byte, uint32_t c)
{
	complain_at(at);
	if (c == UTF8_BAD)
		complain("byte 0x%02x is not UTF-8: save the file as UTF-8",
		         (unsigned char)*byte);
	else
		complain("character U+%04X is not allowed here: remove it", c);
	complain_nowhere();
	return -EINVAL;
}

static int check_bytes(const char *name, const char *text, size_t len)
{
	struct place at = {name, 1, 1};
	const char *p = text;

	if (strncmp(p, "\xef\xbb\xbf", 3) == 0) // a byte order mark
		p += 3;
	while (p < text + len) {
		const char *start = p;
		uint32_t c = *p ? utf8_next(&p) : 0;

		if (!printable(c))
			return refuse_byte(at, start, c);
		at.column++;
		if (c == '\n')
			at = (struct place){name, at.line + 1, 1};
	}
	return 0;
}

//---------------------------------------------------------------------------
// Shape
//---------------------------------------------------------------------------

// remedy says what to do about the commonest of libyaml's problems.
static const char *remedy(const char *problem)
{
	static const struct {
		const char *part, *says;
	} known[] = {
		{"cannot start any token",
	         "indent with blanks, and put text that begins so in quotes"},
		{"mapping values are not allowed",
	         "text with a colon and a blank needs quotes"},
		{"did not find expected ',' or ']'",
	         "a list in brackets ends with ]"},
		{"did not find expected ',' or '}'",
	         "a mapping in braces ends with }"},
		{"did not find expected key",
	         "keys of one mapping stand in one column, each as key: value"},
		{"could not find expected ':'",
	         "every key is followed by a colon and a blank"},
		{"block sequence entries are not allowed",
	         "a list begins on the line after its key"},
		{"unexpected end of stream", "a quote is not closed"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strstr(problem, known[i].part))
			return known[i].says;
	return "see dyno sweep --help for an example";
}

static int refuse_yaml(const char *name, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "no memory";

	complain_at(spec_text_place(name, parser->problem_mark));
	complain("this is not YAML: %s: %s", problem, remedy(problem));
	complain_nowhere();
	return -EINVAL;
}

static int refuse(const char *name, const yaml_event_t *event, const char *what)
{
	complain_at(spec_text_place(name, event->start_mark));
	complain("%s", what);
	complain_nowhere();
	return -EINVAL;
}

// marks finds the anchor and the tag of an event, as far as it has them.
static void marks(const yaml_event_t *event, const void **anchor, const void **tag)
{
	*anchor = *tag = NULL;
	if (event->type == YAML_SCALAR_EVENT) {
		*anchor = event->data.scalar.anchor;
		*tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		*anchor = event->data.sequence_start.anchor;
		*tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		*anchor = event->data.mapping_start.anchor;
		*tag = event->data.mapping_start.tag;
	} else if (event->type == YAML_ALIAS_EVENT) {
		*anchor = event->data.alias.anchor;
	}
}

// What has been seen of a stream of events.
struct shape {
	int documents, depth;
};

static int check_event(const char *name, const yaml_event_t *event,
                       struct shape *s)
{
	const void *anchor, *tag;

	marks(event, &anchor, &tag);
	if (anchor)
		return refuse(
			name, event,
			"anchors and aliases are not read: write the value out");
	if (tag)
		return refuse(name, event,
		              "tags are not read: write the value without");
	if (event->type == YAML_DOCUMENT_START_EVENT && ++s->documents > 1)
		return refuse(name, event,
		              "a second document begins here: a spec is one, so "
		              "make two files");
	s->depth += event->type == YAML_SEQUENCE_START_EVENT ||
	            event->type == YAML_MAPPING_START_EVENT;
	s->depth -= event->type == YAML_SEQUENCE_END_EVENT ||
	            event->type == YAML_MAPPING_END_EVENT;
	if (s->depth > SPEC_DEPTH_MAX)
		return refuse(name, event, "nothing in a spec is this deep");
	return 0;
}

static int check_shape(const char *name, const char *text, size_t len)
{
	struct shape shape = {0};
	yaml_parser_t parser;
	bool end = false;
	int err = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (!err && !end) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			err = refuse_yaml(name, &parser);
			break;
		}
		err = check_event(name, &event, &shape);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return err;
}

int spec_text_check(const char *name, const char *text, size_t len)
{
	int err = check_bytes(name, text, len);

	return err ? err : check_shape(name, text, len);
}
