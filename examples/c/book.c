#include "book.h"
#include "csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TABLES[] = {"customers", "items",   "payments",    "remittances", "allocations", "promises", "disputes",
                                     "plans",     "instalments", "notices", "replies",     "signals",     "fx_rates"};
static const char *const LISTS[] = {"aliases", "channels", "bank_accounts", "item_ids"};

int complain(ar_error *error) {
  size_t problems = ar_error_problems_len(error);
  fprintf(stderr, "refused: %s, %" PRIu64 " problem(s)\n", ar_status_name(ar_error_code(error)), ar_error_problems_total(error));
  for (size_t i = 0; i < problems; i++) {
    const ar_problem *problem = ar_error_problem(error, i);
    fprintf(stderr, "  %s", problem->table);
    if (problem->row >= 0) fprintf(stderr, " row %" PRId64, problem->row);
    if (problem->column != NULL) fprintf(stderr, " column %s", problem->column);
    fprintf(stderr, ": %s (%s)\n", problem->message, ar_problem_code_name(problem->code));
  }
  if (problems == 0) fprintf(stderr, "  %s\n", ar_error_message(error));
  ar_error_free(error);
  return -1;
}

static int is_list(const char *column) {
  for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
    if (strcmp(LISTS[i], column) == 0) return 1;
  }
  return 0;
}

/* Adds a column whose cells are lists: "ACME;Acme Ltd". An empty cell is null. */
static int add_list(ar_tables *tables, const char *table, const char *column, const char *const *cells, size_t rows) {
  size_t parts = 0, used = 0;
  for (size_t row = 0; row < rows; row++) {
    for (const char *at = cells[row]; at != NULL; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL) parts++;
  }
  const char **values = calloc(parts + 1, sizeof *values);
  size_t *lens = calloc(parts + 1, sizeof *lens), *ends = calloc(rows + 1, sizeof *ends);
  uint8_t *valid = calloc(rows + 1, sizeof *valid);
  ar_error *error = NULL;
  int done = -1;
  if (values == NULL || lens == NULL || ends == NULL || valid == NULL) {
    fprintf(stderr, "out of memory\n");
  } else {
    for (size_t row = 0; row < rows; row++) {
      for (const char *at = cells[row]; at != NULL; used++) {
        const char *next = strchr(at, ';');
        values[used] = at;
        lens[used] = next != NULL ? (size_t)(next - at) : strlen(at);
        at = next != NULL ? next + 1 : NULL;
      }
      valid[row] = cells[row] != NULL;
      ends[row] = used;
    }
    done = ar_tables_add_list_column(tables, table, column, values, lens, used, ends, valid, rows, &error) == AR_STATUS_OK ? 0 : complain(error);
  }
  free((void *)values);
  free(lens);
  free(ends);
  free(valid);
  return done;
}

/* Whether there is a file: 1, 0, or -1 if it cannot be opened, which is printed. */
static int exists(const char *path) {
  FILE *probe = fopen(path, "rb");
  if (probe != NULL) {
    fclose(probe);
    return 1;
  }
  if (errno == ENOENT) return 0;
  fprintf(stderr, "%s: %s\n", path, strerror(errno));
  return -1;
}

/* Adds the table from its file, if the book has one. Every cell is handed over as text: the library reads numbers and days. */
static int add_table(ar_tables *tables, const char *folder, const char *table) {
  char path[4096], message[4400];
  csv_table csv;
  ar_error *error = NULL;
  int done = 0;
  snprintf(path, sizeof path, "%s/%s.csv", folder, table);
  int there = exists(path);
  if (there <= 0) return there;
  if (csv_read(path, &csv, message, sizeof message) != 0) {
    fprintf(stderr, "%s\n", message);
    done = -1;
  }
  for (size_t i = 0; done == 0 && i < csv.columns; i++) {
    const char *const *cells = csv.cells + i * csv.rows;
    if (is_list(csv.names[i])) {
      done = add_list(tables, table, csv.names[i], cells, csv.rows);
    } else if (ar_tables_add_text_column(tables, table, csv.names[i], cells, NULL, csv.rows, &error) != AR_STATUS_OK) {
      done = complain(error);
    }
  }
  csv_free(&csv);
  return done;
}

ar_ledger *load_ledger(const char *folder) {
  ar_tables *tables = NULL;
  ar_ledger *ledger = NULL;
  ar_error *error = NULL;
  int done = ar_tables_new(&tables, &error) == AR_STATUS_OK ? 0 : complain(error);
  for (size_t i = 0; done == 0 && i < sizeof TABLES / sizeof *TABLES; i++) done = add_table(tables, folder, TABLES[i]);
  if (done == 0 && ar_ledger_new(tables, &ledger, &error) != AR_STATUS_OK) complain(error);
  ar_tables_free(tables);
  return ledger;
}

ar_policy *load_policy(const char *folder) {
  char path[4096];
  ar_policy *policy = NULL;
  ar_error *error = NULL;
  size_t size = 0;
  snprintf(path, sizeof path, "%s/policy.toml", folder);
  int there = exists(path);
  if (there < 0) return NULL;
  if (there == 0) {
    if (ar_policy_default(&policy, &error) != AR_STATUS_OK) complain(error);
    return policy;
  }
  char *text = read_file(path, &size);
  if (text == NULL) fprintf(stderr, "%s: cannot be read\n", path);
  else if (ar_policy_from_toml(text, size, &policy, &error) != AR_STATUS_OK) complain(error);
  free(text);
  return policy;
}
