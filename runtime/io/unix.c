// unix.c - Unix sockets on the poller.
//
// A listener's path is removed when it is closed. Whether a handle is such a listener
// the kernel knows, and only while there are any is it asked, at each close.
#include "io/unix.h"

#include <dyno/io.h>
#include <errno.h>

#include "io/net.h"
#include "port/port.h"
#include "sched/polldesc.h"
#include "sched/sched.h"

static struct dy_w32 paths; // that listeners are bound to

int dy_unix_listen(const char *name, int backlog)
{
	bool is_path = !name || name[0] != '@';
	int fd = port_unix_listen(name, backlog), err;

	if (fd < 0)
		return fd;
	err = polldesc_open(fd);
	if (err) {
		port_unix_unlink(fd);
		port_close(fd);
		return err;
	}
	if (is_path)
		w32_add_ar(&paths, 1);
	return fd;
}

int dy_unix_name(int h, char *name, size_t n)
{
	return port_unix_name(h, name, n);
}

int dy_unix_accept(int h)
{
	return net_accept(h);
}

int dy_unix_dial(const char *name)
{
	int fd, err;

	preempt_poll();
	if (!name)
		return -EINVAL;
	err = port_unix_dial(name, &fd);
	return err ? err : net_adopt(fd);
}

void unix_closing(int h)
{
	if (w32_load_acq(&paths) != 0 && port_unix_unlink(h))
		w32_add_ar(&paths, (uint32_t)-1);
}
