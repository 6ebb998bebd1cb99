/* A program of a host, written for interface 0 and compiled with the header beside it; it must run on every library that answers
 * ar_abi_version() with 0. It uses every handle, every struct and most functions of that header, and believes nothing unseen. */
#include "ar_core.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(what) do { if (!(what)) { fprintf(stderr, "line %d: %s\n", __LINE__, #what); exit(1); } } while (0)
/* Days since 1970-01-01 of 2026-11-20. */
#define TODAY 20777
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static ar_error *error;

static void done(ar_status status, int line) {
  if (status != AR_STATUS_OK) {
    fprintf(stderr, "line %d: %s: %s\n", line, ar_status_name(status), error ? ar_error_message(error) : "");
    exit(1);
  }
}
#define DONE(call) done((call), __LINE__)

static ar_ledger *books(void) {
  static const char *const customers[] = {"C1", "C2"}, *const names[] = {"One Ltd", "Two KK"};
  static const char *const items[] = {"I1", "I2", "I3"}, *const of[] = {"C1", "C1", "C2"}, *const currencies[] = {"EUR", "EUR", "JPY"};
  static const int64_t amounts[] = {125000, 8010, 5000};
  static const int32_t issued[] = {TODAY - 110, TODAY - 50, TODAY - 80}, due[] = {TODAY - 80, TODAY - 20, TODAY - 50};
  static const char *const channels[] = {"email", "phone", "email"};
  static const size_t channel_lens[] = {5, 5, 5}, ends[] = {2, 3};
  static const uint8_t strategic[] = {0, 1}, both[] = {1, 1}, first[] = {1, 0};
  static const double rates[] = {0.0, 2.0};
  static const char *const payments[] = {"P1"}, *const payers[] = {"C1"}, *const euros[] = {"EUR"}, *const texts[] = {"invoice I2"};
  static const int64_t paid[] = {8010};
  static const int32_t value_days[] = {TODAY - 1};
  ar_tables *tables = NULL;
  ar_ledger *ledger = NULL;
  DONE(ar_tables_new(&tables, &error));
  DONE(ar_tables_add_text_column(tables, "customers", "customer_id", customers, NULL, COUNT(customers), &error));
  DONE(ar_tables_add_text_column(tables, "customers", "name", names, NULL, COUNT(names), &error));
  DONE(ar_tables_add_list_column(tables, "customers", "channels", channels, channel_lens, COUNT(channels), ends, both, COUNT(ends), &error));
  DONE(ar_tables_add_bool_column(tables, "customers", "strategic", strategic, first, COUNT(strategic), &error));
  DONE(ar_tables_add_text_column(tables, "items", "item_id", items, NULL, COUNT(items), &error));
  DONE(ar_tables_add_text_column(tables, "items", "customer_id", of, NULL, COUNT(of), &error));
  DONE(ar_tables_add_text_column(tables, "items", "currency", currencies, NULL, COUNT(currencies), &error));
  DONE(ar_tables_add_int64_column(tables, "items", "amount_minor", amounts, NULL, COUNT(amounts), &error));
  DONE(ar_tables_add_date_column(tables, "items", "issued_on", issued, NULL, COUNT(issued), &error));
  DONE(ar_tables_add_date_column(tables, "items", "due_on", due, NULL, COUNT(due), &error));
  DONE(ar_tables_add_text_column(tables, "payments", "payment_id", payments, NULL, 1, &error));
  DONE(ar_tables_add_text_column(tables, "payments", "customer_id", payers, NULL, 1, &error));
  DONE(ar_tables_add_text_column(tables, "payments", "currency", euros, NULL, 1, &error));
  DONE(ar_tables_add_int64_column(tables, "payments", "amount_minor", paid, NULL, 1, &error));
  DONE(ar_tables_add_date_column(tables, "payments", "received_on", value_days, NULL, 1, &error));
  DONE(ar_tables_add_text_column(tables, "payments", "text", texts, NULL, 1, &error));
  DONE(ar_ledger_new(tables, &ledger, &error));

  /* The same tables with one that is refused: every problem comes with its place. */
  DONE(ar_tables_add_double_column(tables, "items", "colour", rates, NULL, COUNT(rates), &error));
  ar_ledger *none = NULL;
  MUST(ar_ledger_new(tables, &none, &error) == AR_STATUS_INVALID_TABLES && none == NULL && error);
  MUST(ar_error_code(error) == AR_STATUS_INVALID_TABLES && ar_error_problems_len(error) >= 1 && ar_error_problems_total(error) >= 1);
  const ar_problem *problem = ar_error_problem(error, 0);
  MUST(problem && strcmp(problem->table, "items") == 0 && problem->row == -1 && problem->code >= 100 && strlen(problem->message) > 10);
  MUST(ar_problem_code_name(problem->code) && problem->column);
  ar_error_free(error);
  error = NULL;
  ar_tables_free(tables);
  return ledger;
}

