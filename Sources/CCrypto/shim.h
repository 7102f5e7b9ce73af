// The low-level SHA-256 of libcrypto: its context is a plain value that lives on the stack and can
// be copied at any block, which the EVP interface does not offer. OpenSSL 3 marks it deprecated in
// favour of EVP and keeps it; both run the same code for the processor. MD5 is here to check
// contents that another tool names by it, and for nothing else.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>
