#include <git2.h>
#include <git2/sys/repository.h>
#include <string.h>

// Swift cannot call C variadic functions, so each option we set has a typed wrapper here.

/// Where libgit2 looks for the configuration of a level, and what `~` stands for (level GLOBAL).
static inline int shale_git_set_search_path(git_config_level_t level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)level, path);
}

/// Whether libgit2 refuses repositories of other users.
static inline int shale_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// The extensions of the repository format that the caller deals with.
static inline int shale_git_set_extensions(const char *const *names, size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

/// Whether what is written to the git directory is synced at once.
static inline int shale_git_set_fsync(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

/// The size of one mapped window of a pack, and of all of them together, in bytes.
static inline int shale_git_set_window(size_t size, size_t limit) {
  int result = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, size);
  return result < 0 ? result : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, limit);
}

/// How much memory parsed objects may take, in bytes.
static inline int shale_git_set_cache(ssize_t size) {
  return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, size);
}

/// The number of bytes before the NUL that ends a string.
static inline size_t shale_git_length(const char *string) {
  return strlen(string);
}