/* Reads a stream to its end; its rows. */
static int64_t drained(struct ArrowArrayStream *stream) {
  int64_t rows = 0;
  struct ArrowSchema schema;
  MUST(stream->release && stream->get_schema(stream, &schema) == 0 && schema.n_children > 0);
  schema.release(&schema);
  for (;;) {
    struct ArrowArray batch;
    MUST(stream->get_next(stream, &batch) == 0);
    if (!batch.release) break;
    rows += batch.length;
    batch.release(&batch);
  }
  stream->release(stream);
  return rows;
}

static void read_report(const ar_report *report) {
  const ar_decision *decisions = NULL;
  const ar_worklist_row *work = NULL;
  const ar_allocation *allocations = NULL;
  const ar_payment *payments = NULL;
  const ar_aging_row *aging = NULL;
  const ar_kpi *kpis = NULL;
  size_t n = 0, reasons = 0;
  DONE(ar_report_decisions(report, &decisions, &n));
  MUST(n >= 2);
  for (size_t at = 0; at < n; at++) {
    const ar_decision *row = &decisions[at];
    MUST(strncmp(row->decision_id, "D-", 2) == 0 && strlen(row->currency) == 3 && (row->mode == AR_MODE_ACT || row->mode == AR_MODE_ASK));
    MUST(ar_action_name(row->action) && ar_mode_name(row->mode) && row->params[0] == '{' && row->propensity >= 0 && row->expires_on > TODAY);
    MUST((row->mode == AR_MODE_ACT) == (row->ask_role == NULL) && row->amount_minor >= 0 && row->level >= 0 && row->priority >= 0);
    for (size_t item = 0; item < row->item_ids_len; item++) MUST(row->item_ids[item][0] == 'I');
    for (size_t fact = 0; fact < row->evidence_len; fact++) MUST(row->evidence[fact][0]);
    for (size_t why = 0; why < row->reasons_len; why++, reasons++) {
      const ar_reason *reason = &row->reasons[why];
      char *text = NULL;
      MUST(ar_reason_code_name(reason->code) && ar_unit_name(reason->unit));
      DONE(ar_reason_text(reason->code, reason->observed, reason->limit, row->currency, &text, NULL, &error));
      MUST(text[0]);
      ar_string_free(text);
    }
    char *told = NULL;
    size_t told_len = 0;
    DONE(ar_report_explain(report, row->decision_id, &told, &told_len, &error));
    MUST(strlen(told) == told_len && told[0] == '{');
    ar_string_free(told);
  }
  MUST(reasons > 0);
  DONE(ar_report_worklist(report, &work, &n));
  MUST(n >= 1 && work[0].rank == 1 && work[0].decision_id && ar_action_name(work[0].action) && work[0].today <= 1 && work[0].minutes > 0);
  MUST(work[0].why && work[0].context && work[0].ask_role && strlen(work[0].currency) == 3 && work[0].amount_minor > 0);
  DONE(ar_report_allocations(report, &allocations, &n));
  MUST(n == 1 && strcmp(allocations[0].payment_id, "P1") == 0 && strcmp(allocations[0].item_id, "I2") == 0 && allocations[0].kind);
  MUST(allocations[0].amount_minor == 8010 && allocations[0].item_amount_minor == 8010 && strcmp(allocations[0].item_currency, "EUR") == 0);
  DONE(ar_report_payments(report, &payments, &n));
  MUST(n == 1 && payments[0].amount_minor == 8010 && payments[0].unapplied_minor == 0 && payments[0].confidence > 0.5 && payments[0].certificate);
  MUST(ar_payment_status_name(payments[0].status) && payments[0].reasons_len > 0 && strcmp(payments[0].customer_id, "C1") == 0);
  DONE(ar_report_aging(report, &aging, &n));
  int64_t open = 0;
  for (size_t at = 0; at < n; at++) open += aging[at].bucket && strcmp(aging[at].currency, "EUR") == 0 ? aging[at].amount_minor : 0;
  MUST(open >= 125000);
  DONE(ar_report_kpis(report, &kpis, &n));
  MUST(n > 3 && kpis[0].name && kpis[0].unit && kpis[0].formula && kpis[0].version);
  for (ar_part part = AR_PART_ALLOCATIONS; part <= AR_PART_AUTONOMY; part++) {
    struct ArrowArrayStream stream;
    MUST(ar_part_name(part));
    DONE(ar_report_stream(report, part, &stream, &error));
    MUST(drained(&stream) >= 0);
  }
  struct ArrowArrayStream rows, summary;
  DONE(ar_report_shadow(report, "[]", 2, 0, &rows, &summary, &error));
  MUST(drained(&rows) >= 1);
  drained(&summary);
  char *why = NULL;
  DONE(ar_report_why_not(report, "send_notice", "C2", &why, NULL, &error));
  MUST(strstr(why, "\"text\""));
  ar_string_free(why);
}

