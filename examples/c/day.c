/*
 * A day of a book: reads a folder of CSV files, runs the day, prints what a person has to do and how the book stands.
 *
 *   day <book folder> <YYYY-MM-DD> [policy.toml]
 *
 * Exit status: 0 done, 1 the input was refused (every problem is printed), 2 wrong usage.
 */
#include <ar_core.h>

#include "csv.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TABLES[] = {"customers", "items",   "payments",    "remittances", "allocations", "promises", "disputes",
                                     "plans",     "instalments", "notices", "replies",     "signals",     "fx_rates"};
static const char *const LISTS[] = {"aliases", "channels", "bank_accounts", "item_ids"};

/* Prints every problem of an error and frees it. */
static int complain(ar_error *error) {
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

/* Adds the table from its file, if the book has one. Every cell is handed over as text: the library reads numbers and days. */
static int add_table(ar_tables *tables, const char *folder, const char *table) {
  char path[4096], message[4400];
  csv_table csv;
  ar_error *error = NULL;
  int done = 0;
  snprintf(path, sizeof path, "%s/%s.csv", folder, table);
  FILE *probe = fopen(path, "rb");
  if (probe == NULL) return errno == ENOENT ? 0 : (fprintf(stderr, "%s: %s\n", path, strerror(errno)), -1);
  fclose(probe);
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

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; -1 if the text is not one. */
static int32_t days_of(const char *text) {
  int year, month, day, used = 0;
  static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || text[used] != '\0') return -1;
  if (year < 1970 || month < 1 || month > 12 || day < 1) return -1;
  int leap = month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
  if (day > (month == 12 ? 31 : before[month] - before[month - 1] + leap)) return -1;
  int past = year - (month <= 2); /* years whose leap day is over */
  return (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477 + before[month - 1] + day - 1;
}

static ar_policy *load_policy(const char *path) {
  ar_policy *policy = NULL;
  ar_error *error = NULL;
  if (path == NULL) {
    if (ar_policy_default(&policy, &error) != AR_STATUS_OK) complain(error);
    return policy;
  }
  char text[65536];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return NULL;
  }
  size_t size = fread(text, 1, sizeof text, file);
  int whole = feof(file) && !ferror(file);
  fclose(file);
  if (!whole) fprintf(stderr, "%s: cannot be read, or is too large\n", path);
  else if (ar_policy_from_toml(text, size, &policy, &error) != AR_STATUS_OK) complain(error);
  return policy;
}

/* "1250.00 EUR", with the decimals of the currency. */
static void print_amount(int64_t minor, const char *currency) {
  char whole[24];
  int decimals = (int)ar_currency_exponent(currency);
  uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor, unit = 1;
  for (int i = 0; i < decimals; i++) unit *= 10;
  snprintf(whole, sizeof whole, "%s%" PRIu64, minor < 0 ? "-" : "", size / unit);
  if (decimals > 0) printf("%*s.%0*" PRIu64 " %s", 14 - decimals, whole, decimals, size % unit, currency);
  else printf("%15s %s", whole, currency);
}

static int print_report(const ar_report *report) {
  const ar_worklist_row *work = NULL;
  const ar_decision *decisions = NULL;
  const ar_aging_row *aging = NULL;
  const ar_kpi *kpis = NULL;
  size_t work_len = 0, decisions_len = 0, aging_len = 0, kpis_len = 0, acted = 0;
  if (ar_report_worklist(report, &work, &work_len) != AR_STATUS_OK || ar_report_decisions(report, &decisions, &decisions_len) != AR_STATUS_OK ||
      ar_report_aging(report, &aging, &aging_len) != AR_STATUS_OK || ar_report_kpis(report, &kpis, &kpis_len) != AR_STATUS_OK) {
    return -1;
  }
  for (size_t i = 0; i < decisions_len; i++) acted += decisions[i].mode == AR_MODE_ACT;
  printf("%zu decisions: %zu done without a person, %zu ask.\n\nWorklist, best first:\n", decisions_len, acted, decisions_len - acted);
  for (size_t i = 0; i < work_len; i++) {
    printf("%4" PRId64 "  %-18s %-14s", work[i].rank, ar_action_name(work[i].action), work[i].customer_id != NULL ? work[i].customer_id : "(payer unknown)");
    print_amount(work[i].amount_minor, work[i].currency);
    printf("  %-12s %s\n", work[i].ask_role != NULL ? work[i].ask_role : "", work[i].why);
  }
  printf("\nOpen, by days past due:\n");
  for (size_t i = 0; i < aging_len; i++) {
    printf("  %-8s", aging[i].bucket);
    print_amount(aging[i].amount_minor, aging[i].currency);
    printf("  %" PRId64 " item(s)\n", aging[i].count);
  }
  printf("\nMeasures:\n");
  for (size_t i = 0; i < kpis_len; i++) {
    printf("  %-28s", kpis[i].name);
    if (isnan(kpis[i].value)) printf("%14s", "-");
    else printf("%14.4f", kpis[i].value);
    printf(" %s%s%s", kpis[i].unit, kpis[i].currency != NULL ? " " : "", kpis[i].currency != NULL ? kpis[i].currency : "");
    printf("%s%s\n", kpis[i].note != NULL ? "  " : "", kpis[i].note != NULL ? kpis[i].note : "");
  }
  return 0;
}

/* Why the first decision was made: the same text and data that the other languages give. */
static int print_first_explanation(const ar_report *report) {
  const ar_worklist_row *work = NULL;
  size_t work_len = 0;
  char *text = NULL;
  ar_error *error = NULL;
  if (ar_report_worklist(report, &work, &work_len) != AR_STATUS_OK) return -1;
  if (work_len == 0) return 0;
  if (ar_report_explain(report, work[0].decision_id, &text, NULL, &error) != AR_STATUS_OK) return complain(error);
  printf("\nThe first of them, explained:\n%s\n", text);
  ar_string_free(text);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4 || days_of(argv[2]) < 0) {
    fprintf(stderr, "usage: %s <book folder> <YYYY-MM-DD> [policy.toml]\n", argv[0]);
    return 2;
  }
  if (ar_abi_version() != AR_ABI_VERSION) {
    fprintf(stderr, "the library has another binary interface (%" PRIu32 ") than this program (%d)\n", ar_abi_version(), AR_ABI_VERSION);
    return 2;
  }
  ar_tables *tables = NULL;
  ar_ledger *ledger = NULL;
  ar_policy *policy = NULL;
  ar_report *report = NULL;
  ar_error *error = NULL;
  int done = ar_tables_new(&tables, &error) == AR_STATUS_OK ? 0 : complain(error);
  for (size_t i = 0; done == 0 && i < sizeof TABLES / sizeof *TABLES; i++) done = add_table(tables, argv[1], TABLES[i]);
  if (done == 0 && ar_ledger_new(tables, &ledger, &error) != AR_STATUS_OK) done = complain(error);
  if (done == 0 && (policy = load_policy(argc == 4 ? argv[3] : NULL)) == NULL) done = -1;
  if (done == 0 && ar_run(ledger, policy, NULL, days_of(argv[2]), &report, &error) != AR_STATUS_OK) done = complain(error);
  if (done == 0) done = print_report(report);
  if (done == 0) done = print_first_explanation(report);
  ar_report_free(report);
  ar_policy_free(policy);
  ar_ledger_free(ledger);
  ar_tables_free(tables);
  return done == 0 ? 0 : 1;
}
