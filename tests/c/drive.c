/* Drives the library as a host does, for tools that watch: valgrind, strace, sanitizers of C. The suite starts it (tests/suite/abi).
 *
 *   drive days FILE              every day of FILE: run, read all of the report, print its name, hash and length
 *   drive freed|leak|long FILE   the same for one day, with a fault of the host planted that a tool must see
 *   drive calls FILE DAY         the calls of a day between two marks on stdout, for a tool that lists system calls
 */
#include "days.h"
#include <string.h>
#include <unistd.h>

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *bytes, size_t len) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t at = 0; at < len; at++) hash = (hash ^ (uint8_t)bytes[at]) * 0x100000001b3u;
  return hash;
}

static size_t touched;

/* Reads every byte of a text. */
static void touch(const char *text) {
  if (text) touched += strlen(text);
}

static void touch_reasons(const ar_reason *reasons, size_t len) {
  for (size_t at = 0; at < len; at++) touched += reasons[at].code + reasons[at].unit + (reasons[at].observed > reasons[at].limit);
}

static void touch_list(const char *const *texts, size_t len) {
  for (size_t at = 0; at < len; at++) touch(texts[at]);
}

/* Reads the bytes of a buffer. */
static void touch_bytes(const void *bytes, size_t len) {
  for (size_t at = 0; at < len; at++) touched += ((const uint8_t *)bytes)[at];
}

/* Reads every buffer of an array to its end, as its format says how long it is. */
static void read_array(const struct ArrowSchema *schema, const struct ArrowArray *array) {
  const char *format = schema->format;
  size_t slots = (size_t)(array->length + array->offset);
  touch(schema->name);
  if (array->n_buffers > 0 && array->buffers[0]) touch_bytes(array->buffers[0], (slots + 7) / 8);
  if (strcmp(format, "u") == 0 || strcmp(format, "+l") == 0) {
    const int32_t *offsets = array->buffers[1];
    touch_bytes(offsets, (slots + 1) * sizeof *offsets);
    if (format[0] == 'u') touch_bytes(array->buffers[2], (size_t)offsets[slots]);
  } else if (strcmp(format, "b") == 0) touch_bytes(array->buffers[1], (slots + 7) / 8);
  else if (format[0] != '+') {
    size_t width = strcmp(format, "l") == 0 || strcmp(format, "g") == 0 ? 8 : strcmp(format, "tdD") == 0 || strcmp(format, "i") == 0 ? 4 : format[0] == 'd' ? 16 : 0;
    if (!width) fprintf(stderr, "the format %s is not read\n", format), exit(1);
    touch_bytes(array->buffers[1], slots * width);
  }
  MUST(schema->n_children == array->n_children);
  for (int64_t at = 0; at < array->n_children; at++) read_array(schema->children[at], array->children[at]);
}

static void read_stream(struct ArrowArrayStream *stream) {
  struct ArrowSchema schema;
  MUST(stream->get_schema(stream, &schema) == 0);
  for (;;) {
    struct ArrowArray batch;
    MUST(stream->get_next(stream, &batch) == 0);
    if (!batch.release) break;
    read_array(&schema, &batch);
    batch.release(&batch);
  }
  schema.release(&schema);
  stream->release(stream);
}