static void read_chain(const ar_ledger *ledger, const ar_policy *policy, const ar_models *models, const ar_report *report) {
  ar_audit_log *log = NULL, *again = NULL;
  ar_breaks *breaks = NULL;
  ar_report *replayed = NULL;
  ar_tables *tables = NULL;
  struct ArrowArrayStream stream;
  const ar_break *rows = NULL;
  const char *json = NULL, *same = NULL;
  size_t n = 0;
  int64_t len = 0;
  char *digest = NULL;
  DONE(ar_audit_log_new(0, NULL, &log, &error));
  DONE(ar_audit_log_append_policy(log, policy, "someone", TODAY, &error));
  DONE(ar_audit_log_append_report(log, report, &error));
  DONE(ar_audit_log_append_events(log, "[]", 2, ledger, &error));
  DONE(ar_audit_log_head(log, &len, &digest, &error));
  MUST(len >= 3 && strlen(digest) == 64);
  DONE(ar_audit_log_verify(log, len, digest, &breaks, &error));
  DONE(ar_breaks_rows(breaks, &rows, &n));
  MUST(n == 0 && rows == NULL);
  ar_breaks_free(breaks);
  DONE(ar_audit_log_search(log, "{\"kind\":\"decision\"}", 19, &stream, &error));
  MUST(drained(&stream) >= 1);
  DONE(ar_audit_log_stream(log, &stream, &error));
  DONE(ar_tables_new(&tables, &error));
  DONE(ar_tables_add_stream(tables, "audit", &stream, &error));
  DONE(ar_audit_log_from_tables(tables, &again, &error));
  DONE(ar_audit_verify(tables, &breaks, &error));
  ar_breaks_free(breaks);
  DONE(ar_audit_log_replay(again, ledger, policy, models, &replayed, &error));
  DONE(ar_report_json(report, &json, &n));
  DONE(ar_report_json(replayed, &same, NULL));
  MUST(n == strlen(json) && strcmp(json, same) == 0);
  ar_report_free(replayed);
  ar_audit_log_free(again);
  ar_tables_free(tables);
  ar_string_free(digest);
  ar_audit_log_free(log);
}

static void read_and_write(const ar_report *report) {
  static const char context[] = "{\"received_on\":\"2026-11-20\",\"items\":[{\"item_id\":\"I1\",\"currency\":\"EUR\",\"open_amount\":\"1250.00\"}]}";
  static const char message[] = "We will pay invoice I1 on 2026-11-27.", supplied[] = "{\"intents\":[{\"name\":\"promise_to_pay\"}]}";
  static const char style[] = "{\"sender\":{\"name\":\"Northgate\",\"email\":\"ar@northgate.example\",\"iban\":\"GB33BUKB20201555555555\"}}";
  static const char facts[] = "{\"as_of\":\"2026-11-20\",\"locale\":\"en-GB\",\"currency\":\"EUR\",\"stage\":1,\"creditor\":{\"name\":\"N\"},\"debtor\":{\"name\":\"D\"},\"invoices\":[]}";
  char *out = NULL;
  size_t len = 0;
  const ar_decision *decisions = NULL;
  DONE(ar_read_reply(message, strlen(message), context, strlen(context), &out, &len, &error));
  MUST(strlen(out) == len && strstr(out, "2026-11-27"));
  ar_string_free(out);
  DONE(ar_check_reading(message, strlen(message), context, strlen(context), supplied, strlen(supplied), &out, NULL, &error));
  ar_string_free(out);
  DONE(ar_verify_notice("Please pay.", 11, facts, strlen(facts), &out, NULL, &error));
  MUST(strstr(out, "\"accepted\""));
  ar_string_free(out);
  int written = 0;
  DONE(ar_report_decisions(report, &decisions, &len));
  for (size_t at = 0; at < len; at++) {
    if (decisions[at].action != AR_ACTION_SEND_NOTICE) continue;
    DONE(ar_write_notice(report, decisions[at].decision_id, style, strlen(style), NULL, 0, &out, NULL, &error));
    MUST(strstr(out, "\"subject\""));
    ar_string_free(out);
    written++;
  }
  MUST(written > 0);
}

