// Records what programs that it is loaded into with LD_PRELOAD do to the files of a folder, for a replay up to any
// moment. IO_RECORD_ROOT is the folder, IO_RECORD_LOG the file for the records. A record is: the operation (a byte), three
// 64-bit integers (offset, length of the data, length of both paths), the path, a second path after a zero byte, the
// data. What a program writes to stdout is recorded, too, so that a reader knows what it had reported when.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_fd = -1;
static const char *root = NULL;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("IO_RECORD_LOG");
  root = getenv("IO_RECORD_ROOT");
  if (path == NULL || root == NULL) return;
  log_fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

// A path from the root of the file system on.
static const char *absolute(const char *path, char *room) {
  if (path == NULL || path[0] == '/') return path;
  if (getcwd(room, 2048) == NULL) return NULL;
  strcat(room, "/");
  return strncat(room, path, 2000);
}

static int is_inside(const char *path) { return log_fd >= 0 && path != NULL && strncmp(path, root, strlen(root)) == 0; }

// One writev() to a file opened for appending is not interleaved with those of other processes.
static void note(char op, const char *path, const char *second, int64_t offset, const void *data, int64_t length) {
  int error = errno;
  char head[25], zero = 0;
  int64_t paths = strlen(path) + 1 + (second == NULL ? 0 : strlen(second));
  head[0] = op;
  memcpy(head + 1, &offset, 8);
  memcpy(head + 9, &length, 8);
  memcpy(head + 17, &paths, 8);
  struct iovec parts[] = {
    {head, sizeof head},
    {(void *)path, strlen(path)},
    {&zero, 1},
    {(void *)second, second == NULL ? 0 : strlen(second)},
    {(void *)data, data == NULL ? 0 : length},
  };
  syscall(SYS_writev, log_fd, parts, 5);
  errno = error;
}

static int path_of(int fd, char *path) {
  char link[64];
  if (log_fd < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, 4095);
  if (length < 0) return 0;
  path[length] = 0;
  return is_inside(path);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static void wrote(int fd, const void *data, ssize_t done, int64_t at) {
  char path[4096];
  if (done > 0 && path_of(fd, path)) note('w', path, NULL, at, data, done);
}

ssize_t write(int fd, const void *data, size_t length) {
  int is_file = log_fd >= 0 && fd > 2;
  ssize_t done = REAL(write)(fd, data, length);
  if (is_file) wrote(fd, data, done, done > 0 ? lseek(fd, 0, SEEK_CUR) - done : 0);
  else if (log_fd >= 0 && fd == 1 && done > 0) note('s', "stdout", NULL, 0, data, done);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  ssize_t done = REAL(pwrite)(fd, data, length, at);
  wrote(fd, data, done, at);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  ssize_t done = REAL(pwrite64)(fd, data, length, at);
  wrote(fd, data, done, at);
  return done;
}

#define ON_FD(name, op, arguments, values, number)                        \
  int name arguments {                                                    \
    char path[4096];                                                      \
    int result = REAL(name) values;                                       \
    if (result == 0 && path_of(fd, path)) note(op, path, NULL, number, NULL, 0); \
    return result;                                                        \
  }
ON_FD(ftruncate, 't', (int fd, off_t length), (fd, length), length)
ON_FD(ftruncate64, 't', (int fd, off64_t length), (fd, length), length)
ON_FD(fsync, 'f', (int fd), (fd), 0)
ON_FD(fdatasync, 'f', (int fd), (fd), 0)

#define ON_PATH(name, op, arguments, values)                                  \
  int name arguments {                                                        \
    char room[4096];                                                          \
    int result = REAL(name) values;                                           \
    path = absolute(path, room);                                              \
    if (result == 0 && is_inside(path)) note(op, path, NULL, 0, NULL, 0);      \
    return result;                                                            \
  }
ON_PATH(unlink, 'u', (const char *path), (path))
ON_PATH(rmdir, 'u', (const char *path), (path))
ON_PATH(mkdir, 'd', (const char *path, mode_t mode), (path, mode))

int rename(const char *from, const char *to) {
  char room[2][4096];
  int result = REAL(rename)(from, to);
  from = absolute(from, room[0]);
  to = absolute(to, room[1]);
  if (result == 0 && is_inside(to)) note('r', from, to, 0, NULL, 0);
  return result;
}

static void opened(int fd, int flags, int was_there) {
  char full[4096];
  if (fd < 0 || !path_of(fd, full)) return;
  if ((flags & O_CREAT) != 0 && !was_there) note('c', full, NULL, 0, NULL, 0);
  else if ((flags & O_TRUNC) != 0) note('t', full, NULL, 0, NULL, 0);
}

#define OPENS(name)                                      \
  int name(const char *path, int flags, ...) {           \
    va_list rest;                                        \
    va_start(rest, flags);                               \
    mode_t mode = va_arg(rest, mode_t);                  \
    va_end(rest);                                        \
    int was_there = log_fd >= 0 && access(path, F_OK) == 0; \
    int fd = REAL(name)(path, flags, mode);              \
    opened(fd, flags, was_there);                        \
    return fd;                                           \
  }
OPENS(open)
OPENS(open64)
