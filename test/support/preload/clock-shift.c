// Shifts the wall clock of a program that it is loaded into with LD_PRELOAD, while the program runs. The file that
// CLOCK_SHIFT_FILE names holds the shift: a 64-bit integer, in milliseconds. Monotonic clocks are left alone, as a
// change of a machine's time leaves them alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift = NULL;

__attribute__((constructor)) static void map(void) {
  const char *path = getenv("CLOCK_SHIFT_FILE");
  int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) shift = mapped;
  close(fd);
}

static int64_t ms(void) { return shift == NULL ? 0 : *shift; }

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *now) {
  static typeof(&clock_gettime) real = NULL;
  if (real == NULL) real = REAL(clock_gettime);
  int result = real(clock, now);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  int64_t by = ms();
  now->tv_sec += by / 1000;
  now->tv_nsec += by % 1000 * 1000000;
  if (now->tv_nsec < 0) now->tv_sec--, now->tv_nsec += 1000000000;
  if (now->tv_nsec >= 1000000000) now->tv_sec++, now->tv_nsec -= 1000000000;
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  if (into != NULL) *into = exact.tv_sec;
  return exact.tv_sec;
}
