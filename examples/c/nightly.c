/*
 * A night of a host: reads a book, runs the day, shows what people have to do, reports what was done without them, hears their
 * answers, and shows the next day.
 *
 *   nightly <book folder> <YYYY-MM-DD> [answers.json]
 *
 * answers.json: a JSON array of what happened since, such as approvals, payments, promises (the list is in the documentation).
 * Exit status: 0 done, 1 the input was refused (every problem is printed), 2 wrong usage.
 */
#include "book.h"
#include "csv.h"
#include "outbox.h"
#include "show.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that lives from one day to the next. A host keeps it in its database. */
typedef struct host {
  ar_ledger *ledger;
  ar_policy *policy;
  ar_audit_log *log;
} host;

/* Moves the books on by events, and writes them into the log. All of them, or none. */
static int hear(host *host, const char *events, size_t len) {
  ar_error *error = NULL;
  if (ar_ledger_apply_json(host->ledger, events, len, &error) != AR_STATUS_OK) return complain(error);
  if (ar_audit_log_append_events(host->log, events, len, host->ledger, &error) != AR_STATUS_OK) return complain(error);
  return 0;
}

/* Runs a day, shows it, and logs it. The report is to be freed, also after -1. */
static int run_day(host *host, int32_t as_of_days, ar_report **report) {
  ar_error *error = NULL;
  if (ar_run(host->ledger, host->policy, NULL, as_of_days, report, &error) != AR_STATUS_OK) return complain(error);
  if (ar_audit_log_append_report(host->log, *report, &error) != AR_STATUS_OK) return complain(error);
  return show_report(*report, as_of_days);
}

/* Does what needs no person, and reports it. */
static int act(host *host, const ar_report *report, int32_t as_of_days) {
  text events = {0};
  size_t done = 0, left = 0;
  int status = carry_out(report, as_of_days, &events, &done, &left);
  if (status == 0) status = hear(host, events.at, events.len);
  if (status == 0) printf("Done without a person: %zu; not done by this program: %zu\n", done, left);
  free(events.at);
  return status;
}

static int answer(host *host, const char *path) {
  size_t size = 0;
  char *events = path != NULL ? read_file(path, &size) : NULL;
  if (path != NULL && events == NULL) {
    fprintf(stderr, "%s: cannot be read\n", path);
    return -1;
  }
  int status = events != NULL ? hear(host, events, size) : 0;
  if (status == 0) printf("Answers: %s\n\n", events != NULL ? "heard" : "none");
  free(events);
  return status;
}

/* The first decision that needs no person: the log says what became of it. NULL if there is none. */
static const char *first_done(const ar_report *report) {
  const ar_decision *decisions = NULL;
  size_t len = 0;
  if (ar_report_decisions(report, &decisions, &len) != AR_STATUS_OK) return NULL;
  for (size_t i = 0; i < len; i++) {
    if (decisions[i].mode == AR_MODE_ACT && decisions[i].action != AR_ACTION_WAIT) return decisions[i].decision_id;
  }
  return NULL;
}

static int night(host *host, const char *folder, int32_t today, const char *answers) {
  ar_report *report = NULL, *next = NULL;
  const ar_worklist_row *work = NULL;
  size_t work_len = 0;
  ar_error *error = NULL;
  if ((host->ledger = load_ledger(folder)) == NULL || (host->policy = load_policy(folder)) == NULL) return -1;
  if (ar_audit_log_new(0, NULL, &host->log, &error) != AR_STATUS_OK) return complain(error);
  if (ar_audit_log_append_policy(host->log, host->policy, "nightly", today, &error) != AR_STATUS_OK) return complain(error);
  int done = run_day(host, today, &report);
  if (done == 0) done = ar_report_worklist(report, &work, &work_len) == AR_STATUS_OK ? 0 : -1;
  if (done == 0 && work_len > 0) done = show_explanation(report, work[0].decision_id);
  if (done == 0) done = act(host, report, today);
  if (done == 0) done = answer(host, answers);
  if (done == 0) done = run_day(host, today + 1, &next); /* what was approved is done without a person now */
  if (done == 0) done = act(host, next, today + 1);
  if (done == 0) done = show_log(host->log, first_done(report));
  ar_report_free(next);
  ar_report_free(report);
  return done;
}

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4 || days_of(argv[2]) < 0) {
    fprintf(stderr, "usage: %s <book folder> <YYYY-MM-DD> [answers.json]\n", argv[0]);
    return 2;
  }
  if (ar_abi_version() != AR_ABI_VERSION) {
    fprintf(stderr, "the library has another binary interface (%" PRIu32 ") than this program (%d)\n", ar_abi_version(), AR_ABI_VERSION);
    return 2;
  }
  host host = {NULL, NULL, NULL};
  int done = night(&host, argv[1], days_of(argv[2]), argc == 4 ? argv[3] : NULL);
  ar_audit_log_free(host.log);
  ar_policy_free(host.policy);
  ar_ledger_free(host.ledger);
  return done == 0 ? 0 : 1;
}
