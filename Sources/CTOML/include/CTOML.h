// Reads TOML with toml++, a library of C++ headers, and says what is there as events in C.

#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What an event says.
typedef enum {
  CTOML_TABLE_START,
  CTOML_LIST_START,
  // The end of the list or table that was begun last.
  CTOML_END,
  // The key of the value that follows, within a table: `text`.
  CTOML_KEY,
  // `text`; dates and times too, as RFC 3339 writes them.
  CTOML_TEXT,
  CTOML_INTEGER,
  CTOML_NUMBER,
  // `integer` is 0 or 1.
  CTOML_BOOLEAN,
} ctoml_kind;

// One event; `text` is UTF-8 without an end mark, and valid during the call only.
typedef struct {
  ctoml_kind kind;
  const char *text;
  size_t text_length;
  int64_t integer;
  double number;
  // The place in the source, from 1; 0 where it is not known.
  uint32_t line;
  uint32_t column;
} ctoml_event;

// Takes an event; anything but 0 ends the reading.
typedef int (*ctoml_callback)(void *context, const ctoml_event *event);

// How the reading ended.
typedef enum {
  CTOML_DONE,
  // The callback ended it.
  CTOML_STOPPED,
  // The bytes are not TOML: `message`, `line` and `column` say why.
  CTOML_SYNTAX,
  // The bytes are not TOML, and the library does not say where; or memory ran out.
  CTOML_FAILED,
} ctoml_status;

// Why the bytes are not TOML; the message ends with a NUL.
typedef struct {
  char message[256];
  uint32_t line;
  uint32_t column;
} ctoml_problem;

// Reads `length` bytes and hands out the document, the fields of a table in the source's order.
//
// No exception leaves it. `problem` is filled under CTOML_SYNTAX.
ctoml_status ctoml_read(const char *bytes, size_t length, ctoml_callback callback, void *context,
                        ctoml_problem *problem);

#ifdef __cplusplus
}
#endif

#endif
