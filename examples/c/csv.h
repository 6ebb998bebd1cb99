/* A small reader of CSV files (RFC 4180): the whole file in memory, the cells column by column. */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>

typedef struct csv_table {
  char *text;           /* the file; names and cells point into it */
  size_t columns, rows; /* rows without the header */
  const char **names;   /* one a column */
  const char **cells;   /* the cells of column c start at cells + c * rows; NULL is an empty cell */
} csv_table;

/* Reads a file. Returns 0, or -1 and a sentence in `message`. Free the table in both cases. */
int csv_read(const char *path, csv_table *table, char *message, size_t message_size);

/* The whole file, ended by NUL; NULL if it cannot be read. To be freed with free. */
char *read_file(const char *path, size_t *size);

void csv_free(csv_table *table);

#endif