static void read_rows(const ar_report *report) {
  const ar_decision *decisions;
  const ar_worklist_row *work;
  const ar_allocation *allocations;
  const ar_payment *payments;
  const ar_aging_row *aging;
  const ar_kpi *kpis;
  const ar_score *scores;
  const ar_forecast_day *forecast;
  const ar_escalation *escalations;
  size_t n;
  done(ar_report_decisions(report, &decisions, &n), NULL, "decisions");
  for (size_t at = 0; at < n; at++) {
    const ar_decision *row = &decisions[at];
    touch(row->decision_id), touch(row->customer_id), touch(row->currency), touch(row->ask_role), touch(row->params);
    touch_list(row->item_ids, row->item_ids_len), touch_list(row->evidence, row->evidence_len), touch_reasons(row->reasons, row->reasons_len);
    touched += (row->amount_minor > row->priority) + (row->propensity > 0.5) + (size_t)(row->level + row->mode + row->action) + (row->expires_on > 0);
  }
  done(ar_report_worklist(report, &work, &n), NULL, "worklist");
  for (size_t at = 0; at < n; at++) {
    const ar_worklist_row *row = &work[at];
    touch(row->decision_id), touch(row->customer_id), touch(row->currency), touch(row->ask_role), touch(row->person), touch(row->why), touch(row->context);
    touched += (row->rank > row->minutes) + (row->amount_minor > row->expected_value_minor) + row->today + row->action;
  }
  done(ar_report_allocations(report, &allocations, &n), NULL, "allocations");
  for (size_t at = 0; at < n; at++) {
    const ar_allocation *row = &allocations[at];
    touch(row->payment_id), touch(row->item_id), touch(row->currency), touch(row->item_currency), touch(row->kind), touch(row->decision_id);
    touched += (row->amount_minor > row->item_amount_minor) + row->status;
  }
  done(ar_report_payments(report, &payments, &n), NULL, "payments");
  for (size_t at = 0; at < n; at++) {
    const ar_payment *row = &payments[at];
    touch(row->payment_id), touch(row->customer_id), touch(row->currency), touch(row->certificate), touch(row->decision_id);
    touch_reasons(row->reasons, row->reasons_len);
    touched += (row->amount_minor > row->unapplied_minor) + (row->confidence > 0.5) + row->status;
  }
  done(ar_report_aging(report, &aging, &n), NULL, "aging");
  for (size_t at = 0; at < n; at++) touch(aging[at].bucket), touch(aging[at].currency), touched += aging[at].amount_minor > aging[at].count;
  done(ar_report_kpis(report, &kpis, &n), NULL, "kpis");
  for (size_t at = 0; at < n; at++) {
    touch(kpis[at].name), touch(kpis[at].unit), touch(kpis[at].currency), touch(kpis[at].formula), touch(kpis[at].version), touch(kpis[at].note);
    touched += kpis[at].value > 1;
  }
  done(ar_report_scores(report, &scores, &n), NULL, "scores");
  for (size_t at = 0; at < n; at++) {
    const ar_score *row = &scores[at];
    touch(row->item_id), touch(row->customer_id), touch(row->currency), touch(row->class_name), touch(row->counterfactual);
    touch_reasons(row->reasons, row->reasons_len);
    touched += (row->open_amount_minor > row->priority) + (row->p_late > row->p_late_30) + (row->p_default > 0.5) + (row->days_late > 0);
    touched += (row->expected_on > row->median_on) + (row->q10_on > row->q90_on);
  }
  done(ar_report_forecast(report, &forecast, &n), NULL, "forecast");
  for (size_t at = 0; at < n; at++) {
    const ar_forecast_day *row = &forecast[at];
    touch(row->currency), touch(row->line);
    touched += (row->expected_minor > row->lo80_minor) + (row->hi80_minor > row->lo95_minor) + (row->hi95_minor > row->on);
  }
  done(ar_report_escalations(report, &escalations, &n), NULL, "escalations");
  for (size_t at = 0; at < n; at++) {
    const ar_escalation *row = &escalations[at];
    touch(row->decision_id), touch(row->question), touch(row->customer_id), touch(row->segment), touch(row->currency), touch(row->role);
    touch(row->person), touch(row->why), touch(row->unanswered), touch(row->alternatives), touch(row->params), touch(row->context);
    touched += (row->rank > row->confidence_ppm) + (row->amount_minor > row->asked_on) + (row->answer_by > row->expires_on) + row->action;
  }
}

static void read_texts(const Day *day, const ar_report *report) {
  const ar_decision *decisions;
  size_t n;
  char *text = NULL;
  ar_error *error = NULL;
  done(ar_report_decisions(report, &decisions, &n), NULL, "decisions");
  for (size_t at = 0; at < n; at++) {
    done(ar_report_explain(report, decisions[at].decision_id, &text, NULL, &error), error, day->name);
    touch(text);
    ar_string_free(text);
    if (!decisions[at].customer_id || at > 0) continue;
    done(ar_report_why_not(report, "send_notice", decisions[at].customer_id, &text, NULL, &error), error, day->name);
    touch(text);
    ar_string_free(text);
    /* The first notice of a report compiles all texts: one day in so many is enough. */
    static size_t days;
    if (days++ % 16) continue;
    static const char style[] = "{\"sender\":{\"name\":\"Northgate\",\"email\":\"ar@northgate.example\"}}";
    if (ar_write_notice(report, decisions[at].decision_id, style, sizeof style - 1, NULL, 0, &text, NULL, &error) == AR_STATUS_OK) {
      touch(text);
      ar_string_free(text);
    }
    ar_error_free(error);
    error = NULL;
  }
}

