# dyno.gdb - goroutines in gdb:  (gdb) source scripts/gdb/dyno.gdb
#
#   goroutines          every goroutine that lives: id, state, where it was created
#   goroutine-bt ID     the stack of one that is not running now
#
# x86-64, a live process, a program with debug information.

define dyno-state
  set $st = $arg0->status.raw_ & 0xfff
  if $st == 1
    printf "runnable"
  end
  if $st == 2
    printf "running"
  end
  if $st == 3
    printf "syscall"
  end
  if $st == 4
    printf "waiting"
  end
end

define goroutines
  set $slab = 'g.c'::pool.slabs
  while $slab
    set $i = 1
    while $i < $slab->used
      set $gp = (struct g *)$slab + $i
      if ($gp->status.raw_ & 0xfff) >= 1 && ($gp->status.raw_ & 0xfff) <= 4
        printf "goroutine %lu [", $gp->id
        dyno-state $gp
        printf "] created by "
        output (void *)$gp->created_by
        printf "\n"
      end
      set $i = $i + 1
    end
    set $slab = $slab->next
  end
end
document goroutines
List every goroutine that lives.
end

define goroutine-bt
  set $found = (struct g *)0
  set $slab = 'g.c'::pool.slabs
  while $slab
    set $i = 1
    while $i < $slab->used
      set $gp = (struct g *)$slab + $i
      if $gp->id == $arg0 && ($gp->status.raw_ & 0xfff) >= 1 && ($gp->status.raw_ & 0xfff) <= 4
        set $found = $gp
      end
      set $i = $i + 1
    end
    set $slab = $slab->next
  end
  if $found == 0
    printf "there is no goroutine %lu\n", $arg0
  end
  if $found != 0
    if ($found->status.raw_ & 0xfff) == 2 || ($found->status.raw_ & 0xfff) == 3 || $found->stack == 0
      printf "goroutine %lu is on a thread, or has not run yet: see info threads\n", $arg0
    else
      set $frame = (unsigned long *)$found->ctx.sp
      set $old_rsp = $rsp
      set $old_rbp = $rbp
      set $old_rip = $rip
      set $rip = $frame[6]
      set $rbp = $frame[5]
      set $rsp = (unsigned long)($frame + 7)
      backtrace
      set $rip = $old_rip
      set $rbp = $old_rbp
      set $rsp = $old_rsp
    end
  end
end
document goroutine-bt
goroutine-bt ID: the stack of a goroutine that is not running now.
end
