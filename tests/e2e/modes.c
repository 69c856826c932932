/* Writes the mode of every file and folder at the moment it is made: LD_PRELOAD=modes.so MODES_FD=n program */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(const char *made, mode_t mode, int at, const char *path)
{
    static int out = -1;
    char line[5000], folder[2000] = "", link[64];
    if (out < 0) {
        const char *file = getenv("MODES_FILE");
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        if (!file || (out = real(file, O_WRONLY | O_APPEND | O_CLOEXEC)) < 0)
            return;
    }
    if (path[0] != '/') {
        ssize_t n;
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        n = readlink(link, folder, sizeof folder - 2);
        folder[n < 0 ? 0 : n] = '/';
    }
    int length = snprintf(line, sizeof line, "%s %04o %s%s\n", made, mode & 07777, folder, path);
    if (write(out, line, length) < 0)
        return;
}

static int opened(int handle, int flags, int at, const char *path)
{
    struct stat found;
    if (handle >= 0 && (flags & O_CREAT) && fstat(handle, &found) == 0 && S_ISREG(found.st_mode))
        tell("file", found.st_mode, at, path);
    return handle;
}

#define MODE va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { MODE int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
      return opened(real(path, flags, mode), flags, AT_FDCWD, path); }
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) \
    { MODE int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
      return opened(real(at, path, flags, mode), flags, at, path); }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int mkdir(const char *path, mode_t mode)
{
    struct stat found;
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
    int done = real(path, mode);
    if (done == 0 && stat(path, &found) == 0)
        tell("folder", found.st_mode, AT_FDCWD, path);
    return done;
}
