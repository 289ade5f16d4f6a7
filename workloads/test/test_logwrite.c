// test_logwrite.c - that a changed, swapped or old record is found in the file.
#include "../logwrite.c"

#include "trial.h"

static void change_a_byte(struct wl_run *r)
{
	struct log *l = r->state;
	uint8_t byte;

	dy_file_pread(l->h, &byte, 1, offset_of(l, 0, 0) + l->bytes - 1);
	byte ^= 1;
	dy_file_pwrite(l->h, &byte, 1, offset_of(l, 0, 0) + l->bytes - 1);
}

static void put_another_record(struct wl_run *r)
{
	struct log *l = r->state;
	uint8_t *record = l->writer[0].record;

	make_record(l, 1, 0, record);
	dy_file_pwrite(l->h, record, l->bytes, offset_of(l, 0, 1));
}

// As if the file still had what the round before wrote.
static void keep_the_old(struct wl_run *r)
{
	struct log *l = r->state;

	l->round++;
}

int main(void)
{
	return trial_main(&wl_logwrite,
	                  (const trial_spoil[]){change_a_byte, put_another_record,
	                                        keep_the_old, NULL});
}
