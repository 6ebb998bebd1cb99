/* Reads the days that the suite wrote, and loads each through the library: every array is on the heap and just as long as it is said. */
#include "days.h"
#include <string.h>

size_t plant_too_long = 0;

void done(ar_status status, ar_error *error, const char *what) {
  if (status == AR_STATUS_OK) return;
  fprintf(stderr, "%s: %s: %s\n", what, ar_status_name(status), error ? ar_error_message(error) : "no message");
  exit(1);
}

Days days_open(const char *path) {
  Days days = {NULL, 0, 0};
  FILE *file = fopen(path, "rb");
  MUST(file && fseek(file, 0, SEEK_END) == 0);
  long len = ftell(file);
  MUST(len >= 0 && fseek(file, 0, SEEK_SET) == 0);
  days.len = (size_t)len;
  days.text = malloc(days.len + 1);
  MUST(days.text && fread(days.text, 1, days.len, file) == days.len);
  days.text[days.len] = 0;
  fclose(file);
  return days;
}

void days_close(Days *days) { free(days->text); }

/* A number and the one character behind it. */
static int64_t number(Days *days) {
  char *end;
  long long value = strtoll(days->text + days->at, &end, 10);
  MUST(end != days->text + days->at && *end);
  days->at = (size_t)(end - days->text) + 1;
  return value;
}

/* A text with its length before it, "5:hello\n"; NULL for "-\n". */
static const char *cell(Days *days, size_t *len) {
  *len = 0;
  if (days->text[days->at] == '-') {
    days->at += 2;
    return NULL;
  }
  *len = (size_t)number(days);
  const char *text = days->text + days->at;
  days->at += *len + 1;
  MUST(days->at <= days->len);
  return text;
}

static char *copied(Days *days) {
  size_t len;
  const char *text = cell(days, &len);
  MUST(text);
  char *copy = malloc(len + 1);
  MUST(copy);
  memcpy(copy, text, len);
  copy[len] = 0;
  return copy;
}

static void *array(size_t len, size_t size) {
  void *values = malloc(len * size + (len == 0));
  MUST(values);
  return values;
}

/* Texts on the heap, each without a NUL. */
static void texts(Days *days, size_t len, const char **values, size_t *lens) {
  for (size_t at = 0; at < len; at++) {
    const char *text = cell(days, &lens[at]);
    char *copy = text ? array(lens[at], 1) : NULL;
    if (text) memcpy(copy, text, lens[at]);
    values[at] = copy;
  }
}

static void free_texts(const char **values, size_t *lens, size_t len) {
  for (size_t at = 0; at < len; at++) free((void *)values[at]);
  free(values);
  free(lens);
}

static void text_column(Days *days, ar_tables *tables, const char *table, const char *column, size_t len) {
  ar_error *error = NULL;
  const char **values = array(len, sizeof *values);
  size_t *lens = array(len, sizeof *lens);
  texts(days, len, values, lens);
  done(ar_tables_add_text_column(tables, table, column, values, lens, len, &error), error, column);
  free_texts(values, lens, len);
}

static void list_column(Days *days, ar_tables *tables, const char *table, const char *column, size_t len) {
  ar_error *error = NULL;
  size_t values_len = (size_t)number(days);
  const char **values = array(values_len, sizeof *values);
  size_t *lens = array(values_len, sizeof *lens), *ends = array(len, sizeof *ends);
  uint8_t *valid = array(len, 1);
  texts(days, values_len, values, lens);
  for (size_t at = 0; at < len; at++) {
    int64_t end = number(days);
    ends[at] = (size_t)(end < 0 ? -end - 1 : end);
    valid[at] = end >= 0;
  }
  done(ar_tables_add_list_column(tables, table, column, values, lens, values_len, ends, valid, len, &error), error, column);
  free_texts(values, lens, values_len);
  free(ends);
  free(valid);
}

