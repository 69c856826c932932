/* Preloaded into a program under test: counts the calls that change files below one folder, and at the n-th of them
 * fails it with an errno or kills the program; can also shift the clock. It is steered through a mapped file
 * (FUZHUAN_FAULTS) whose layout tools/faults/control.py shares. Without that file everything passes through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum mode { OFF, COUNT, FAIL, KILL };
enum kind { WRITE = 1, SYNC = 2, CREATE = 4, RENAME = 8, UNLINK = 16, SHRINK = 32 };

struct control {
    int64_t pid;     /* whose calls count */
    int64_t mode;
    int64_t at;      /* the call that is hit, from 1 */
    int64_t last;    /* the last call that is hit: a full disk stays full */
    int64_t error;   /* errno of FAIL */
    int64_t kinds;   /* bits of enum kind: which calls fail */
    int64_t torn;    /* KILL: half of what was to be written reaches the file first */
    int64_t count;   /* calls so far */
    int64_t hits;    /* calls failed so far */
    int64_t hit;     /* kind of the first one */
    int64_t clock;   /* nanoseconds added to the wall clock */
    char folder[1024];
    char path[1024]; /* what the first one was about */
};

static struct control *control;

#define REAL(name) ({ static __typeof__(&name) real_; if (!real_) real_ = dlsym(RTLD_NEXT, #name); real_; })

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("FUZHUAN_FAULTS");
    if (!file) return;
    int handle = REAL(open)(file, O_RDWR | O_CLOEXEC);
    if (handle < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (mapped != MAP_FAILED) control = mapped;
}

static int armed(void) { return control && control->mode != OFF && control->pid == getpid(); }

static int below(const char *path) {
    size_t length = strlen(control->folder);
    return length && strncmp(path, control->folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static void path_of(int handle, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
}

static void path_at(int folder, const char *name, char *path) {
    if (name[0] == '/' || folder == AT_FDCWD) {
        snprintf(path, PATH_MAX, "%s", name);
        return;
    }
    path_of(folder, path);
    size_t length = strlen(path);
    snprintf(path + length, PATH_MAX - length, "/%s", name);
}

/* 0: go on; 1: fail with errno set; 2: write half of it, then `die`. */
static int due(enum kind kind, const char *path) {
    if (!below(path)) return 0;
    int64_t number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (number < control->at || number > control->last) return 0;
    if (control->mode == KILL) {
        if (kind == WRITE && control->torn) return 2;
        kill(getpid(), SIGKILL);
    }
    if (control->mode != FAIL || !(control->kinds & kind)) return 0;
    if (__atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST) == 1) {
        control->hit = kind;
        snprintf(control->path, sizeof control->path, "%s", path);
    }
    errno = (int)control->error;
    return 1;
}

static int due_handle(enum kind kind, int handle) {
    if (!armed()) return 0;
    char path[PATH_MAX];
    path_of(handle, path);
    return due(kind, path);
}

static int due_at(enum kind kind, int folder, const char *name) {
    if (!armed()) return 0;
    char path[PATH_MAX];
    path_at(folder, name, path);
    return due(kind, path);
}

#define DIE_AFTER(half) do { (void)!(half); kill(getpid(), SIGKILL); } while (0)

ssize_t write(int handle, const void *data, size_t size) {
    int hit = due_handle(WRITE, handle);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(write)(handle, data, size / 2));
    return REAL(write)(handle, data, size);
}

ssize_t writev(int handle, const struct iovec *parts, int count) {
    int hit = due_handle(WRITE, handle);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(writev)(handle, parts, count / 2));
    return REAL(writev)(handle, parts, count);
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t offset) {
    int hit = due_handle(WRITE, handle);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(pwrite)(handle, data, size / 2, offset));
    return REAL(pwrite)(handle, data, size, offset);
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t offset) {
    int hit = due_handle(WRITE, handle);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(pwrite64)(handle, data, size / 2, offset));
    return REAL(pwrite64)(handle, data, size, offset);
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t size) {
    int hit = due_handle(WRITE, out);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(sendfile64)(out, in, offset, size / 2));
    return REAL(sendfile64)(out, in, offset, size);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t size) { return sendfile64(out, in, offset, size); }

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned int flags) {
    int hit = due_handle(WRITE, out);
    if (hit == 1) return -1;
    if (hit == 2) DIE_AFTER(REAL(copy_file_range)(in, from, out, to, size / 2, flags));
    return REAL(copy_file_range)(in, from, out, to, size, flags);
}

