/* Many threads on shared handles, as the header allows it: one ledger, policy, models, report and audit log, read by all at once.
 *
 *   threads FILE DAY THREADS RUNS    RUNS days in all; every report must have the same bytes, every shared row the same address
 *   threads race FILE DAY            what the header forbids: two threads change one ledger. A tool that watches must see it.
 */
#include "days.h"
#include <pthread.h>
#include <string.h>

#define MOST 64

typedef struct Shared {
  Day day;
  const char *json; /* of the first run, which every other must equal */
  size_t json_len;
  ar_report *report; /* fresh in each round: nothing of it was asked for yet */
  ar_audit_log *log;
  char *digest;
  size_t runs, threads;
  pthread_barrier_t barrier;
  const void *rows[MOST][7];
} Shared;

typedef struct Thread {
  pthread_t thread;
  Shared *shared;
  size_t number, runs;
} Thread;

static ar_report *run(const Day *day, const ar_models *models) {
  ar_report *report = NULL;
  ar_error *error = NULL;
  done(day_run(day, day->ledger, models, &report, &error), error, day->name);
  return report;
}

static void same_json(const Shared *shared, const ar_report *report) {
  const char *json;
  size_t len;
  done(ar_report_json(report, &json, &len), NULL, "json");
  MUST(len == shared->json_len && memcmp(json, shared->json, len) == 0);
}

/* Everything that is made when it is first asked for, by all threads at once; every thread begins somewhere else. */
static void read_shared(Thread *me) {
  Shared *shared = me->shared;
  const void **rows = shared->rows[me->number];
  size_t n[7];
  for (size_t step = 0; step < 7; step++) {
    size_t at = (step + me->number) % 7;
    ar_status status = AR_STATUS_OK;
    if (at == 0) status = ar_report_decisions(shared->report, (const ar_decision **)&rows[0], &n[0]);
    if (at == 1) status = ar_report_worklist(shared->report, (const ar_worklist_row **)&rows[1], &n[1]);
    if (at == 2) status = ar_report_allocations(shared->report, (const ar_allocation **)&rows[2], &n[2]);
    if (at == 3) status = ar_report_payments(shared->report, (const ar_payment **)&rows[3], &n[3]);
    if (at == 4) status = ar_report_aging(shared->report, (const ar_aging_row **)&rows[4], &n[4]);
    if (at == 5) status = ar_report_kpis(shared->report, (const ar_kpi **)&rows[5], &n[5]);
    if (at == 6) status = ar_report_json(shared->report, (const char **)&rows[6], &n[6]);
    done(status, NULL, "rows");
  }
  /* A tool that watches knows this barrier, but not how the library hands over what another thread made. */
  pthread_barrier_wait(&shared->barrier);
  same_json(shared, shared->report);
  const ar_decision *decisions = rows[0];
  char *text = NULL;
  ar_error *error = NULL;
  for (size_t at = 0; at < n[0]; at++) {
    done(ar_report_explain(shared->report, decisions[at].decision_id, &text, NULL, &error), error, "explain");
    ar_string_free(text);
  }
}

/* What is read of a ledger and of a log. */
static void read_books(const Shared *shared) {
  ar_error *error = NULL;
  ar_breaks *breaks = NULL;
  struct ArrowArrayStream stream;
  const ar_break *rows;
  char *text = NULL;
  size_t n;
  done(ar_ledger_digest(shared->day.ledger, &text, NULL, &error), error, "digest");
  MUST(strcmp(text, shared->digest) == 0);
  ar_string_free(text);
  done(ar_policy_digest(shared->day.policy, &text, NULL, &error), error, "policy");
  ar_string_free(text);
  done(ar_audit_log_verify(shared->log, 0, NULL, &breaks, &error), error, "verify");
  done(ar_breaks_rows(breaks, &rows, &n), NULL, "breaks");
  MUST(n == 0);
  ar_breaks_free(breaks);
  done(ar_audit_log_search(shared->log, "{}", 2, &stream, &error), error, "search");
  stream.release(&stream);
  done(ar_report_stream(shared->report, AR_PART_DECISIONS, &stream, &error), error, "stream");
  stream.release(&stream);
}

static void *work(void *given) {
  Thread *me = given;
  Shared *shared = me->shared;
  pthread_barrier_wait(&shared->barrier);
  read_shared(me);
  for (size_t at = 0; at < me->runs; at++) {
    /* Every second run fits models of its own: from the same history, so the bytes are the same. */
    ar_report *report = run(&shared->day, at % 2 ? NULL : shared->day.models);
    same_json(shared, report);
    ar_report_free(report);
    if (at % 64 == 0) read_books(shared);
  }
  return NULL;
}

/* One round: a fresh report, and all threads. */
static void round_of(Shared *shared, size_t runs) {
  Thread threads[MOST];
  shared->report = run(&shared->day, shared->day.models);
  for (size_t at = 0; at < shared->threads; at++) {
    threads[at] = (Thread){.shared = shared, .number = at, .runs = runs / shared->threads};
    MUST(pthread_create(&threads[at].thread, NULL, work, &threads[at]) == 0);
  }
  for (size_t at = 0; at < shared->threads; at++) {
    MUST(pthread_join(threads[at].thread, NULL) == 0);
    MUST(memcmp(shared->rows[at], shared->rows[0], sizeof shared->rows[0]) == 0);
    shared->runs += threads[at].runs;
  }
  ar_report_free(shared->report);
}

static void *change(void *given) {
  ar_error *error = NULL;
  for (int at = 0; at < 3; at++) ar_ledger_apply_json(given, "[]", 2, &error);
  ar_error_free(error);
  return NULL;
}

static void race(Day *day) {
  pthread_t threads[2];
  for (int at = 0; at < 2; at++) MUST(pthread_create(&threads[at], NULL, change, day->ledger) == 0);
  for (int at = 0; at < 2; at++) MUST(pthread_join(threads[at], NULL) == 0);
}

int main(int argc, char **argv) {
  static Shared shared;
  int planted = argc == 4 && strcmp(argv[1], "race") == 0;
  if (!planted && argc != 5) {
    fprintf(stderr, "usage: threads FILE DAY THREADS RUNS, or threads race FILE DAY\n");
    return 2;
  }
  Days days = days_open(argv[planted ? 2 : 1]);
  days_find(&days, argv[planted ? 3 : 2], &shared.day);
  if (planted) race(&shared.day);
  else {
    size_t runs = (size_t)strtoull(argv[4], NULL, 10), rounds = runs < 100 ? 2 : 10;
    ar_error *error = NULL;
    shared.threads = (size_t)strtoull(argv[3], NULL, 10);
    MUST(shared.threads > 0 && shared.threads <= MOST);
    MUST(pthread_barrier_init(&shared.barrier, NULL, (unsigned)shared.threads) == 0);
    ar_report *first = run(&shared.day, shared.day.models);
    done(ar_report_json(first, &shared.json, &shared.json_len), NULL, "json");
    done(ar_ledger_digest(shared.day.ledger, &shared.digest, NULL, &error), error, "digest");
    done(ar_audit_log_new(0, NULL, &shared.log, &error), error, "log");
    done(ar_audit_log_append_report(shared.log, first, &error), error, "log");
    for (size_t at = 0; at < rounds; at++) round_of(&shared, runs / rounds);
    ar_audit_log_free(shared.log);
    ar_string_free(shared.digest);
    ar_report_free(first);
    pthread_barrier_destroy(&shared.barrier);
  }
  day_free(&shared.day);
  days_close(&days);
  printf("%zu runs on %zu threads, all the same\n", shared.runs, shared.threads);
  return 0;
}