/* Numbers of the kinds i (int64), d (double, as the bits of one) and b (truth). */
static void number_column(Days *days, ar_tables *tables, const char *table, const char *column, char kind, size_t len) {
  ar_error *error = NULL;
  ar_status status;
  int64_t *values = array(len, sizeof *values);
  uint8_t *bytes = array(len, 1), *valid = array(len, 1);
  for (size_t at = 0; at < len; at++) {
    valid[at] = days->text[days->at] != '-' || days->text[days->at + 1] != '\n';
    if (valid[at]) values[at] = number(days);
    else values[at] = 0, days->at += 2;
    bytes[at] = values[at] != 0;
  }
  if (kind == 'i') status = ar_tables_add_int64_column(tables, table, column, values, valid, len + plant_too_long, &error);
  else if (kind == 'd') {
    double *doubles = array(len, sizeof *doubles);
    memcpy(doubles, values, len * sizeof *doubles);
    status = ar_tables_add_double_column(tables, table, column, doubles, valid, len, &error);
    free(doubles);
  } else status = ar_tables_add_bool_column(tables, table, column, bytes, valid, len, &error);
  done(status, error, column);
  free(values);
  free(bytes);
  free(valid);
}

static ar_tables *read_tables(Days *days) {
  ar_tables *tables = NULL;
  ar_error *error = NULL;
  done(ar_tables_new(&tables, &error), error, "tables");
  while (days->text[days->at] == 'c') {
    days->at += 2;
    char *table = copied(days), *column = copied(days), kind = days->text[days->at];
    days->at += 2;
    size_t len = (size_t)number(days);
    if (kind == 't') text_column(days, tables, table, column, len);
    else if (kind == 'l') list_column(days, tables, table, column, len);
    else number_column(days, tables, table, column, kind, len);
    free(table);
    free(column);
  }
  return tables;
}

int days_next(Days *days, Day *day) {
  ar_error *error = NULL;
  if (days->at >= days->len) return 0;
  day->name = copied(days);
  day->as_of_days = (int32_t)number(days);
  day->ledger = NULL;
  day->policy = NULL;
  day->models = NULL;
  char *policy = copied(days), *events = copied(days);
  day->customers_len = (size_t)number(days);
  day->customers = day->customers_len ? array(day->customers_len, sizeof *day->customers) : NULL;
  for (size_t at = 0; at < day->customers_len; at++) day->customers[at] = copied(days);
  ar_tables *books = read_tables(days), *of_models;
  MUST(days->text[days->at] == 'm');
  days->at += 2;
  of_models = read_tables(days);
  MUST(days->text[days->at] == '.');
  days->at += 2;
  done(ar_ledger_new(books, &day->ledger, &error), error, day->name);
  done(ar_ledger_apply_json(day->ledger, events, strlen(events), &error), error, day->name);
  if (policy[0]) done(ar_policy_from_toml(policy, strlen(policy), &day->policy, &error), error, day->name);
  else done(ar_policy_default(&day->policy, &error), error, day->name);
  done(ar_models_fit_on(day->ledger, day->as_of_days, of_models, &day->models, &error), error, day->name);
  ar_tables_free(of_models);
  ar_tables_free(books);
  free(policy);
  free(events);
  return 1;
}

void days_find(Days *days, const char *name, Day *day) {
  while (days_next(days, day)) {
    if (strcmp(day->name, name) == 0) return;
    day_free(day);
  }
  fprintf(stderr, "no day is called %s\n", name);
  exit(1);
}

ar_status day_run(const Day *day, const ar_ledger *ledger, const ar_models *models, ar_report **out, ar_error **error) {
  if (!day->customers) return ar_run(ledger, day->policy, models, day->as_of_days, out, error);
  return ar_run_for(ledger, day->policy, models, day->as_of_days, (const char *const *)day->customers, day->customers_len, out, error);
}

void day_free(Day *day) {
  for (size_t at = 0; at < day->customers_len; at++) free(day->customers[at]);
  free(day->customers);
  ar_models_free(day->models);
  ar_policy_free(day->policy);
  ar_ledger_free(day->ledger);
  free(day->name);
}