int fsync(int handle) { return due_handle(SYNC, handle) ? -1 : REAL(fsync)(handle); }
int fdatasync(int handle) { return due_handle(SYNC, handle) ? -1 : REAL(fdatasync)(handle); }
int ftruncate(int handle, off_t size) { return due_handle(SHRINK, handle) ? -1 : REAL(ftruncate)(handle, size); }
int ftruncate64(int handle, off64_t size) { return due_handle(SHRINK, handle) ? -1 : REAL(ftruncate64)(handle, size); }

int rename(const char *from, const char *to) {
    return due_at(RENAME, AT_FDCWD, to) ? -1 : REAL(rename)(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
    return due_at(RENAME, b, to) ? -1 : REAL(renameat)(a, from, b, to);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned int flags) {
    return due_at(RENAME, b, to) ? -1 : REAL(renameat2)(a, from, b, to, flags);
}
int link(const char *from, const char *to) { return due_at(CREATE, AT_FDCWD, to) ? -1 : REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    return due_at(CREATE, b, to) ? -1 : REAL(linkat)(a, from, b, to, flags);
}
int unlink(const char *path) { return due_at(UNLINK, AT_FDCWD, path) ? -1 : REAL(unlink)(path); }
int unlinkat(int folder, const char *path, int flags) {
    return due_at(UNLINK, folder, path) ? -1 : REAL(unlinkat)(folder, path, flags);
}
int rmdir(const char *path) { return due_at(UNLINK, AT_FDCWD, path) ? -1 : REAL(rmdir)(path); }
int mkdir(const char *path, mode_t mode) {
    struct stat found;
    if (armed() && stat(path, &found) != 0 && due_at(CREATE, AT_FDCWD, path)) return -1;
    return REAL(mkdir)(path, mode);
}

static int makes(int folder, const char *name, int flags) {
    if (!(flags & O_CREAT) || !armed()) return 0;
    char path[PATH_MAX];
    struct stat found;
    path_at(folder, name, path);
    return stat(path, &found) != 0 && due(CREATE, path); /* what is there already needs no room */
}

#define MODE(flags) ({ mode_t mode_ = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest_; \
    va_start(rest_, flags); mode_ = va_arg(rest_, mode_t); va_end(rest_); } mode_; })

int open(const char *path, int flags, ...) {
    mode_t mode = MODE(flags);
    return makes(AT_FDCWD, path, flags) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    mode_t mode = MODE(flags);
    return makes(AT_FDCWD, path, flags) ? -1 : REAL(open64)(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    mode_t mode = MODE(flags);
    return makes(folder, path, flags) ? -1 : REAL(openat)(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    mode_t mode = MODE(flags);
    return makes(folder, path, flags) ? -1 : REAL(openat64)(folder, path, flags, mode);
}

static void shift(int64_t *seconds, int64_t *nanoseconds) {
    int64_t total = *nanoseconds + control->clock % 1000000000;
    *seconds += control->clock / 1000000000 + (total < 0 ? -1 : total / 1000000000);
    *nanoseconds = (total + 1000000000) % 1000000000;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    int done = REAL(clock_gettime)(id, now);
    if (done == 0 && control && control->clock && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        int64_t seconds = now->tv_sec, nanoseconds = now->tv_nsec;
        shift(&seconds, &nanoseconds);
        now->tv_sec = seconds;
        now->tv_nsec = nanoseconds;
    }
    return done;
}

int gettimeofday(struct timeval *now, void *zone) {
    (void)zone;
    struct timespec precise;
    int done = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return done;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
