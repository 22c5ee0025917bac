// Fails the n-th call of some kinds on some files, in the programs that it is loaded into with LD_PRELOAD. IO_FAULT_FILE
// is a part of the files' paths. IO_FAULT_CONTROL names a file of six 32-bit integers, which is read at each call and
// shared by all those programs: the kinds (bits, as below), the first call that fails (1, 2, …; 0: none), how many fail
// from there on, errno, the part of a failed write that is written all the same (0: nothing, 1: the first half, 2: the
// first half, and the call reports so many bytes in place of an error), and the number of calls so far.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, WRITE = 2, TRUNCATE = 4, SYNC = 8, RENAME = 16, UNLINK = 32, MKDIR = 64, RMDIR = 128 };

struct control {
  int32_t kinds, at, count, error, torn, calls;
};

static struct control *control = NULL;
static const char *part = NULL;

__attribute__((constructor)) static void map(void) {
  const char *path = getenv("IO_FAULT_CONTROL");
  part = getenv("IO_FAULT_FILE");
  if (path == NULL || part == NULL) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) control = mapped;
}

// Whether this call fails; counts it.
static int fails(int kind, const char *path) {
  char full[4096];
  if (control == NULL || (control->kinds & kind) == 0 || path == NULL) return 0;
  if (path[0] != '/' && getcwd(full, 2048) != NULL) path = strncat(strcat(full, "/"), path, 2000);
  if (strstr(path, part) == NULL) return 0;
  int call = __sync_add_and_fetch(&control->calls, 1);
  if (control->at == 0 || call < control->at || call - control->at >= control->count) return 0;
  errno = control->error;
  return 1;
}

static int fails_on(int kind, int fd) {
  char link[64], path[4096];
  if (control == NULL || (control->kinds & kind) == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(kind, path);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

// A failed write: with nothing written, with the first half, or with that and without an error.
#define FAILED_WRITE(half)                         \
  {                                                \
    int error = errno;                             \
    ssize_t done = control->torn ? (half) : -1;    \
    if (control->torn == 2 && done >= 0) return done; \
    errno = error;                                 \
    return -1;                                     \
  }

// Half of a write, but not nothing, which a caller may take for a full disk.
static size_t half_of(size_t length) { return length < 2 ? length : length / 2; }

ssize_t write(int fd, const void *data, size_t length) {
  if (fails_on(WRITE, fd)) FAILED_WRITE(REAL(write)(fd, data, half_of(length)));
  return REAL(write)(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  if (fails_on(WRITE, fd)) FAILED_WRITE(REAL(pwrite)(fd, data, half_of(length), at));
  return REAL(pwrite)(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  if (fails_on(WRITE, fd)) FAILED_WRITE(REAL(pwrite64)(fd, data, half_of(length), at));
  return REAL(pwrite64)(fd, data, length, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (fails_on(WRITE, fd)) FAILED_WRITE(REAL(write)(fd, parts[0].iov_base, half_of(parts[0].iov_len)));
  return REAL(writev)(fd, parts, count);
}
int ftruncate(int fd, off_t length) { return fails_on(TRUNCATE, fd) ? -1 : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fails_on(TRUNCATE, fd) ? -1 : REAL(ftruncate64)(fd, length); }
int fsync(int fd) { return fails_on(SYNC, fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_on(SYNC, fd) ? -1 : REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) { return fails(RENAME, to) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return fails(UNLINK, path) ? -1 : REAL(unlink)(path); }
int rmdir(const char *path) { return fails(RMDIR, path) ? -1 : REAL(rmdir)(path); }
int mkdir(const char *path, mode_t mode) { return fails(MKDIR, path) ? -1 : REAL(mkdir)(path, mode); }

#define OPENS(name)                            \
  int name(const char *path, int flags, ...) { \
    va_list rest;                              \
    va_start(rest, flags);                     \
    mode_t mode = va_arg(rest, mode_t);        \
    va_end(rest);                              \
    if (fails(OPEN, path)) return -1;          \
    return REAL(name)(path, flags, mode);      \
  }
OPENS(open)
OPENS(open64)
