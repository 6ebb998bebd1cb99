#include "show.h"
#include "book.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *or_empty(const char *text, const char *otherwise) { return text != NULL ? text : otherwise; }

int show_report(const ar_report *report, int32_t as_of_days) {
  const ar_worklist_row *work = NULL;
  const ar_decision *decisions = NULL;
  const ar_aging_row *aging = NULL;
  const ar_kpi *kpis = NULL;
  size_t work_len = 0, decisions_len = 0, aging_len = 0, kpis_len = 0, acted = 0;
  char on[11], amount[32];
  if (ar_report_worklist(report, &work, &work_len) != AR_STATUS_OK || ar_report_decisions(report, &decisions, &decisions_len) != AR_STATUS_OK ||
      ar_report_aging(report, &aging, &aging_len) != AR_STATUS_OK || ar_report_kpis(report, &kpis, &kpis_len) != AR_STATUS_OK) {
    return -1;
  }
  date_of(as_of_days, on);
  for (size_t i = 0; i < decisions_len; i++) acted += decisions[i].mode == AR_MODE_ACT;
  printf("%s: %zu decisions, %zu without a person, %zu for people\n\nWorklist, best first:\n", on, decisions_len, acted, decisions_len - acted);
  for (size_t i = 0; i < work_len; i++) {
    amount_of(work[i].amount_minor, work[i].currency, amount);
    printf("%4" PRId64 "  %s  %-18s %-10s %14s %s  %-16s %s\n", work[i].rank, work[i].decision_id, ar_action_name(work[i].action), or_empty(work[i].customer_id, "?"),
           amount, work[i].currency, or_empty(work[i].ask_role, "anybody"), work[i].why);
  }
  printf("\nOpen, by days past due:\n");
  for (size_t i = 0; i < aging_len; i++) {
    amount_of(aging[i].amount_minor, aging[i].currency, amount);
    printf("  %-8s %14s %s  %" PRId64 " item(s)\n", aging[i].bucket, amount, aging[i].currency, aging[i].count);
  }
  printf("\nMeasures:\n");
  for (size_t i = 0; i < kpis_len; i++) {
    if (isnan(kpis[i].value)) continue; /* not defined for this book */
    printf("  %-28s %14.4f %s %s %s\n", kpis[i].name, kpis[i].value, kpis[i].unit, or_empty(kpis[i].currency, "-"), or_empty(kpis[i].note, "-"));
  }
  printf("\n");
  return 0;
}

int show_explanation(const ar_report *report, const char *decision_id) {
  char *text = NULL;
  ar_error *error = NULL;
  if (ar_report_explain(report, decision_id, &text, NULL, &error) != AR_STATUS_OK) return complain(error);
  printf("Why %s:\n%s\n\n", decision_id, text);
  ar_string_free(text);
  return 0;
}

/* The place of a column of a stream, if it is of this Arrow format; -1 if there is none. */
static int64_t column_of(const struct ArrowSchema *schema, const char *name, const char *format) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (strcmp(schema->children[i]->name, name) == 0) return strcmp(schema->children[i]->format, format) == 0 ? i : -1;
  }
  return -1;
}

/* Prints the columns `seq` and `kind` of every batch of a stream: this is how Arrow is read without a library for it. */
static int show_entries(struct ArrowArrayStream *stream) {
  struct ArrowSchema schema;
  struct ArrowArray batch;
  if (stream->get_schema(stream, &schema) != 0) return -1;
  int64_t seq = column_of(&schema, "seq", "l"), kind = column_of(&schema, "kind", "u");
  schema.release(&schema);
  while (seq >= 0 && kind >= 0) {
    if (stream->get_next(stream, &batch) != 0) return -1;
    if (batch.release == NULL) return 0; /* the end of the stream */
    const struct ArrowArray *seqs = batch.children[seq], *kinds = batch.children[kind];
    const int64_t *numbers = (const int64_t *)seqs->buffers[1] + seqs->offset;
    const int32_t *ends = (const int32_t *)kinds->buffers[1] + kinds->offset;
    const char *bytes = kinds->buffers[2];
    for (int64_t row = 0; row < batch.length; row++) {
      printf("%6" PRId64 "  %.*s\n", numbers[row], (int)(ends[row + 1] - ends[row]), bytes + ends[row]);
    }
    batch.release(&batch);
  }
  return -1;
}

int show_log(const ar_audit_log *log, const char *decision_id) {
  struct ArrowArrayStream found;
  ar_breaks *breaks = NULL;
  const ar_break *rows = NULL;
  size_t rows_len = 0;
  char *digest = NULL, filter[160];
  int64_t len = 0;
  ar_error *error = NULL;
  /* The head is kept elsewhere: with it a later verification finds that entries were cut off. */
  if (ar_audit_log_head(log, &len, &digest, &error) != AR_STATUS_OK) return complain(error);
  int done = ar_audit_log_verify(log, len, digest, &breaks, &error) == AR_STATUS_OK ? 0 : complain(error);
  if (done == 0) done = ar_breaks_rows(breaks, &rows, &rows_len) == AR_STATUS_OK ? 0 : -1;
  if (done == 0) printf("Audit log: %" PRId64 " entries, %s, head %s\n", len, rows_len == 0 ? "whole" : "BROKEN", digest);
  for (size_t i = 0; i < rows_len; i++) printf("  entry %" PRId64 ": %s\n", rows[i].seq, rows[i].message);
  ar_breaks_free(breaks);
  ar_string_free(digest);
  if (done != 0 || decision_id == NULL) return done;
  snprintf(filter, sizeof filter, "{\"decision_id\": \"%s\"}", decision_id);
  if (ar_audit_log_search(log, filter, strlen(filter), &found, &error) != AR_STATUS_OK) return complain(error);
  printf("What it says of %s:\n", decision_id);
  done = show_entries(&found);
  found.release(&found);
  if (done != 0) fprintf(stderr, "the entries of the log cannot be read\n");
  return done;
}
