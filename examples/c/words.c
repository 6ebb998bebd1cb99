#include "words.h"

#include <ar_core.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int32_t days_of(const char *text) {
  int year, month, day, used = 0;
  static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || text[used] != '\0') return -1;
  if (year < 1970 || month < 1 || month > 12 || day < 1) return -1;
  int leap = month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
  if (day > (month == 12 ? 31 : before[month] - before[month - 1] + leap)) return -1;
  int past = year - (month <= 2); /* years whose leap day is over */
  return (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477 + before[month - 1] + day - 1;
}

void date_of(int32_t days, char text[11]) {
  int year = 1970 + days / 366, month = 1;
  char first[32];
  do snprintf(first, sizeof first, "%04d-01-01", ++year); while (days_of(first) <= days);
  year--;
  do snprintf(first, sizeof first, "%04d-%02d-01", year, ++month); while (month <= 12 && days_of(first) <= days);
  month--;
  snprintf(first, sizeof first, "%04d-%02d-01", year, month);
  unsigned day = (unsigned)(days - days_of(first) + 1);
  snprintf(text, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, day % 100);
}

void amount_of(int64_t minor, const char *currency, char text[32]) {
  int decimals = (int)ar_currency_exponent(currency);
  uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
  char *at = text + 31;
  *at = '\0';
  for (int digit = 0; digit <= decimals || size > 0; digit++, size /= 10) {
    *--at = (char)('0' + size % 10);
    if (digit + 1 == decimals) *--at = '.';
  }
  if (minor < 0) *--at = '-';
  memmove(text, at, strlen(at) + 1);
}

void add(text *to, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int more = vsnprintf(NULL, 0, format, values);
  va_end(values);
  if (more < 0) to->failed = 1;
  if (!to->failed && to->room - to->len <= (size_t)more) {
    size_t room = (to->len + (size_t)more) * 2 + 64;
    char *grown = realloc(to->at, room);
    if (grown == NULL) to->failed = 1;
    else to->at = grown, to->room = room;
  }
  if (to->failed) return;
  va_start(values, format);
  vsnprintf(to->at + to->len, to->room - to->len, format, values);
  va_end(values);
  to->len += (size_t)more;
}

void add_quoted(text *to, const char *value) {
  add(to, "\"");
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\') add(to, "\\%c", *value);
    else if ((unsigned char)*value < 0x20) add(to, "\\u%04x", (unsigned)*value);
    else add(to, "%c", *value);
  }
  add(to, "\"");
}