static void read_chain(const Day *day, const ar_report *report) {
  ar_error *error = NULL;
  ar_audit_log *log = NULL;
  ar_breaks *breaks = NULL;
  struct ArrowArrayStream stream;
  const ar_break *rows;
  size_t n;
  done(ar_audit_log_new(0, NULL, &log, &error), error, day->name);
  done(ar_audit_log_append_report(log, report, &error), error, day->name);
  done(ar_audit_log_verify(log, 0, NULL, &breaks, &error), error, day->name);
  done(ar_breaks_rows(breaks, &rows, &n), NULL, day->name);
  MUST(n == 0);
  done(ar_audit_log_search(log, "{}", 2, &stream, &error), error, day->name);
  read_stream(&stream);
  ar_breaks_free(breaks);
  ar_audit_log_free(log);
}

/* The books of the day through bytes and back. */
static ar_ledger *restored(const Day *day) {
  uint8_t *bytes = NULL;
  size_t len = 0;
  ar_ledger *ledger = NULL;
  ar_error *error = NULL;
  done(ar_ledger_to_bytes(day->ledger, &bytes, &len, &error), error, day->name);
  done(ar_ledger_from_bytes(bytes, len, &ledger, &error), error, day->name);
  ar_bytes_free(bytes, len);
  return ledger;
}

/* Runs the day, or that of the customers whom it names, on restored books, and reads all that there is of it. */
static ar_report *report_of(const Day *day) {
  ar_report *report = NULL;
  ar_error *error = NULL;
  ar_ledger *ledger = restored(day);
  done(day_run(day, ledger, day->models, &report, &error), error, day->name);
  ar_ledger_free(ledger);
  read_rows(report);
  read_texts(day, report);
  for (ar_part part = AR_PART_ALLOCATIONS; ar_part_name(part); part++) {
    struct ArrowArrayStream stream;
    done(ar_report_stream(report, part, &stream, &error), error, day->name);
    read_stream(&stream);
  }
  read_chain(day, report);
  return report;
}

static void every_day(Days *days) {
  Day day;
  while (days_next(days, &day)) {
    const char *json;
    size_t len;
    ar_report *report = report_of(&day);
    done(ar_report_json(report, &json, &len), NULL, day.name);
    printf("%s %016llx %zu\n", day.name, (unsigned long long)hash(json, len), len);
    ar_report_free(report);
    day_free(&day);
  }
  MUST(touched > 0);
}

static void planted(const char *fault, Days *days) {
  Day day;
  const ar_kpi *kpis;
  size_t n;
  plant_too_long = strcmp(fault, "long") == 0 ? 4 : 0;
  while (days_next(days, &day)) {
    ar_report *report = report_of(&day);
    done(ar_report_kpis(report, &kpis, &n), NULL, day.name);
    MUST(n > 0);
    if (strcmp(fault, "leak") != 0) ar_report_free(report);
    if (strcmp(fault, "freed") == 0) touch(kpis[0].name);
    day_free(&day);
  }
  printf("%zu\n", touched);
}

static void calls(Days *days, const char *name) {
  Day day;
  days_find(days, name, &day);
  day_free(&day);
  days->at = 0;
  MUST(write(STDOUT_FILENO, "the calls begin\n", 16) == 16);
  days_find(days, name, &day);
  ar_report *report = report_of(&day);
  const char *json;
  done(ar_report_json(report, &json, NULL), NULL, day.name);
  ar_report_free(report);
  day_free(&day);
  MUST(write(STDOUT_FILENO, "the calls end\n", 14) == 14);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: drive days|freed|leak|long FILE, or drive calls FILE DAY\n");
    return 2;
  }
  Days days = days_open(argv[2]);
  if (strcmp(argv[1], "days") == 0) every_day(&days);
  else if (strcmp(argv[1], "calls") == 0 && argc > 3) calls(&days, argv[3]);
  else planted(argv[1], &days);
  days_close(&days);
  return 0;
}
