// The low-level SHA-256 of libcrypto: its context is a plain value that lives on the stack and can
// be copied at any block, which the EVP interface does not offer. OpenSSL 3 marks it deprecated in
// favour of EVP and keeps it; both run the same code for the processor.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
