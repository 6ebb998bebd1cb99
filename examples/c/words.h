/* Days, amounts and JSON as text. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; -1 if the text is not one. */
int32_t days_of(const char *text);

/* The date of a day since 1970-01-01, as "2026-11-20". */
void date_of(int32_t days, char text[11]);

/* "1250.00": minor units with the decimals of the currency. */
void amount_of(int64_t minor, const char *currency, char text[32]);

/* A text that grows. `failed` is set when there was no memory; what is added afterwards is lost. */
typedef struct text {
  char *at;
  size_t len, room;
  int failed;
} text;

/* Adds to a text, as printf does; %s is for what needs no quotes. */
void add(text *to, const char *format, ...);

/* Adds a JSON string. */
void add_quoted(text *to, const char *value);

#endif
