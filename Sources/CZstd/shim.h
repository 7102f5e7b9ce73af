// The static section declares `ZSTD_compressSequences`, which the shared library exports.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
