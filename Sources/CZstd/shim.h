// The static section names the parameter that forces literals to be entropy-coded.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>