int main(void) {
  MUST(ar_abi_version() == AR_ABI_VERSION && ar_version()[0]);
  ar_ledger *ledger = books();
  ar_policy *policy = NULL, *other = NULL;
  ar_models *models = NULL, *fitted = NULL;
  ar_report *report = NULL, *cash = NULL;
  struct ArrowArrayStream stream, summary;
  char *text = NULL, *digest = NULL;
  size_t len = 0;
  DONE(ar_policy_default(&policy, &error));
  DONE(ar_policy_to_json(policy, &text, &len, &error));
  DONE(ar_policy_from_json(text, len, &other, &error));
  ar_string_free(text);
  DONE(ar_policy_diff(policy, other, &stream, &error));
  MUST(drained(&stream) == 0);
  DONE(ar_policy_remarks(policy, ledger, &stream, &error));
  drained(&stream);
  ar_policy_free(other);
  DONE(ar_policy_from_toml("", 0, &other, &error));
  DONE(ar_policy_digest(other, &digest, NULL, &error));
  MUST(strlen(digest) == 64);
  ar_string_free(digest);
  DONE(ar_policy_version(policy, &text, NULL, &error));
  ar_string_free(text);
  DONE(ar_policy_schema(&text, NULL, &error));
  ar_string_free(text);
  DONE(ar_models_fit(ledger, TODAY, &fitted, &error));
  DONE(ar_models_to_json(fitted, &text, &len, &error));
  DONE(ar_models_from_json(text, len, &models, &error));
  ar_string_free(text);
  DONE(ar_models_digest(models, &digest, NULL, &error));
  ar_string_free(digest);

  DONE(ar_run(ledger, policy, models, TODAY, &report, &error));
  DONE(ar_match_payments(ledger, policy, NULL, TODAY, &cash, &error));
  ar_report_free(cash);
  DONE(ar_collect(ledger, policy, NULL, TODAY, &cash, &error));
  ar_report_free(cash);
  read_report(report);
  read_chain(ledger, policy, models, report);
  read_and_write(report);

  static const char *const of[] = {"I1"};
  DONE(ar_ledger_precondition(ledger, of, 1, &text, &len, &error));
  MUST(len == 16);
  ar_string_free(text);
  DONE(ar_ledger_statement(ledger, "C1", INT32_MIN, TODAY, &stream, &error));
  MUST(drained(&stream) > 3);
  DONE(ar_ledger_digest(ledger, &digest, &len, &error));
  static const char event[] = "[{\"event\":\"customer_flagged\"}]";
  MUST(ar_ledger_apply_json(ledger, event, strlen(event), &error) == AR_STATUS_INVALID_EVENTS);
  ar_error_free(error);
  error = NULL;
  DONE(ar_ledger_apply_json(ledger, "[]", 2, &error));
  DONE(ar_ledger_digest(ledger, &text, &len, &error));
  MUST(len == 64 && strcmp(digest, text) == 0);
  ar_string_free(text);
  ar_string_free(digest);
  static const int32_t days[] = {TODAY};
  DONE(ar_rehearse(ledger, policy, other, models, days, 1, "[]", 2, NULL, &stream, &summary, &error));
  MUST(drained(&stream) == 0);
  drained(&summary);
  MUST(ar_currency_exponent("JPY") == 0 && ar_currency_exponent("EUR") == 2);
  ar_report_free(report);
  ar_models_free(models);
  ar_models_free(fitted);
  ar_policy_free(other);
  ar_policy_free(policy);
  ar_ledger_free(ledger);
  printf("all as promised\n");
  return 0;
}
