#include "csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t used = 0, room = 0;
  if (file == NULL) return NULL;
  for (;;) {
    if (room - used < 2) {
      char *grown = realloc(text, room = room == 0 ? 65536 : room * 2);
      if (grown == NULL) break;
      text = grown;
    }
    size_t got = fread(text + used, 1, room - used - 1, file);
    used += got;
    if (got == 0) break;
  }
  int failed = ferror(file) || text == NULL;
  fclose(file);
  if (failed) {
    free(text);
    return NULL;
  }
  text[used] = '\0';
  *size = used;
  return text;
}

/*
 * Takes the next field: unquotes it where it stands and ends it with NUL. `*end` tells what followed it: ',' or '\n'.
 * Returns where the next field starts, NULL if a quote is not closed.
 */
static char *next_field(char *at, char *limit, char **field, char *end) {
  char *to = at;
  *field = at;
  if (*at == '"') {
    for (at++;; at++) {
      if (at >= limit) return NULL;
      if (*at == '"' && *++at != '"') break;
      *to++ = *at;
    }
  } else {
    while (at < limit && *at != ',' && *at != '\n' && *at != '\r') at++;
    to = at;
  }
  if (at < limit && *at == '\r') at++;
  *end = at < limit && *at == ',' ? ',' : '\n';
  if (at < limit && *at != *end) return NULL;
  *to = '\0';
  return at < limit ? at + 1 : at;
}

static size_t count(const char *text, char mark, const char *until) {
  size_t found = 0;
  for (; *text != '\0' && strchr(until, *text) == NULL; text++) found += *text == mark;
  return found;
}

static int refuse(char *message, size_t size, const char *path, size_t line, const char *what) {
  snprintf(message, size, "%s:%zu: %s", path, line, what);
  return -1;
}

int csv_read(const char *path, csv_table *table, char *message, size_t message_size) {
  size_t size = 0, line = 1, column = 0;
  memset(table, 0, sizeof *table);
  table->text = read_file(path, &size);
  if (table->text == NULL) {
    snprintf(message, message_size, "%s: %s", path, strerror(errno));
    return -1;
  }
  char *at = table->text, *limit = table->text + size;
  if (size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) at += 3; /* a byte order mark */
  table->columns = count(at, ',', "\r\n") + 1;
  size_t lines = count(at, '\n', "") + 1; /* at least as many as there are rows */
  table->names = calloc(table->columns, sizeof *table->names);
  const char **rows = calloc(lines * table->columns, sizeof *rows); /* row by row first */
  if (table->names == NULL || rows == NULL) {
    free(rows);
    return refuse(message, message_size, path, line, "out of memory");
  }
  while (at < limit || column > 0) { /* the second: an empty cell at the very end */
    char *field, end;
    at = next_field(at, limit, &field, &end);
    int wrong = at == NULL || column >= table->columns || (end == '\n' && column + 1 != table->columns);
    if (wrong && at != NULL && end == '\n' && column == 0 && *field == '\0') continue; /* an empty line */
    if (wrong) {
      free(rows);
      return refuse(message, message_size, path, line, at == NULL ? "a quote is not closed" : "a row is not as long as the header");
    }
    if (line == 1) table->names[column] = field;
    else rows[(line - 2) * table->columns + column] = *field == '\0' ? NULL : field;
    column = end == ',' ? column + 1 : 0;
    line += end == '\n';
  }
  table->rows = line < 2 ? 0 : line - 2;
  table->cells = calloc(table->columns * table->rows + 1, sizeof *table->cells);
  for (size_t row = 0; table->cells != NULL && row < table->rows; row++) {
    for (column = 0; column < table->columns; column++) table->cells[column * table->rows + row] = rows[row * table->columns + column];
  }
  free(rows);
  return table->cells == NULL ? refuse(message, message_size, path, line, "out of memory") : 0;
}

void csv_free(csv_table *table) {
  free(table->text);
  free((void *)table->names);
  free((void *)table->cells);
  memset(table, 0, sizeof *table);
}
