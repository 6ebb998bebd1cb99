#include "outbox.h"

#include <stdio.h>
#include <string.h>

/* The lines of a posting: the cash, discounts and fees that the report proposes for this decision. */
static void add_lines(text *events, const ar_report *report, const ar_decision *decision) {
  const ar_allocation *lines = NULL;
  size_t lines_len = 0;
  const char *payment_id = NULL;
  char amount[32];
  if (ar_report_allocations(report, &lines, &lines_len) != AR_STATUS_OK) events->failed = 1;
  add(events, ", \"allocations\": [");
  for (size_t i = 0; i < lines_len; i++) {
    if (lines[i].decision_id == NULL || strcmp(lines[i].decision_id, decision->decision_id) != 0) continue;
    add(events, payment_id == NULL ? "{\"item_id\": " : ", {\"item_id\": ");
    payment_id = lines[i].payment_id;
    add_quoted(events, lines[i].item_id);
    amount_of(lines[i].amount_minor, lines[i].currency, amount);
    add(events, ", \"amount\": \"%s\", \"kind\": \"%s\"", amount, lines[i].kind);
    if (strcmp(lines[i].currency, lines[i].item_currency) != 0) {
      amount_of(lines[i].item_amount_minor, lines[i].item_currency, amount);
      add(events, ", \"item_amount\": \"%s\"", amount);
    }
    add(events, "}");
  }
  add(events, "], \"payment_id\": ");
  add_quoted(events, payment_id != NULL ? payment_id : "");
}

static void add_items(text *events, const ar_decision *decision) {
  add(events, ", \"item_ids\": [");
  for (size_t i = 0; i < decision->item_ids_len; i++) {
    if (i > 0) add(events, ", ");
    add_quoted(events, decision->item_ids[i]);
  }
  add(events, "], \"level\": %d", (int)decision->level);
}

/* The event that says that an action was done; NULL for what this program does not do. */
static const char *event_of(ar_action action) {
  switch (action) {
  case AR_ACTION_POST_ALLOCATION: return "items_allocated";
  case AR_ACTION_ASK_REMITTANCE: return "remittance_asked";
  case AR_ACTION_SEND_REMINDER:
  case AR_ACTION_SEND_NOTICE: return "notice_sent";
  case AR_ACTION_REMIND_PROMISE: return "promise_reminded";
  default: return NULL;
  }
}

int carry_out(const ar_report *report, int32_t on_days, text *events, size_t *done, size_t *left) {
  const ar_decision *decisions = NULL;
  size_t decisions_len = 0;
  char on[11];
  date_of(on_days, on);
  *done = *left = 0;
  if (ar_report_decisions(report, &decisions, &decisions_len) != AR_STATUS_OK) return -1;
  add(events, "[");
  for (size_t i = 0; i < decisions_len; i++) {
    const ar_decision *decision = &decisions[i];
    if (decision->mode != AR_MODE_ACT || decision->action == AR_ACTION_WAIT) continue;
    const char *event = event_of(decision->action);
    if (event == NULL) {
      (*left)++;
      continue;
    }
    add(events, "%s{\"event\": \"%s\", \"on\": \"%s\", \"decision_id\": \"%s\"", (*done)++ > 0 ? ",\n " : "", event, on, decision->decision_id);
    if (decision->action == AR_ACTION_POST_ALLOCATION) {
      add_lines(events, report, decision);
    } else if (decision->customer_id != NULL) {
      add(events, ", \"customer_id\": ");
      add_quoted(events, decision->customer_id);
    }
    if (strcmp(event, "notice_sent") == 0) add_items(events, decision);
    add(events, "}");
  }
  add(events, "]");
  if (events->failed) fprintf(stderr, "out of memory\n");
  return events->failed ? -1 : 0;
}
