// Fails the n-th call of a kind on the files of a database, to be loaded before a program with LD_PRELOAD. The
// environment says which: IO_FAULT_FILE (a part of the path), IO_FAULT_CALL (open, write or sync), IO_FAULT_AT (1, 2,
// …), IO_FAULT_COUNT (how many calls fail from there on), IO_FAULT_ERRNO; IO_FAULT_TALLY names a file for the number of
// calls.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls = 0;

static int is_kind(const char *call) {
  const char *wanted = getenv("IO_FAULT_CALL");
  return wanted != NULL && strcmp(wanted, call) == 0;
}

// Whether this call fails; counts it.
static int fails(const char *path) {
  const char *part = getenv("IO_FAULT_FILE");
  if (part == NULL || path == NULL || strstr(path, part) == NULL) return 0;
  calls++;
  long at = atol(getenv("IO_FAULT_AT") ? getenv("IO_FAULT_AT") : "0");
  long count = atol(getenv("IO_FAULT_COUNT") ? getenv("IO_FAULT_COUNT") : "1");
  if (at == 0 || calls < at || calls >= at + count) return 0;
  errno = atoi(getenv("IO_FAULT_ERRNO") ? getenv("IO_FAULT_ERRNO") : "5");
  return 1;
}

static int fails_on(int fd, const char *call) {
  char link[64], path[4096];
  if (!is_kind(call)) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(path);
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("IO_FAULT_TALLY");
  if (path == NULL || calls == 0) return;
  FILE *file = fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld", calls);
  fclose(file);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t length) {
  return fails_on(fd, "write") ? -1 : REAL(write)(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  return fails_on(fd, "write") ? -1 : REAL(pwrite)(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  return fails_on(fd, "write") ? -1 : REAL(pwrite64)(fd, data, length, at);
}
int ftruncate(int fd, off_t length) { return fails_on(fd, "write") ? -1 : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fails_on(fd, "write") ? -1 : REAL(ftruncate64)(fd, length); }
int fsync(int fd) { return fails_on(fd, "sync") ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_on(fd, "sync") ? -1 : REAL(fdatasync)(fd); }

#define OPEN(name)                                        \
  int name(const char *path, int flags, ...) {            \
    va_list rest;                                         \
    va_start(rest, flags);                                \
    mode_t mode = va_arg(rest, mode_t);                   \
    va_end(rest);                                         \
    if (is_kind("open") && fails(path)) return -1;        \
    return REAL(name)(path, flags, mode);                 \
  }
OPEN(open)
OPEN(open64)
