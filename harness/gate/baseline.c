// baseline.c - values of base that were kept.
//
// The file is JSON of samples, so that dyno compare reads it too; what dyno
// compare reads is a baseline as well: a sweep's store, Go benchmark text.
#include "baseline.h"

#include "../complain.h"

#include <errno.h>
#include <results/file.h>
#include <results/samples_json.h>
#include <stdlib.h>
#include <string.h>

static int check_hosts(const struct samples *s, const char *path, const char *host)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct samples_row *r = &s->row[i];

		if (!r->mixed_hosts && (!*r->host || strcmp(r->host, host) == 0))
			continue;
		complain("%.200s was measured on %.64s, and this is %.64s: "
		         "--mix-hosts compares all the same, and then machines "
		         "are compared too",
		         path, r->mixed_hosts ? "several machines" : r->host,
		         host);
		return -EINVAL;
	}
	return 0;
}

int baseline_read(struct samples *out, const char *path,
                  const struct words *ignore, const char *host, bool mix_hosts)
{
	char why[1024];
	int err = samples_read(out, path, why, sizeof why);

	if (err) {
		complain("%s", why);
		return err == -ENOENT ? -EINVAL : err;
	}
	if (!mix_hosts)
		err = check_hosts(out, path, host);
	for (size_t i = 0; !err && i < ignore->n; i++)
		err = samples_drop(out, ignore->v[i]);
	return err;
}

int baseline_add(struct samples *to, const struct samples *run, const char *host)
{
	for (size_t i = 0; i < run->n; i++) {
		struct samples_row like = run->row[i];

		if (!*like.host)
			like.host = host;
		for (size_t k = 0; k < run->row[i].n; k++) {
			int err = samples_add(to, &like, run->row[i].value[k]);

			if (err)
				return err;
		}
	}
	return 0;
}

int baseline_write(const struct samples *s, const char *path)
{
	struct file_new f;
	int err = file_begin(&f, path);

	if (!err)
		err = file_commit(&f, samples_json_write(s, f.out));
	if (err)
		complain("%s cannot be written: %s", path, strerror(-err));
	return err;
}
