/*
 * ar_core.h: the decision engine for accounts receivable.
 *
 *   ar_tables *tables = NULL; ar_ledger *ledger = NULL; ar_policy *policy = NULL; ar_report *report = NULL;
 *   ar_error *error = NULL;
 *   if (ar_tables_new(&tables, &error) != AR_STATUS_OK) fail(error);
 *   if (ar_tables_add_text_column(tables, "items", "item_id", ids, NULL, ids_len, &error) != AR_STATUS_OK) fail(error);
 *   ...
 *   if (ar_ledger_new(tables, &ledger, &error) != AR_STATUS_OK) fail(error);
 *   if (ar_policy_default(&policy, &error) != AR_STATUS_OK) fail(error);
 *   if (ar_run(ledger, policy, NULL, as_of_days, &report, &error) != AR_STATUS_OK) fail(error);
 *   const ar_worklist_row *rows; size_t rows_len;
 *   ar_report_worklist(report, &rows, &rows_len);
 *   ...
 *   ar_report_free(report); ar_policy_free(policy); ar_ledger_free(ledger); ar_tables_free(tables);
 *
 * The contract, for every function below:
 *
 * Handles     ar_tables, ar_ledger, ar_policy, ar_models, ar_report, ar_standing_day, ar_audit_log, ar_breaks and ar_error are opaque. What a
 *             function gives through `out` (or `error`) belongs to the caller, who frees it once with the `_free` function of its kind.
 *             `_free(NULL)` does nothing.
 * Inputs      Handles, texts and arrays are borrowed for the call: nothing is kept, nothing is changed, unless the function
 *             says so (ar_ledger_apply_json changes its ledger, ar_standing_day_apply_json its day, ar_audit_log_append_... its log; an Arrow stream
 *             that is given is consumed).
 * Outputs     are written only when the status is AR_STATUS_OK; else they are as they were before the call.
 * Borrowed    Rows and texts that come as pointers to const belong to the handle they were read from and are valid until it is
 *             freed. A text that comes as `char **text` belongs to the caller and is freed with ar_string_free.
 * Errors      A function that can fail returns an ar_status. Where it has `error`, and that is not NULL, `*error` is set to an
 *             object that says what is wrong; set it to NULL before, as it is not written on success. Every problem of an input
 *             is reported at once, with table, row and column: ar_error_problem. Each function names the statuses it can
 *             return; AR_STATUS_PANIC is possible everywhere.
 * Pointers    are checked for NULL and alignment: AR_STATUS_NULL_POINTER, and the problem names the parameter. An array
 *             of length 0 may be NULL. That a pointer points to what it should is the caller's promise.
 * Texts       are UTF-8, in both directions. Names and identifiers end with NUL; documents and cells have a length. Texts
 *             that come out end with NUL as well.
 * Rows in     A struct `ar_..._input` is one row of a table for ar_tables_add_...: zero it, set `struct_size` to its sizeof, fill in what
 *             you have. What is zero is not given. Such structs grow at their end; `struct_size` says which version a program knows.
 * Units       Amounts are int64_t minor units (cents) of a currency, which is a three-letter ISO 4217 code. Days are int32_t
 *             days since 1970-01-01. Both say so in their names: `..._minor`, `..._on`, `..._days`.
 * Threads     The library keeps no state outside its handles, starts no thread, calls nothing back, reads no clock, file,
 *             environment or network. An ar_policy, ar_models, ar_report, ar_breaks or ar_error never changes: any number of
 *             threads may use it at once. An ar_tables, ar_ledger, ar_standing_day or ar_audit_log may be read by any number of threads, or changed
 *             by one.
 *             No handle belongs to a thread.
 * Panics      A bug of the library never crosses this border: the call answers AR_STATUS_PANIC, which says what is left usable. Rust's own
 *             runtime writes where it was to stderr (with a backtrace where RUST_BACKTRACE asks for one), and so it does where a stream is
 *             refused that breaks the Arrow format: only then does the library write anything or read the environment. Memory that
 *             runs out ends the process, as Rust does it.
 * Features    A library may be built without `reader` (3 MB of model: replies are then read by grammars alone, each for a person) and
 *             without `templates` (ar_write_notice answers AR_STATUS_NOT_BUILT_IN). Every function is there in every build.
 * Stability   Codes are never reused; structs, signatures and numbers hold as long as AR_ABI_VERSION is the same.
 */


#ifndef AR_CORE_H
#define AR_CORE_H

/* Generated from ar-ffi/src by `make header`; do not edit. */

#include <stddef.h>
#include <stdint.h>

/* The Arrow C Data and C Stream interfaces, as their specification gives them; any other header may have defined them. */
#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

#ifdef __cplusplus
}
#endif


// The number of the binary interface that this header describes, and the number in the soname (libar_core.so.0).
// While it is 0 the interface may still change with every version of the library.
#define AR_ABI_VERSION 0

// Stands for "no number" in ar_reason.
#define AR_NO_NUMBER INT64_MIN

// What a call came to. Numbers 1 to 99 are the classes of refused input, the same in every language; 101 and above belong to
// the C border. Numbers are never reused.
enum ar_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Done; every output is written.
  AR_STATUS_OK = 0,
  // Tables were refused; nothing was loaded.
  AR_STATUS_INVALID_TABLES = 1,
  // A policy was refused.
  AR_STATUS_INVALID_POLICY = 2,
  // Events were refused; the ledger is unchanged.
  AR_STATUS_INVALID_EVENTS = 3,
  // An argument was refused: a date, a part, an identifier, a length, text that is not UTF-8.
  AR_STATUS_INVALID_ARGUMENT = 4,
  // Models were refused (format or version).
  AR_STATUS_INVALID_MODELS = 5,
  // An audit log cannot be used for what was asked.
  AR_STATUS_INVALID_AUDIT = 6,
  // Saved bytes were refused (damaged, of another kind, of a later version); nothing was restored.
  AR_STATUS_INVALID_BYTES = 7,
  // The work was stopped from outside; nothing was changed.
  AR_STATUS_INTERRUPTED = 8,
  // A pointer that must not be NULL is NULL, or it is not aligned; the problem names the parameter.
  AR_STATUS_NULL_POINTER = 101,
  // An Arrow stream could not be read or made; the message is the stream's own.
  AR_STATUS_ARROW_STREAM = 102,
  // The ledger (or audit log) was being changed when a call panicked. It can only be freed.
  AR_STATUS_POISONED = 103,
  // A bug of this library. Every handle is as it was before the call, except a ledger given to ar_ledger_apply_json, a
  // day given to ar_standing_day_apply_json or a log that was appended to, which answers AR_STATUS_POISONED from now on. Please report the message.
  AR_STATUS_PANIC = 104,
  // This build of the library leaves out what was asked for; the message names the feature. A complete build never answers it.
  AR_STATUS_NOT_BUILT_IN = 105,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_status ar_status;
#else
typedef uint32_t ar_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What is wrong with one place of the input. Numbers go by kind in hundreds and are never reused.
enum ar_problem_code
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // A required column is absent.
  AR_PROBLEM_CODE_MISSING_COLUMN = 101,
  // No column of that name exists; the message names the nearest.
  AR_PROBLEM_CODE_UNKNOWN_COLUMN = 102,
  // The same column is given twice (or `amount` beside `amount_minor`).
  AR_PROBLEM_CODE_DUPLICATE_COLUMN = 103,
  // The column's type cannot hold what the column means.
  AR_PROBLEM_CODE_WRONG_TYPE = 104,
  // Columns of one table differ in length, or a table is too long (over 4,000,000,000 rows or bytes of text).
  AR_PROBLEM_CODE_BAD_SHAPE = 105,
  // No table of that name exists.
  AR_PROBLEM_CODE_UNKNOWN_TABLE = 106,
  // A required value is null or empty.
  AR_PROBLEM_CODE_MISSING_VALUE = 201,
  // The text is not a number, date, boolean or list as required.
  AR_PROBLEM_CODE_UNREADABLE = 202,
  // The amount has more decimals than its currency, or a float is not a whole number of minor units.
  AR_PROBLEM_CODE_NOT_MINOR_UNITS = 203,
  // The amount must be positive (or not negative).
  AR_PROBLEM_CODE_NOT_POSITIVE = 204,
  // The number or date is outside the range that is accepted.
  AR_PROBLEM_CODE_OUT_OF_RANGE = 205,
  // Not an ISO 4217 currency with minor units.
  AR_PROBLEM_CODE_UNKNOWN_CURRENCY = 206,
  // Not one of the words that the column knows.
  AR_PROBLEM_CODE_UNKNOWN_WORD = 207,
  // The text is longer than the column allows.
  AR_PROBLEM_CODE_TEXT_TOO_LONG = 208,
  // The text holds NUL or another control character.
  AR_PROBLEM_CODE_CONTROL_CHARACTER = 209,
  // Not a time zone of the IANA list.
  AR_PROBLEM_CODE_UNKNOWN_TIME_ZONE = 210,
  // The text is not valid UTF-8.
  AR_PROBLEM_CODE_BAD_UTF8 = 211,
  // Due before issued, settled before issued, resolved before opened …
  AR_PROBLEM_CODE_DATES_OUT_OF_ORDER = 301,
  // Open amount over the amount, dispute over the item, discount over the amount.
  AR_PROBLEM_CODE_AMOUNT_TOO_LARGE = 302,
  // A settled item that is said to be still open (or the other way round).
  AR_PROBLEM_CODE_CONTRADICTION = 303,
  // The identifier stands twice in its table.
  AR_PROBLEM_CODE_DUPLICATE_ID = 401,
  // The row names a customer that the customers table does not have.
  AR_PROBLEM_CODE_UNKNOWN_CUSTOMER = 402,
  // The row names an item that does not exist.
  AR_PROBLEM_CODE_UNKNOWN_ITEM = 403,
  // The row names a payment or credit that does not exist.
  AR_PROBLEM_CODE_UNKNOWN_PAYMENT = 404,
  // More is allocated than the item or the payment holds.
  AR_PROBLEM_CODE_OVER_ALLOCATED = 405,
  // Parents form a circle.
  AR_PROBLEM_CODE_CYCLIC_PARENTS = 406,
  // Two currencies where one is needed.
  AR_PROBLEM_CODE_CURRENCY_MISMATCH = 407,
  // The row names a plan, promise, dispute, notice or reply that does not exist.
  AR_PROBLEM_CODE_UNKNOWN_RECORD = 408,
  // The policy has no such setting; the message names the nearest.
  AR_PROBLEM_CODE_UNKNOWN_SETTING = 501,
  // The setting's value has the wrong type.
  AR_PROBLEM_CODE_SETTING_TYPE = 502,
  // The setting's value is outside its range.
  AR_PROBLEM_CODE_SETTING_RANGE = 503,
  // Settings contradict each other (levels not increasing, …).
  AR_PROBLEM_CODE_SETTING_CONFLICT = 504,
  // The document is not JSON or TOML.
  AR_PROBLEM_CODE_SYNTAX = 505,
  // There is no such event.
  AR_PROBLEM_CODE_UNKNOWN_EVENT = 601,
  // The event lacks a field, or has one too many, or of the wrong type.
  AR_PROBLEM_CODE_BAD_EVENT = 602,
  // The event cannot happen in the state the books are in.
  AR_PROBLEM_CODE_IMPOSSIBLE_EVENT = 603,
  // The event is dated before the last day that was closed.
  AR_PROBLEM_CODE_EVENT_TOO_OLD = 604,
  // The amounts are no longer those that the decision rests on.
  AR_PROBLEM_CODE_CHANGED_FACTS = 605,
  // Who changed a decision cannot approve it.
  AR_PROBLEM_CODE_SAME_PERSON = 606,
  // A version of a policy has another digest already.
  AR_PROBLEM_CODE_VERSION_TAKEN = 607,
  // The chain of the audit log is broken at this entry.
  AR_PROBLEM_CODE_BROKEN_CHAIN = 701,
  // The audit log has no run with these inputs.
  AR_PROBLEM_CODE_UNKNOWN_RUN = 702,
  // The decision that the audit log has comes out otherwise, or not at all.
  AR_PROBLEM_CODE_OTHER_DECISION = 703,
  // The bytes do not begin as saved bytes do.
  AR_PROBLEM_CODE_NOT_SAVED = 801,
  // The bytes are cut off, or more stand behind them.
  AR_PROBLEM_CODE_WRONG_LENGTH = 802,
  // The bytes are not those of their checksum.
  AR_PROBLEM_CODE_WRONG_CHECKSUM = 803,
  // The bytes hold something else than was asked for.
  AR_PROBLEM_CODE_WRONG_KIND = 804,
  // A later version of the library saved the bytes.
  AR_PROBLEM_CODE_NEWER_VERSION = 805,
  // What the bytes say cannot be: rows out of order, names of what is not there, amounts beyond each other.
  AR_PROBLEM_CODE_WRONG_CONTENT = 806,
  // The work was stopped from outside.
  AR_PROBLEM_CODE_STOPPED = 901,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_problem_code ar_problem_code;
#else
typedef uint16_t ar_problem_code;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a decision does. Imperatives; the host reports each one done by an event.
enum ar_action
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // An action that this header does not list; the Arrow and JSON forms name it.
  AR_ACTION_UNLISTED = 0,
  // Apply cash or a credit to items.
  AR_ACTION_POST_ALLOCATION = 1,
  // Take an application back.
  AR_ACTION_REVERSE_ALLOCATION = 2,
  // Book the part that the customer kept back as an item of its own.
  AR_ACTION_CREATE_DEDUCTION = 3,
  // Ask the payer what a payment is for.
  AR_ACTION_ASK_REMITTANCE = 4,
  // Pay back what was paid too much.
  AR_ACTION_REFUND_OVERPAYMENT = 5,
  // Send an invoice.
  AR_ACTION_SEND_INVOICE = 6,
  // Send a reminder before the due day.
  AR_ACTION_SEND_REMINDER = 7,
  // Send a dunning notice.
  AR_ACTION_SEND_NOTICE = 8,
  // Send a statement of account.
  AR_ACTION_SEND_STATEMENT = 9,
  // Send a copy of an invoice.
  AR_ACTION_SEND_INVOICE_COPY = 10,
  // Call the customer.
  AR_ACTION_CALL = 11,
  // Tell the customer's owner.
  AR_ACTION_NOTIFY_OWNER = 12,
  // Open a dispute.
  AR_ACTION_OPEN_DISPUTE = 13,
  // Hand a dispute to whoever can settle it.
  AR_ACTION_ROUTE_DISPUTE = 14,
  // Settle a dispute.
  AR_ACTION_RESOLVE_DISPUTE = 15,
  // Issue a credit note.
  AR_ACTION_ISSUE_CREDIT_NOTE = 16,
  // Record a promise to pay.
  AR_ACTION_RECORD_PROMISE = 17,
  // Remind of a promise.
  AR_ACTION_REMIND_PROMISE = 18,
  // Offer a payment plan.
  AR_ACTION_OFFER_PLAN = 19,
  // Agree a payment plan.
  AR_ACTION_AGREE_PLAN = 20,
  // Grant more time.
  AR_ACTION_GRANT_EXTENSION = 21,
  // Charge interest.
  AR_ACTION_CHARGE_INTEREST = 22,
  // Charge a fee.
  AR_ACTION_CHARGE_FEE = 23,
  // Try a failed payment again.
  AR_ACTION_RETRY_PAYMENT = 24,
  // Place a credit hold.
  AR_ACTION_PLACE_HOLD = 25,
  // Release a credit hold.
  AR_ACTION_RELEASE_HOLD = 26,
  // Change the terms.
  AR_ACTION_CHANGE_TERMS = 27,
  // Write off.
  AR_ACTION_WRITE_OFF = 28,
  // Hand over to an agency or to law.
  AR_ACTION_HAND_OVER = 29,
  // Answer a message.
  AR_ACTION_REPLY = 30,
  // Do nothing until the day of the next look.
  AR_ACTION_WAIT = 31,
  // A person must look; nothing else fits.
  AR_ACTION_REVIEW = 32,
  // Let the engine do more of an action without a person.
  AR_ACTION_WIDEN_AUTONOMY = 33,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_action ar_action;
#else
typedef uint16_t ar_action;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Whether the engine acts or a person decides.
enum ar_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Inside the lines: the host does it.
  AR_MODE_ACT = 1,
  // A person decides; the row says which role.
  AR_MODE_ASK = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_mode ar_mode;
#else
typedef uint16_t ar_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The closed list of reasons. Numbers go by room in hundreds (1 matching, 2 scoring, 3 collections, 4 escalation);
// gaps are never refilled, numbers never reused.
enum ar_reason_code
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // References in the payment that name open items, of the references found.
  AR_REASON_CODE_REFERENCE_LISTED = 101,
  // The explanation sums to the payment exactly.
  AR_REASON_CODE_AMOUNT_EXACT = 102,
  // The listed items sum to something else than the payment.
  AR_REASON_CODE_AMOUNT_DIFFERS = 103,
  // The payer was found, by so many independent kinds of evidence.
  AR_REASON_CODE_PAYER_KNOWN = 104,
  // No customer could be found for the payer.
  AR_REASON_CODE_PAYER_UNKNOWN = 105,
  // So many explanations fit equally well; one is needed.
  AR_REASON_CODE_SEVERAL_EXPLANATIONS = 106,
  // Nothing but the amount points to the item.
  AR_REASON_CODE_AMOUNT_ONLY = 107,
  // No explanation fits.
  AR_REASON_CODE_NOTHING_FITS = 108,
  // The listed items are in another currency than the payment.
  AR_REASON_CODE_CURRENCY_DIFFERS = 109,
  // Lines of remittance advice that belong to the payment.
  AR_REASON_CODE_REMITTANCE_LISTED = 110,
  // The payment failed at the bank; nothing is applied.
  AR_REASON_CODE_PAYMENT_FAILED = 111,
  // The listed items belong to several customers.
  AR_REASON_CODE_SEVERAL_CUSTOMERS = 112,
  // The search budget was reached; there may be more explanations.
  AR_REASON_CODE_BUDGET_REACHED = 113,
  // Probability that the explanation is right, and the least from which it is posted.
  AR_REASON_CODE_CONFIDENCE = 114,
  // How many times likelier than all others together, and where a tie begins.
  AR_REASON_CODE_RIVAL_ODDS = 115,
  // The list goes on: items of the explanation, items named.
  AR_REASON_CODE_LIST_CONTINUES = 116,
  // All items that are open.
  AR_REASON_CODE_ALL_OPEN = 117,
  // Items that follow one another by due date.
  AR_REASON_CODE_IN_ORDER = 118,
  // Early-payment discount taken while it was granted.
  AR_REASON_CODE_DISCOUNT_TAKEN = 119,
  // Early-payment discount taken too late: it stays open.
  AR_REASON_CODE_DISCOUNT_TOO_LATE = 120,
  // A bank kept a fee.
  AR_REASON_CODE_BANK_FEE_KEPT = 121,
  // The customer kept something back.
  AR_REASON_CODE_SHORT_PAID = 122,
  // A part of what the item owes: paid, owed.
  AR_REASON_CODE_PART_PAID = 123,
  // More than the items owe: paid, owed.
  AR_REASON_CODE_OVER_PAID = 124,
  // Credit notes that were taken off.
  AR_REASON_CODE_CREDIT_NETTED = 125,
  // Share of late items in the whole book (the limit is the shipped prior).
  AR_REASON_CODE_BOOK_RATE = 201,
  // Share of late items after the customer's segment is taken into account (the limit is the share before).
  AR_REASON_CODE_SEGMENT_RATE = 202,
  // Share of late items after the customer's own settled items are taken into account.
  AR_REASON_CODE_CUSTOMER_RATE = 203,
  // Probability of being late after the days already waited are taken into account.
  AR_REASON_CODE_AGE_SO_FAR = 204,
  // Settled items of the customer known, and how many make a history.
  AR_REASON_CODE_HISTORY_LENGTH = 205,
  // Probability of being late after the amount, the calendar, the trend and what else is open are taken into account.
  AR_REASON_CODE_CIRCUMSTANCE_RATE = 206,
  // Probability of being late that a model of the host's own gives.
  AR_REASON_CODE_GIVEN_RATE = 207,
  // Probability of being late after promises, disputes, notices and news are taken into account.
  AR_REASON_CODE_CLAIM_RATE = 208,
  // Points for the money at stake.
  AR_REASON_CODE_POINTS_AMOUNT = 221,
  // Points for days beyond what is normal for this customer.
  AR_REASON_CODE_POINTS_BEYOND_HABIT = 222,
  // Points because the customer pays later and later.
  AR_REASON_CODE_POINTS_DETERIORATING = 223,
  // Points for open disputes that wait for an answer.
  AR_REASON_CODE_POINTS_DISPUTE = 224,
  // Points because the customer wrote and waits for an answer.
  AR_REASON_CODE_POINTS_REPLY_WAITING = 225,
  // Points because the customer is late for the first time.
  AR_REASON_CODE_POINTS_FIRST_TIME_LATE = 226,
  // Points for the probability of default.
  AR_REASON_CODE_POINTS_DEFAULT = 227,
  // Points for broken promises.
  AR_REASON_CODE_POINTS_BROKEN_PROMISE = 228,
  // Points for outside signals of distress.
  AR_REASON_CODE_POINTS_SIGNAL = 229,
  // The loss that is expected, and what is open.
  AR_REASON_CODE_EXPECTED_LOSS = 230,
  // The share that is assumed lost where a customer defaults.
  AR_REASON_CODE_LOSS_GIVEN_DEFAULT = 231,
  // Share that was lost of a bucket in the book's own past (the limit is the shipped rate).
  AR_REASON_CODE_LOSS_RATE = 232,
  // Decided items behind the book's own rate (the limit is what the shipped rate counts as).
  AR_REASON_CODE_LOSS_HISTORY = 233,
  // What the customer is billed in a month.
  AR_REASON_CODE_MONTHLY_BILLING = 234,
  // Days from the invoice to the money, and the days granted.
  AR_REASON_CODE_DAYS_TO_PAY = 235,
  // What the class of payer leaves of a credit limit.
  AR_REASON_CODE_CLASS_FACTOR = 236,
  // What the expected loss leaves of a credit limit (the limit is the share of the open amount that is expected to be lost).
  AR_REASON_CODE_RISK_FACTOR = 237,
  // The credit limit by formula, and the most that is given.
  AR_REASON_CODE_LIMIT_CAPPED = 238,
  // What is open, and the credit limit.
  AR_REASON_CODE_LIMIT_USED = 239,
  // Days past due, and the days allowed.
  AR_REASON_CODE_PAST_DUE = 301,
  // The item is not due yet (days past due, days allowed).
  AR_REASON_CODE_NOT_DUE = 302,
  // An open dispute holds the item: disputed amount, open amount.
  AR_REASON_CODE_DISPUTE_OPEN = 303,
  // A live promise holds the item until the day promised and the tolerance after it.
  AR_REASON_CODE_PROMISE_LIVE = 304,
  // An active payment plan holds the item.
  AR_REASON_CODE_PLAN_ACTIVE = 305,
  // A block holds the item or account until a day.
  AR_REASON_CODE_BLOCKED = 306,
  // Cash for the item has landed and waits to be posted: amount, open amount.
  AR_REASON_CODE_CASH_LANDED = 307,
  // Unallocated credits cover what is due: credits, amount due.
  AR_REASON_CODE_CREDITS_COVER = 308,
  // The last notice is too recent: days since, days required.
  AR_REASON_CODE_NOTICE_TOO_RECENT = 309,
  // The next level of the ladder was reached: level, level before.
  AR_REASON_CODE_LEVEL_REACHED = 310,
  // Less is due than the ladder's minimum.
  AR_REASON_CODE_BELOW_MINIMUM = 311,
  // The ladder has no further level: a person decides what comes next.
  AR_REASON_CODE_LADDER_EXHAUSTED = 312,
  // Late, but inside what this customer always does: days late, days usual.
  AR_REASON_CODE_WITHIN_HABIT = 313,
  // Later than this customer ever is: days late, days usual.
  AR_REASON_CODE_OUTSIDE_HABIT = 314,
  // The customer wrote and has had no answer: days waiting, days allowed.
  AR_REASON_CODE_REPLY_WAITING = 315,
  // The customer must not be contacted by the engine.
  AR_REASON_CODE_DO_NOT_CONTACT = 316,
  // A signal of insolvency, death or fraud: severity, limit.
  AR_REASON_CODE_STOP_SIGNAL = 317,
  // Promises broken, and how many are tolerated.
  AR_REASON_CODE_PROMISE_BROKEN = 318,
  // A promise is due today.
  AR_REASON_CODE_PROMISE_DUE = 319,
  // Payments come later and later: days later than before, limit.
  AR_REASON_CODE_DETERIORATING = 320,
  // Late for the first time: late items before, settled items known.
  AR_REASON_CODE_FIRST_TIME_LATE = 321,
  // The undisputed rest is still pursued: undisputed amount, whole amount.
  AR_REASON_CODE_UNDISPUTED_REST = 322,
  // Contacts in the rolling window, and the cap.
  AR_REASON_CODE_CONTACT_CAP = 323,
  // The item has reached its highest number of contacts.
  AR_REASON_CODE_MAX_CONTACTS = 324,
  // The item is not issued yet on the day of the run.
  AR_REASON_CODE_NOT_ISSUED = 325,
  // The customer of the item cannot be reached by any channel that is allowed.
  AR_REASON_CODE_NO_CHANNEL = 326,
  // A dispute waits to be routed: days open, days allowed.
  AR_REASON_CODE_DISPUTE_WAITING = 327,
  // The item is included in the notice of the customer.
  AR_REASON_CODE_ON_NOTICE = 328,
  // A person deals with this customer today; no notice goes out beside it.
  AR_REASON_CODE_PERSON_ACTS = 329,
  // A credit: nothing to collect.
  AR_REASON_CODE_IS_CREDIT = 330,
  // A strategic customer: its owner is in.
  AR_REASON_CODE_STRATEGIC = 331,
  // The day of the run is not a contact day; the next is.
  AR_REASON_CODE_CLOSED_DAY = 332,
  // A payment of the customer waits to be placed: amount, and what is due.
  AR_REASON_CODE_CASH_UNPLACED = 333,
  // Likely to be late: days until it is due, days before the due date on which it is reminded of.
  AR_REASON_CODE_REMIND_BEFORE = 334,
  // A conversation is too recent: days since, days of quiet.
  AR_REASON_CODE_QUIET_PERIOD = 335,
  // A dispute was just decided against the customer: days since, days of grace.
  AR_REASON_CODE_DISPUTE_GRACE = 336,
  // Calls in the rolling window, and the cap.
  AR_REASON_CODE_CALL_CAP = 337,
  // Too many notices in a row by the customer's first channel went without an answer: another is tried.
  AR_REASON_CODE_CHANNEL_SILENT = 338,
  // The item was handed over to an agency or a lawyer.
  AR_REASON_CODE_HANDED_OVER = 340,
  // A notice of a level that costs a fee was sent: the level.
  AR_REASON_CODE_FEE_OF_LEVEL = 350,
  // The fee is more than is left of a cap: the fee, what is left.
  AR_REASON_CODE_FEE_CAPPED = 351,
  // Interest runs: days until the notice or the payment, from the day after the item was due.
  AR_REASON_CODE_INTEREST_RUNS = 352,
  // Interest to date, and what of it was charged before.
  AR_REASON_CODE_INTEREST_TO_DATE = 353,
  // The item was paid late: days.
  AR_REASON_CODE_PAID_LATE = 354,
  // A sum that is granted for the late payment of an item: the sum, the item.
  AR_REASON_CODE_COMPENSATION = 355,
  // A fee cannot be turned into the currency of the item.
  AR_REASON_CODE_NO_RATE = 356,
  // A dispute is open for longer than it should be: days, days allowed.
  AR_REASON_CODE_DISPUTE_OVERDUE = 360,
  // Decided cases of the same reason, and how many make a history.
  AR_REASON_CODE_CASES_LIKE_THIS = 361,
  // Of these the customer's own.
  AR_REASON_CODE_CASES_OF_CUSTOMER = 362,
  // The share of a disputed amount that past cases let expect to be valid, and the share from (or up to) which a verdict
  // is suggested.
  AR_REASON_CODE_CASES_VALID = 363,
  // Past cases suggest a credit: what of the dispute is open, what is disputed.
  AR_REASON_CODE_CREDIT_SUGGESTED = 364,
  // Past cases suggest a rejection: what of the dispute is open, what is disputed.
  AR_REASON_CODE_REJECTION_SUGGESTED = 365,
  // A credit that the policy lets go without a person: what is disputed, and the most of such a credit.
  AR_REASON_CODE_SMALL_CREDIT = 366,
  // Working on a dispute costs more than it is about: the cost, the amount.
  AR_REASON_CODE_HANDLING_COST = 367,
  // A credit is owed of what was found valid: the credit, what is open of the item.
  AR_REASON_CODE_CREDIT_OWED = 368,
  // What the customer, or its group, owes after credits and cash, and the credit limit times the share from which it is held.
  AR_REASON_CODE_EXPOSURE_OVER_LIMIT = 370,
  // The exposure fell to what releases a hold: exposure, credit limit times the share that releases.
  AR_REASON_CODE_EXPOSURE_WITHIN_LIMIT = 371,
  // The credit limit is that of a customer above, for all customers below it: so many of them owe something.
  AR_REASON_CODE_GROUP_LIMIT = 372,
  // Currencies of the exposure that no rate turns into that of the credit limit: they are not counted.
  AR_REASON_CODE_EXPOSURE_NO_RATE = 373,
  // Days that the oldest item of some amount is past due, and the days from which on credit is held.
  AR_REASON_CODE_HOLD_LATE = 374,
  // Days that the oldest item of some amount is past due, and the days up to which a hold is released.
  AR_REASON_CODE_HOLD_LATE_ENDED = 375,
  // Signs that the customer cannot pay: the highest severity of the outside signals.
  AR_REASON_CODE_HOLD_DISTRESSED = 376,
  // Days to pay in force, and the fewer days proposed.
  AR_REASON_CODE_TERMS_TIGHTER = 377,
  // Days to pay in force, and the more days proposed.
  AR_REASON_CODE_TERMS_LOOSER = 378,
  // Settled items of a customer who pays promptly, and the items needed.
  AR_REASON_CODE_GOOD_RECORD = 379,
  // A payment failed and may be tried again: which attempt, and the most.
  AR_REASON_CODE_RETRY_DUE = 380,
  // A payment failed in a way that no further attempt changes.
  AR_REASON_CODE_HARD_DECLINE = 381,
  // Attempts that were made of a payment that failed, and the most.
  AR_REASON_CODE_RETRIES_USED = 382,
  // Instalments of the plan that is offered, and the most.
  AR_REASON_CODE_PLAN_OFFERED = 383,
  // Days by which the due date is moved, and the days past due.
  AR_REASON_CODE_EXTENSION_OFFERED = 384,
  // Promises that are live, this one included, and the most.
  AR_REASON_CODE_PROMISE_TOO_MANY = 385,
  // Days from the day of a promise to the day promised, and the most.
  AR_REASON_CODE_PROMISE_TOO_LATE = 386,
  // The amount promised, and the most that is taken without a person.
  AR_REASON_CODE_PROMISE_TOO_LARGE = 387,
  // The amount promised, and the least that is taken without a person.
  AR_REASON_CODE_PROMISE_TOO_SMALL = 388,
  // How often something was promised without being kept, and the most.
  AR_REASON_CODE_PROMISE_LEVEL = 389,
  // The notice is the last that an item may be on: contacts with it, and the most.
  AR_REASON_CODE_LAST_CONTACT = 390,
  // Nothing is dunned in this currency: the policy names others.
  AR_REASON_CODE_CURRENCY_NOT_DUNNED = 391,
  // The item is listed on the notice of others, and does not rise: level of the notice, its own.
  AR_REASON_CODE_LISTED_ALONGSIDE = 392,
  // The autonomy level in force, and the level that acting needs.
  AR_REASON_CODE_AUTONOMY_LEVEL = 401,
  // The amount, and the limit up to which the engine acts.
  AR_REASON_CODE_AMOUNT_LIMIT = 402,
  // The dunning level, and the highest at which the engine acts.
  AR_REASON_CODE_LEVEL_LIMIT = 403,
  // The confidence, and the least that is needed.
  AR_REASON_CODE_CONFIDENCE_LIMIT = 404,
  // A strategic customer: its owner decides.
  AR_REASON_CODE_STRATEGIC_CUSTOMER = 405,
  // The first contact ever with this customer is approved by a person.
  AR_REASON_CODE_FIRST_CONTACT = 406,
  // This action is always for a person.
  AR_REASON_CODE_ALWAYS_ASK = 407,
  // A person approved exactly this decision.
  AR_REASON_CODE_APPROVED = 408,
  // A person rejected exactly this decision.
  AR_REASON_CODE_REJECTED = 409,
  // Inside every limit: acted.
  AR_REASON_CODE_INSIDE_LIMITS = 410,
  // The kill switch is on: nothing is done without a person.
  AR_REASON_CODE_KILL_SWITCH = 411,
  // The budget of automatic amounts for the run is used up.
  AR_REASON_CODE_BUDGET_LIMIT = 412,
  // Exactly this decision was reported done today.
  AR_REASON_CODE_ALREADY_DONE = 413,
  // The explanation is a proposal: it fits, and others may.
  AR_REASON_CODE_NOT_CERTAIN = 414,
  // The policy has a person decide about this action.
  AR_REASON_CODE_MODE_ASKS = 415,
  // The policy has this action off.
  AR_REASON_CODE_SWITCHED_OFF = 416,
  // The step of the tone (0 friendly, 4 final), and the firmest that needs no person.
  AR_REASON_CODE_TONE_LIMIT = 417,
  // Instalments of a plan, and how many need no person.
  AR_REASON_CODE_PLAN_PARTS = 418,
  // Days to the last instalment, and how many need no person.
  AR_REASON_CODE_PLAN_DAYS = 419,
  // Amount of a plan, and the one that needs no person.
  AR_REASON_CODE_PLAN_AMOUNT = 420,
  // Days of an extension, and how many need no person.
  AR_REASON_CODE_EXTENSION_DAYS = 421,
  // Discounts of a posting, and the sum that needs no person.
  AR_REASON_CODE_DISCOUNT_LIMIT = 422,
  // Amount written off, and the one that needs no person.
  AR_REASON_CODE_WRITE_OFF_LIMIT = 423,
  // A person decides about credit holds.
  AR_REASON_CODE_CREDIT_HOLD_ASKS = 424,
  // A person decides about handing over.
  AR_REASON_CODE_HAND_OVER_ASKS = 425,
  // Earlier decisions of the same action and at least this amount, and how many are wanted.
  AR_REASON_CODE_PRECEDENTS = 426,
  // Days since a person dealt with the customer, and the days in which a person decides.
  AR_REASON_CODE_HUMAN_TOUCH = 427,
  // Days without a person having dealt with the customer, and how many are allowed.
  AR_REASON_CODE_UNATTENDED = 428,
  // The engine does not write in this language without a person.
  AR_REASON_CODE_LANGUAGE_ASKS = 429,
  // The engine does not deal with customers of this country without a person.
  AR_REASON_CODE_COUNTRY_ASKS = 430,
  // Decisions of a period with this one, and the budget.
  AR_REASON_CODE_BUDGET_COUNT = 431,
  // Amount of a period with this one, and the budget.
  AR_REASON_CODE_BUDGET_AMOUNT = 432,
  // Days since it was put to a person, and the days after which the engine acts unless somebody says no.
  AR_REASON_CODE_VETO_WINDOW = 433,
  // Days since it was put to a person, who did not say no.
  AR_REASON_CODE_VETO_PASSED = 434,
  // People who approved, and how many must.
  AR_REASON_CODE_SECOND_APPROVAL = 435,
  // A person changed it.
  AR_REASON_CODE_EDITED = 436,
  // What a person changed no longer fits.
  AR_REASON_CODE_EDIT_VOID = 437,
  // A person stopped this.
  AR_REASON_CODE_STOPPED = 438,
  // Errors since the level was changed, and the level in force.
  AR_REASON_CODE_NARROWED = 439,
  // Days without an answer, and how many the role had.
  AR_REASON_CODE_UNANSWERED = 440,
  // Trials without a change of the level, and errors among them.
  AR_REASON_CODE_EARNED = 441,
  // What the share of errors is under, whenever one looks, and the limit.
  AR_REASON_CODE_ERROR_BOUND = 442,
  // The customer says that it will pay: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_PROMISE = 501,
  // The customer says that something is wrong: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_DISPUTE = 502,
  // The customer asks for a document: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_COPY = 503,
  // The customer wants to pay in parts: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_PLAN = 504,
  // The customer asks for more time: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_MORE_TIME = 505,
  // The customer says that it has paid: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_PAID = 506,
  // The message went to the wrong place: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_WRONG_CONTACT = 507,
  // Nobody reads messages for now: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_AWAY = 508,
  // The customer speaks of lawyers, courts or regulators: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_LEGAL = 509,
  // The customer is insolvent, or will be: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_INSOLVENT = 510,
  // The customer says that it will not pay: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_REFUSAL = 511,
  // The customer asks something: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_QUESTION = 512,
  // The customer wants nothing: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_THANKS = 513,
  // The message is about something else: probability, and the least from which it is acted on.
  AR_REASON_CODE_SAID_OTHER = 514,
  // A person must see a message: lawyers, courts or regulators.
  AR_REASON_CODE_SEES_LEGAL = 520,
  // A person must see a message: insolvency.
  AR_REASON_CODE_SEES_INSOLVENCY = 521,
  // A person must see a message: a refusal to pay.
  AR_REASON_CODE_SEES_REFUSAL = 522,
  // A person must see a message: abuse.
  AR_REASON_CODE_SEES_HOSTILE = 523,
  // A person must see a message: a message that is not clear.
  AR_REASON_CODE_SEES_AMBIGUOUS = 524,
  // A person must see a message: orders to a machine.
  AR_REASON_CODE_SEES_INJECTION = 525,
  // A person must see a message: changed bank details or fraud.
  AR_REASON_CODE_SEES_FRAUD = 526,
  // A person must see a message: hardship.
  AR_REASON_CODE_SEES_HARDSHIP = 527,
  // A person must see a message: somebody who needs protection.
  AR_REASON_CODE_SEES_VULNERABLE = 528,
  // A person must see a message: rights about personal data.
  AR_REASON_CODE_SEES_PRIVACY = 529,
  // A person must see a message: a death.
  AR_REASON_CODE_SEES_DECEASED = 530,
  // A person must see a message: characters that are not seen, or not what they look like.
  AR_REASON_CODE_SEES_HIDDEN = 531,
  // A person must see a message: a message longer than what is read.
  AR_REASON_CODE_SEES_OVERSIZED = 532,
  // A person must see a message: a reading that the text does not bear out.
  AR_REASON_CODE_SEES_UNSUPPORTED = 533,
  // The customer wrote that it has paid: days since, days of patience.
  AR_REASON_CODE_PAID_SAID = 540,
  // A copy that was asked for was sent: days since, days of patience.
  AR_REASON_CODE_COPY_SENT = 541,
  // The contact is away: the day of the message, the day of return.
  AR_REASON_CODE_CONTACT_AWAY = 542,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_reason_code ar_reason_code;
#else
typedef uint16_t ar_reason_code;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What the two numbers of a reason count.
enum ar_unit
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Whole days.
  AR_UNIT_DAYS = 1,
  // Minor units of the currency of the row.
  AR_UNIT_MINOR = 2,
  // Parts per million of a share or probability.
  AR_UNIT_PPM = 3,
  // A number of things.
  AR_UNIT_COUNT = 4,
  // A dunning or autonomy level.
  AR_UNIT_LEVEL = 5,
  // Days since 1970-01-01.
  AR_UNIT_DATE = 6,
  // Points of the priority score.
  AR_UNIT_POINTS = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_unit ar_unit;
#else
typedef uint16_t ar_unit;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What was found for a payment.
enum ar_payment_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Certain by the rules of the policy: may be posted, if the policy lets the engine act.
  AR_PAYMENT_STATUS_AUTO = 1,
  // Explained, but not certainly: a person decides.
  AR_PAYMENT_STATUS_PROPOSE = 2,
  // Not explained.
  AR_PAYMENT_STATUS_UNMATCHED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_payment_status ar_payment_status;
#else
typedef uint16_t ar_payment_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// A part of a report: each is a table.
enum ar_part
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint16_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Proposed applications of cash.
  AR_PART_ALLOCATIONS = 1,
  // Each payment, always.
  AR_PART_PAYMENTS = 2,
  // Each open item: when and whether its money comes.
  AR_PART_SCORES = 3,
  // Each action on a subject.
  AR_PART_DECISIONS = 4,
  // What a person has to do, best first.
  AR_PART_WORKLIST = 5,
  // Every open item once: decided or skipped, and why.
  AR_PART_OUTCOMES = 6,
  // Expected cash by day.
  AR_PART_FORECAST = 7,
  // What is open, by days past due.
  AR_PART_AGING = 8,
  // Measures, each with its formula.
  AR_PART_KPIS = 9,
  // The chained log of inputs and decisions.
  AR_PART_AUDIT = 10,
  // Risk of the book: expected loss, provision, roll rates, concentration, credit limits.
  AR_PART_RISK = 11,
  // What each role has to do, how much of it fits into the day, and how far from the best the choice may be.
  AR_PART_CAPACITY = 12,
  // Disputes and deductions by reason, product and customer.
  AR_PART_ROOT_CAUSES = 13,
  // What people are asked, and what they are to look at.
  AR_PART_ESCALATIONS = 14,
  // How far the engine may go, by action and segment, and what the evidence says.
  AR_PART_AUTONOMY = 15,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum ar_part ar_part;
#else
typedef uint16_t ar_part;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// An append-only audit log. Single-writer: while one thread appends, no other may use the log; else any number of threads may read it.
typedef struct ar_audit_log ar_audit_log;

// What ar_audit_verify or ar_audit_log_verify found. Immutable: any number of threads may read it.
typedef struct ar_breaks ar_breaks;

// Why a call failed: a status, a message, and every problem that was found.
// Immutable: any number of threads may read it.
typedef struct ar_error ar_error;

// The books. Single-writer: while one thread is in ar_ledger_apply_json, no other may use the ledger; else any number of
// threads may read it.
typedef struct ar_ledger ar_ledger;

// Learned models with version and digest. Immutable: any number of threads may read it.
typedef struct ar_models ar_models;

// A validated policy. Immutable: any number of threads may read it.
typedef struct ar_policy ar_policy;

// All that one run found. Immutable: any number of threads may read it.
typedef struct ar_report ar_report;

// A day of a book that events come in on: what each of them changes is decided at once. Single-writer, as a ledger: while one thread
// is in ar_standing_day_apply_json, no other may use it; else any number of threads may read it.
typedef struct ar_standing_day ar_standing_day;

// A set of tables to be loaded. Each table is filled from arrays of rows, or column by column from plain arrays, or comes as one Arrow
// stream.
// Single-writer: one thread at a time may add to it; while nobody adds, any number of threads may read it.
typedef struct ar_tables ar_tables;

// One thing that is wrong, and where. Belongs to its error. Fields may be added at the end in later versions: read it
// through the pointer, do not copy it by its size.
typedef struct ar_problem {
  // The table ("items"), or "policy", "events", "arguments".
  const char *table;
  // Row of the table, counted from 0; -1 where the whole table or column is meant.
  int64_t row;
  // Column of the table, path of the setting, field of the event, or parameter of the function; NULL where none is meant.
  const char *column;
  // What is wrong.
  ar_problem_code code;
  // One sentence for a person: what was seen, what is wanted.
  const char *message;
} ar_problem;

// A row of the table "customers". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
typedef struct ar_customer_input {
  // sizeof(ar_customer_input).
  size_t struct_size;
  // Required.
  const char *customer_id;
  // The name of the legal party.
  const char *name;
  // The customer that this one belongs to.
  const char *parent_id;
  // The named person of yours who owns the account.
  const char *owner;
  // A word of yours, by which the policy may have other numbers.
  const char *segment;
  // ISO 3166 code.
  const char *country;
  // BCP 47 tag ("de").
  const char *language;
  // IANA name ("Europe/Berlin").
  const char *time_zone;
  // A word of yours.
  const char *industry;
  // Other names that it pays under.
  const char *const *aliases;
  // How many.
  size_t aliases_len;
  // Channels in order of preference ("email", "post").
  const char *const *channels;
  // How many.
  size_t channels_len;
  // Bank accounts that it pays from.
  const char *const *bank_accounts;
  // How many.
  size_t bank_accounts_len;
  // In minor units of `currency`; read if `has_credit_limit` is set.
  int64_t credit_limit_minor;
  // In minor units of `currency`; read if `has_annual_revenue` is set.
  int64_t annual_revenue_minor;
  // No contact before this day.
  int32_t blocked_until;
  // ISO 4217 code of the two amounts, ended by NUL.
  char currency[4];
  // 1 if there is a credit limit, which may be 0.
  uint8_t has_credit_limit;
  // 1 if the annual revenue is known.
  uint8_t has_annual_revenue;
  // 1 for a strategic account, for which its owner decides.
  uint8_t strategic;
  // 1 if it is a consumer.
  uint8_t consumer;
  // 1 if it must not be contacted.
  uint8_t do_not_contact;
} ar_customer_input;

// A row of the table "items": what is or was owed. Set `struct_size`; what is zero is not given. Members are added at the end in later
// versions.
typedef struct ar_item_input {
  // sizeof(ar_item_input).
  size_t struct_size;
  // Required.
  const char *item_id;
  // Required.
  const char *customer_id;
  // "invoice" (where it is NULL), "debit_note", "fee", "interest", "deduction" or "credit_note".
  const char *kind;
  // As the customer knows it; where it is NULL, the item_id.
  const char *reference;
  // The customer's order.
  const char *purchase_order;
  // Items of a group go into one notice.
  const char *notice_group;
  // Of a deduction: why it was kept back.
  const char *deduction_reason;
  // Of a deduction: the customer's own code for it.
  const char *deduction_code;
  // What was sold.
  const char *product;
  // Required, positive; in minor units of `currency`.
  int64_t amount_minor;
  // What is still open, in minor units; read if `has_open_amount` is set, else worked out from the allocations.
  int64_t open_amount_minor;
  // What may be taken off for early payment, 0 to 100, at most four decimals, which a double of this size tells apart.
  double discount_percent;
  // Required.
  int32_t issued_on;
  // Required.
  int32_t due_on;
  // 0 while it is open.
  int32_t settled_on;
  // The last day on which the discount may be taken.
  int32_t discount_until;
  // The day of the last notice.
  int32_t last_notice_on;
  // No notice before this day.
  int32_t blocked_until;
  // The level of the last notice, 0 to 99.
  int32_t dunning_level;
  // Required: ISO 4217 code, ended by NUL.
  char currency[4];
  // 1 if the open amount is given, which may be 0.
  uint8_t has_open_amount;
  // 1 if the customer disputes it.
  uint8_t disputed;
} ar_item_input;

// A row of the table "payments": what came in. Set `struct_size`; what is zero is not given. Members are added at the end in later
// versions.
typedef struct ar_payment_input {
  // sizeof(ar_payment_input).
  size_t struct_size;
  // Required.
  const char *payment_id;
  // The payer; NULL if unknown.
  const char *customer_id;
  // As the bank names the payer.
  const char *payer_name;
  // The account that it came from.
  const char *payer_account;
  // The text of the bank; line breaks are allowed.
  const char *text;
  // The reference of the bank.
  const char *reference;
  // "transfer", "direct_debit", or any other word of yours.
  const char *method;
  // Why it failed: "insufficient_funds", "limit_exceeded", "technical", "expired_card", "account_closed", "mandate_revoked",
  // "disputed_by_payer" or "unknown".
  const char *failure;
  // Required, positive; in minor units of `currency`.
  int64_t amount_minor;
  // What the bank kept, in minor units.
  int64_t bank_fee_minor;
  // Required.
  int32_t received_on;
  // The day on which it failed.
  int32_t failed_on;
  // Required: ISO 4217 code, ended by NUL.
  char currency[4];
  // 1 if it was returned or refused.
  uint8_t failed;
} ar_payment_input;

// A row of the table "remittances": a line of what a payer says a payment is for. Set `struct_size`; what is zero is not given. Members
// are added at the end in later versions.
typedef struct ar_remittance_input {
  // sizeof(ar_remittance_input).
  size_t struct_size;
  // Required; of each line another.
  const char *remittance_id;
  // The payer.
  const char *customer_id;
  // The payment; NULL if it is not known yet.
  const char *payment_id;
  // Required: what the line names.
  const char *reference;
  // Why something was kept back.
  const char *deduction_reason;
  // In minor units of the payment's currency, negative for a credit note that is taken off; read if `has_amount` is set.
  int64_t amount_minor;
  // Discount that was taken, in minor units.
  int64_t discount_minor;
  // What was kept back, in minor units.
  int64_t deduction_minor;
  // Required.
  int32_t received_on;
  // 1 if the line has an amount, which may be 0.
  uint8_t has_amount;
} ar_remittance_input;

// A row of the table "allocations": what was posted of a payment or credit note to an item. Set `struct_size`; what is zero is not given.
// Members are added at the end in later versions.
typedef struct ar_allocation_input {
  // sizeof(ar_allocation_input).
  size_t struct_size;
  // Required: the payment or credit note; of a write-off the item itself.
  const char *credit_id;
  // Required.
  const char *item_id;
  // "payment" (where it is NULL), "discount", "bank_fee", "write_off", "fx_difference" or "deduction".
  const char *kind;
  // The decision that it was posted by.
  const char *decision_id;
  // Required, positive; in minor units of the item's currency.
  int64_t amount_minor;
  // What it took of the payment, in minor units of the payment's currency, where that is another.
  int64_t credit_amount_minor;
  // Required: the day of the posting.
  int32_t on;
} ar_allocation_input;

// A row of the table "promises": a promise to pay. Set `struct_size`; what is zero is not given. Members are added at the end in later
// versions.
typedef struct ar_promise_input {
  // sizeof(ar_promise_input).
  size_t struct_size;
  // Required.
  const char *promise_id;
  // Required.
  const char *customer_id;
  // The item; NULL if all that is due is promised.
  const char *item_id;
  // "open" (where it is NULL), "kept", "partly_kept", "broken", "withdrawn" or "superseded".
  const char *state;
  // Where it was made: "reply:" and the identifier of a message, say.
  const char *source;
  // In minor units of `currency`, else of the item's currency; 0 for all.
  int64_t amount_minor;
  // Required.
  int32_t made_on;
  // Required.
  int32_t due_on;
  // ISO 4217 code, ended by NUL.
  char currency[4];
} ar_promise_input;

// A row of the table "disputes". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
typedef struct ar_dispute_input {
  // sizeof(ar_dispute_input).
  size_t struct_size;
  // Required.
  const char *dispute_id;
  // The customer of the item.
  const char *customer_id;
  // Required.
  const char *item_id;
  // What is wrong, by the customer: a word of yours.
  const char *reason;
  // "open" (where it is NULL), "in_review", "valid", "invalid", "partial" or "closed".
  const char *state;
  // What is disputed, in minor units of the item's currency; 0 for the whole item.
  int64_t amount_minor;
  // What was found to be right of it, in minor units; read if `has_valid_amount` is set.
  int64_t valid_amount_minor;
  // Required.
  int32_t opened_on;
  // 0 while it is open.
  int32_t resolved_on;
  // 1 if it was decided what is right of it, which may be 0.
  uint8_t has_valid_amount;
} ar_dispute_input;

// A row of the table "plans": a plan of payment by instalments. Set `struct_size`; what is zero is not given. Members are added at the
// end in later versions.
typedef struct ar_plan_input {
  // sizeof(ar_plan_input).
  size_t struct_size;
  // Required.
  const char *plan_id;
  // Required.
  const char *customer_id;
  // "active" (where it is NULL), "offered", "completed" or "broken".
  const char *state;
  // Required: the items that it covers.
  const char *const *item_ids;
  // How many.
  size_t item_ids_len;
  // Required.
  int32_t agreed_on;
} ar_plan_input;

// A row of the table "instalments". Set `struct_size`; what is zero is not given. Members are added at the end in later versions.
typedef struct ar_instalment_input {
  // sizeof(ar_instalment_input).
  size_t struct_size;
  // Required.
  const char *plan_id;
  // Required, positive; in minor units of the currency of the plan's items.
  int64_t amount_minor;
  // Required.
  int32_t due_on;
  // 0 while it is not paid.
  int32_t paid_on;
} ar_instalment_input;

// A row of the table "notices": what was sent to a customer. Set `struct_size`; what is zero is not given. Members are added at the end
// in later versions.
typedef struct ar_notice_input {
  // sizeof(ar_notice_input).
  size_t struct_size;
  // Required.
  const char *notice_id;
  // Required.
  const char *customer_id;
  // The channel that it went by.
  const char *channel;
  // "sent" (where it is NULL), "proposed", "bounced" or "void".
  const char *state;
  // The items that it was about.
  const char *const *item_ids;
  // How many.
  size_t item_ids_len;
  // Required.
  int32_t sent_on;
  // The dunning level, 0 to 99.
  int32_t level;
} ar_notice_input;

// A row of the table "replies": a message of a customer. Set `struct_size`; what is zero is not given. Members are added at the end in
// later versions.
typedef struct ar_reply_input {
  // sizeof(ar_reply_input).
  size_t struct_size;
  // Required.
  const char *reply_id;
  // Required.
  const char *customer_id;
  // The subject of a mail.
  const char *subject;
  // The message; line breaks are allowed.
  const char *text;
  // The channel that it came by.
  const char *channel;
  // What it wants, where somebody said so.
  const char *intent;
  // What was read of it, as JSON, where that is known.
  const char *reading;
  // Required.
  int32_t received_on;
  // 0 while it is not answered.
  int32_t answered_on;
} ar_reply_input;

// A row of the table "signals": news of a customer from outside. Set `struct_size`. Members are added at the end in later versions.
typedef struct ar_signal_input {
  // sizeof(ar_signal_input).
  size_t struct_size;
  // Required.
  const char *customer_id;
  // Required: a word ("insolvency").
  const char *kind;
  // Required.
  int32_t on;
  // Required: 0 to 100. Always read: 0 is a severity.
  int32_t severity;
} ar_signal_input;

// A row of the table "fx_rates". Set `struct_size`. Members are added at the end in later versions.
typedef struct ar_fx_rate_input {
  // sizeof(ar_fx_rate_input).
  size_t struct_size;
  // Required: what one unit of `base` costs in `quote`, as decimal text ("1.0843", at most ten decimals). Text, because a double cannot
  // hold ten decimals of a rate above 90,000.
  const char *rate;
  // Required.
  int32_t on;
  // Required: ISO 4217 code, ended by NUL.
  char base[4];
  // Required: ISO 4217 code, ended by NUL.
  char quote[4];
} ar_fx_rate_input;

// A row of the table "pay_times", for ar_models_fit_on: what a model of your own says of an item. Set `struct_size`. Members are added at
// the end in later versions.
typedef struct ar_pay_time_input {
  // sizeof(ar_pay_time_input).
  size_t struct_size;
  // Required.
  const char *item_id;
  // Required: the probability, 0 to 1, with which the delay is not longer. Always read.
  double probability;
  // Required: days after the due date, negative before it. Always read.
  int32_t delay_days;
} ar_pay_time_input;

// A row of the table "holidays", for ar_models_fit_on: a day on which nothing is paid. Set `struct_size`. Members are added at the end in
// later versions.
typedef struct ar_holiday_input {
  // sizeof(ar_holiday_input).
  size_t struct_size;
  // Required: ISO 3166 code of a country, or ISO 4217 code of a currency for customers without a country.
  const char *calendar;
  // Required.
  int32_t on;
} ar_holiday_input;

// Why the answer is what it is: what was seen and what it was held against.
typedef struct ar_reason {
  // Which reason; names and texts: ar_reason_code_name, ar_reason_text.
  ar_reason_code code;
  // What the two numbers count.
  ar_unit unit;
  // What was seen; AR_NO_NUMBER where the code stands for itself.
  int64_t observed;
  // What it was held against; AR_NO_NUMBER where there is no limit.
  int64_t limit;
} ar_reason;

// An action on a subject.
typedef struct ar_decision {
  // Identifies the decision: the same inputs give the same id, so it serves as an idempotency key.
  const char *decision_id;
  // The customer; NULL if the payer is unknown.
  const char *customer_id;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // What to do.
  ar_action action;
  // Whether the host does it or a person decides.
  ar_mode mode;
  // The amount in minor units of the currency.
  int64_t amount_minor;
  // Who decides ("collector"); NULL if mode is AR_MODE_ACT.
  const char *ask_role;
  // The dunning level; 0 where there is none.
  int32_t level;
  // The decision holds before this day (days since 1970-01-01).
  int32_t expires_on;
  // Points of the priority score.
  int64_t priority;
  // The probability with which this action was chosen among its alternatives.
  double propensity;
  // What the action needs to know, as a JSON object.
  const char *params;
  // The items it is about; NULL if there are none.
  const char *const *item_ids;
  // How many.
  size_t item_ids_len;
  // Identifiers of the records that it rests on; NULL if there are none.
  const char *const *evidence;
  // How many.
  size_t evidence_len;
  // Why; NULL if there are none.
  const struct ar_reason *reasons;
  // How many.
  size_t reasons_len;
} ar_decision;

// Something that a person has to do.
typedef struct ar_worklist_row {
  // 1 is the best use of the next minute.
  int64_t rank;
  // The decision that waits.
  const char *decision_id;
  // The customer; NULL if the payer is unknown.
  const char *customer_id;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // What is proposed.
  ar_action action;
  // 1 if it is to be done today, 0 if it waits: the time of its role goes to what is worth more.
  uint8_t today;
  // The amount in minor units of the currency.
  int64_t amount_minor;
  // Expected cash that acting today gains against waiting, less what the contact costs, in minor units of the currency.
  int64_t expected_value_minor;
  // Minutes that it takes.
  int64_t minutes;
  // Points of the priority score.
  int64_t priority;
  // Who decides; NULL if anybody may.
  const char *ask_role;
  // The named person who owns the account; NULL if there is none.
  const char *person;
  // One sentence for that person.
  const char *why;
  // What that person should see, as a JSON object.
  const char *context;
} ar_worklist_row;

// A proposed application of cash.
typedef struct ar_allocation {
  // The payment or credit.
  const char *payment_id;
  // The item that is paid.
  const char *item_id;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // How certain the payment's explanation is.
  ar_payment_status status;
  // ISO 4217 code of the item, ended by NUL: another where the payment is in another currency.
  char item_currency[4];
  // The amount in minor units of the currency; negative for a credit note that is taken off. Those of kind "payment" sum to
  // the payment less what stays unapplied.
  int64_t amount_minor;
  // The same in minor units of the item's currency: what its open amount is reduced by.
  int64_t item_amount_minor;
  // "payment", "discount", "bank_fee", "write_off", "fx_difference" or "deduction".
  const char *kind;
  // The decision that posts it; NULL if there is none.
  const char *decision_id;
} ar_allocation;

// What was found for a payment.
typedef struct ar_payment {
  // The payment.
  const char *payment_id;
  // The payer that was found; NULL if none.
  const char *customer_id;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // What came of it.
  ar_payment_status status;
  // The amount in minor units of the currency.
  int64_t amount_minor;
  // What no item was found for, in minor units of the currency.
  int64_t unapplied_minor;
  // The probability that the explanation is right.
  double confidence;
  // "unique", "tied" or "bounded": what the search can say about other explanations.
  const char *certificate;
  // The decision; NULL if there is none.
  const char *decision_id;
  // Why; NULL if there are none.
  const struct ar_reason *reasons;
  // How many.
  size_t reasons_len;
} ar_payment;

// What is open, by days past due.
typedef struct ar_aging_row {
  // "not_due", "1-30", "31-60", "61-90", "over_90", or "credits" (what is unapplied, negative).
  const char *bucket;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // The amount in minor units of the currency.
  int64_t amount_minor;
  // How many items.
  int64_t count;
} ar_aging_row;

// A measure.
typedef struct ar_kpi {
  // Its name ("dso").
  const char *name;
  // Its value; NaN where it is not defined.
  double value;
  // What the value counts ("days", "ppm").
  const char *unit;
  // The currency it is of; NULL if of none.
  const char *currency;
  // The formula.
  const char *formula;
  // The version of the formula.
  const char *version;
  // What a reader should know; NULL if nothing.
  const char *note;
} ar_kpi;

// When an open item is paid, and how urgent it is.
typedef struct ar_score {
  // The item.
  const char *item_id;
  // Its customer.
  const char *customer_id;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // Days past due; negative before the due date.
  int32_t days_late;
  // What is open, in minor units of the currency.
  int64_t open_amount_minor;
  // The probability that it is paid after its due date.
  double p_late;
  // The probability that it is paid more than 30 days after its due date.
  double p_late_30;
  // The probability that it is still open so many days after its due date as the policy calls default.
  double p_default;
  // The mean of the payment date (days since 1970-01-01, as those below).
  int32_t expected_on;
  // Its median.
  int32_t median_on;
  // It is paid by this day with probability 0.1.
  int32_t q10_on;
  // It is paid by this day with probability 0.9.
  int32_t q90_on;
  // Points of the priority score.
  int64_t priority;
  // How the customer pays: "new", "prompt", "occasional", "habitual", "deteriorating" or "distressed".
  const char *class_name;
  // What would make that another, as a sentence; NULL where nothing simple would.
  const char *counterfactual;
  // Steps from the shipped prior to p_late, in parts per million, and the points of the priority; NULL if there are none.
  const struct ar_reason *reasons;
  // How many.
  size_t reasons_len;
} ar_score;

// Expected cash of a window of days (of a report: a day), with the central bands of 80 % and 95 %.
typedef struct ar_forecast_day {
  // The first day of the window (days since 1970-01-01).
  int32_t on;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // What is expected, in minor units of the currency, as all below.
  int64_t expected_minor;
  // Lower end of the band of 80 %.
  int64_t lo80_minor;
  // Upper end of the band of 80 %.
  int64_t hi80_minor;
  // Lower end of the band of 95 %.
  int64_t lo95_minor;
  // Upper end of the band of 95 %.
  int64_t hi95_minor;
  // "open_items", "open_items_converted" (all currencies in that of the report) or "new_business" (what is not issued yet).
  const char *line;
} ar_forecast_day;

// A question to a person, with what it takes to answer it on the spot.
typedef struct ar_escalation {
  // 1 is the best use of the next minute; what is only to be looked at comes last.
  int64_t rank;
  // The decision that is asked about.
  const char *decision_id;
  // "do", "approve", "veto" (say no in time) or "review" (look at what the engine did).
  const char *question;
  // The customer; NULL if the payer is unknown.
  const char *customer_id;
  // The segment that the answer counts for.
  const char *segment;
  // ISO 4217 code, ended by NUL.
  char currency[4];
  // What is proposed.
  ar_action action;
  // The amount in minor units of the currency.
  int64_t amount_minor;
  // The probability that the proposal is right, in parts per million.
  int64_t confidence_ppm;
  // The role that is asked.
  const char *role;
  // The named person; NULL if the role is asked.
  const char *person;
  // One sentence for that person.
  const char *why;
  // Since when it is asked (days since 1970-01-01); 0 where nothing is.
  int32_t asked_on;
  // The day by which it is to be answered; 0 where there is none.
  int32_t answer_by;
  // The decision holds before this day.
  int32_t expires_on;
  // What happens if nobody answers: "lapses", "deputy", "acts", or empty.
  const char *unanswered;
  // What can be answered, as a JSON array of objects {"choice", "expected_value", "risk"}.
  const char *alternatives;
  // What the action needs to know, as a JSON object.
  const char *params;
  // What that person should see, as a JSON object.
  const char *context;
} ar_escalation;

// One place where the chain of an audit log is broken.
typedef struct ar_break {
  // Place of the entry, counted from 0: the number that it should have.
  int64_t seq;
  // "empty", "wrong_seq", "wrong_previous", "wrong_digest", "line_feed", "cut_off" or "wrong_head".
  const char *code;
  // One sentence for a person.
  const char *message;
} ar_break;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// AR_ABI_VERSION of the library that is loaded. If it differs from the header's, do not call anything else.
uint32_t ar_abi_version(void);

// Version of the library ("0.1.0"). Static.
const char *ar_version(void);

// The status that the failed call returned. `error` NULL: AR_STATUS_OK.
ar_status ar_error_code(const struct ar_error *error);

// One line for a log: the status, how many problems there are, and the first five. Borrowed from `error`;
// NULL if `error` is NULL.
const char *ar_error_message(const struct ar_error *error);

// How many problems can be read: at most 10,000. `error` NULL: 0.
size_t ar_error_problems_len(const struct ar_error *error);

// How many problems there are, also those beyond the first 10,000. `error` NULL: 0.
uint64_t ar_error_problems_total(const struct ar_error *error);

// Problem `index` (from 0), in the order of table, row and column. Borrowed from `error`; NULL if there is none.
const struct ar_problem *ar_error_problem(const struct ar_error *error, size_t index);

// Frees an error. NULL is allowed.
void ar_error_free(struct ar_error *error);

// An empty set of tables, to be freed with ar_tables_free.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_tables_new(struct ar_tables **out, struct ar_error **error);

// Adds a column of texts to a table ("items", "item_id"). The values are copied.
// `values`: `len` pointers to UTF-8; a NULL is a null value. `lens`: the bytes of each value; NULL if every value ends with
// NUL. Any column but a list may be given as text: dates as "2026-11-21", amounts as "1250.00", truth values as "true".
// Whether the table, the column and its values are right is checked by ar_ledger_new, all at once; here only pointers are.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (a name is not UTF-8, the table was added as a stream).
ar_status ar_tables_add_text_column(struct ar_tables *tables,
                                    const char *table,
                                    const char *column,
                                    const char *const *values,
                                    const size_t *lens,
                                    size_t len,
                                    struct ar_error **error);

// Adds a column of lists of texts (aliases, channels, bank_accounts). The values are copied.
// `values`, `lens`, `values_len`: the texts of all rows one after the other, as in ar_tables_add_text_column (a NULL is an
// empty text). `ends`: for each of the `len` rows, where its list ends in `values`; never decreasing, the last is `values_len`.
// `valid`: one byte a row, 0 = null; NULL if every row has a list.
// Errors: as ar_tables_add_text_column; AR_STATUS_INVALID_ARGUMENT if `ends` decreases or passes `values_len`.
ar_status ar_tables_add_list_column(struct ar_tables *tables,
                                    const char *table,
                                    const char *column,
                                    const char *const *values,
                                    const size_t *lens,
                                    size_t values_len,
                                    const size_t *ends,
                                    const uint8_t *valid,
                                    size_t len,
                                    struct ar_error **error);

// Adds a column of whole numbers: counts, levels, and amounts in minor units of the row's currency (columns "..._minor").
// The values are copied. `valid`: one byte a row, 0 = null (the value is then not read); NULL if every row has a value.
// Errors: as ar_tables_add_text_column.
ar_status ar_tables_add_int64_column(struct ar_tables *tables,
                                     const char *table,
                                     const char *column,
                                     const int64_t *values,
                                     const uint8_t *valid,
                                     size_t len,
                                     struct ar_error **error);

// Adds a column of doubles (rates, percents). Amounts are better given in minor units or as text. Copied; `valid` as in
// ar_tables_add_int64_column.
// Errors: as ar_tables_add_text_column.
ar_status ar_tables_add_double_column(struct ar_tables *tables,
                                      const char *table,
                                      const char *column,
                                      const double *values,
                                      const uint8_t *valid,
                                      size_t len,
                                      struct ar_error **error);

// Adds a column of days, counted from 1970-01-01. Copied; `valid` as in ar_tables_add_int64_column.
// Errors: as ar_tables_add_text_column.
ar_status ar_tables_add_date_column(struct ar_tables *tables,
                                    const char *table,
                                    const char *column,
                                    const int32_t *values,
                                    const uint8_t *valid,
                                    size_t len,
                                    struct ar_error **error);

// Adds a column of truth values, one byte each, 0 = false. Copied; `valid` as in ar_tables_add_int64_column.
// Errors: as ar_tables_add_text_column.
ar_status ar_tables_add_bool_column(struct ar_tables *tables,
                                    const char *table,
                                    const char *column,
                                    const uint8_t *values,
                                    const uint8_t *valid,
                                    size_t len,
                                    struct ar_error **error);

// Adds a whole table from an Arrow C stream of record batches.
// The stream is consumed, whatever the status: its contents are moved out and its `release` is NULL afterwards; the
// producer's release is called once, at the latest by ar_tables_free. Where the layout allows, the data is not copied.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (the table was added before); AR_STATUS_ARROW_STREAM (released
// before, or the producer reports an error).
ar_status ar_tables_add_stream(struct ar_tables *tables,
                               const char *table,
                               struct ArrowArrayStream *stream,
                               struct ar_error **error);

// Frees a set of tables. NULL is allowed.
void ar_tables_free(struct ar_tables *tables);

// Adds rows to the table "customers". The values are copied: rows, texts and lists may be freed after the call.
// `rows`: `rows_len` structs, one after the other. Zero them, set `struct_size` to their sizeof, and fill in what you have: a text that is
// NULL, a day or amount that is 0, a list without elements is not given, unless the member says otherwise. (1970-01-01 can be said in
// columns only.) Texts end with NUL. So a program that was compiled with an earlier or a later header works: what it does not know
// is not given, what this library does not know is not read. May be called again to add more rows, which are numbered on; but
// a table comes by rows, by columns or as a stream. Columns of your own ("x_...") come by columns or streams.
// Whether the values are right is checked by ar_ledger_new, all at once: a member is named there as its column.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (a `struct_size` that is smaller than the first version of the struct, no
// multiple of the size of a pointer, over 4096, or not that of the first row: the problem names the row; more than 4,000,000,000 rows; the
// table came in another way).
ar_status ar_tables_add_customers(struct ar_tables *tables,
                                  const struct ar_customer_input *rows,
                                  size_t rows_len,
                                  struct ar_error **error);

// Adds rows to the table "items"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_items(struct ar_tables *tables,
                              const struct ar_item_input *rows,
                              size_t rows_len,
                              struct ar_error **error);

// Adds rows to the table "payments"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_payments(struct ar_tables *tables,
                                 const struct ar_payment_input *rows,
                                 size_t rows_len,
                                 struct ar_error **error);

// Adds rows to the table "remittances"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_remittances(struct ar_tables *tables,
                                    const struct ar_remittance_input *rows,
                                    size_t rows_len,
                                    struct ar_error **error);

// Adds rows to the table "allocations"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_allocations(struct ar_tables *tables,
                                    const struct ar_allocation_input *rows,
                                    size_t rows_len,
                                    struct ar_error **error);

// Adds rows to the table "promises"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_promises(struct ar_tables *tables,
                                 const struct ar_promise_input *rows,
                                 size_t rows_len,
                                 struct ar_error **error);

// Adds rows to the table "disputes"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_disputes(struct ar_tables *tables,
                                 const struct ar_dispute_input *rows,
                                 size_t rows_len,
                                 struct ar_error **error);

// Adds rows to the table "plans"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_plans(struct ar_tables *tables,
                              const struct ar_plan_input *rows,
                              size_t rows_len,
                              struct ar_error **error);

// Adds rows to the table "instalments"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_instalments(struct ar_tables *tables,
                                    const struct ar_instalment_input *rows,
                                    size_t rows_len,
                                    struct ar_error **error);

// Adds rows to the table "notices"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_notices(struct ar_tables *tables,
                                const struct ar_notice_input *rows,
                                size_t rows_len,
                                struct ar_error **error);

// Adds rows to the table "replies"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_replies(struct ar_tables *tables,
                                const struct ar_reply_input *rows,
                                size_t rows_len,
                                struct ar_error **error);

// Adds rows to the table "signals"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_signals(struct ar_tables *tables,
                                const struct ar_signal_input *rows,
                                size_t rows_len,
                                struct ar_error **error);

// Adds rows to the table "fx_rates"; otherwise as ar_tables_add_customers.
ar_status ar_tables_add_fx_rates(struct ar_tables *tables,
                                 const struct ar_fx_rate_input *rows,
                                 size_t rows_len,
                                 struct ar_error **error);

// Adds rows to the table "pay_times" (not for a ledger: the tables are then given to ar_models_fit_on); otherwise as ar_tables_add_customers.
ar_status ar_tables_add_pay_times(struct ar_tables *tables,
                                  const struct ar_pay_time_input *rows,
                                  size_t rows_len,
                                  struct ar_error **error);

// Adds rows to the table "holidays" (not for a ledger: as ar_tables_add_pay_times); otherwise as ar_tables_add_customers.
ar_status ar_tables_add_holidays(struct ar_tables *tables,
                                 const struct ar_holiday_input *rows,
                                 size_t rows_len,
                                 struct ar_error **error);

// Loads tables into a new ledger, to be freed with ar_ledger_free. All or nothing: every problem of every table is reported
// at once, with table, row and column. `tables` is only read, and may be used again or freed.
// Errors: AR_STATUS_INVALID_TABLES; AR_STATUS_NULL_POINTER.
ar_status ar_ledger_new(const struct ar_tables *tables,
                        struct ar_ledger **out,
                        struct ar_error **error);

// Applies events: a JSON array of objects {"event": "notice_sent", "on": "2026-11-21", ...}, `json_len` bytes of UTF-8.
// All or nothing: if one event is refused the ledger is unchanged, and every problem is reported (row = position in the array).
// Errors: AR_STATUS_INVALID_EVENTS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_ledger_apply_json(struct ar_ledger *ledger,
                               const char *json,
                               size_t json_len,
                               struct ar_error **error);

// The SHA-256 digest of the ledger in hex, the same in every language: `*text` is owned by the caller and freed with
// ar_string_free; `text_len` may be NULL.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_ledger_digest(const struct ar_ledger *ledger, char **text, size_t *text_len, struct ar_error **error);

// What is open and disputed of these items now, as 16 hexadecimal digits. The parameters of a notice have it as `precondition`: ask
// again just before it goes out; where it is another, the notice is void, and a `notice_sent` with the old one is refused.
// `item_ids`: `item_ids_len` texts of UTF-8 that end with a NUL. `*text` is owned by the caller and freed with ar_string_free;
// `text_len` may be NULL. Errors: AR_STATUS_INVALID_ARGUMENT (an item that is not known; not UTF-8); AR_STATUS_NULL_POINTER;
// AR_STATUS_POISONED.
ar_status ar_ledger_precondition(const struct ar_ledger *ledger,
                                 const char *const *item_ids,
                                 size_t item_ids_len,
                                 char **text,
                                 size_t *text_len,
                                 struct ar_error **error);

// The statement of account of a customer as an Arrow C stream: of each currency a line "opening", each "movement" in order with the
// running balance, "closing", what is "open" with due date and age, and the "age" buckets, which sum to the closing balance.
// `since_days`: its first day (days since 1970-01-01), or INT32_MIN for the beginning of the books; `as_of_days`: its last.
// `*out` is overwritten without being read; the caller owns the stream and calls its `release`.
// Errors: AR_STATUS_INVALID_ARGUMENT (no such customer, a day, a first day behind the last); AR_STATUS_ARROW_STREAM;
// AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_ledger_statement(const struct ar_ledger *ledger,
                              const char *customer_id,
                              int32_t since_days,
                              int32_t as_of_days,
                              struct ArrowArrayStream *out,
                              struct ar_error **error);

// The ledger as bytes, to be kept in a file or a database or sent to another process: versioned, with a checksum, the same for the same
// books on any machine. `*bytes` is owned by the caller and freed with ar_bytes_free(bytes, bytes_len); neither may be NULL.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_ledger_to_bytes(const struct ar_ledger *ledger,
                             uint8_t **bytes,
                             size_t *bytes_len,
                             struct ar_error **error);

// A new ledger from what ar_ledger_to_bytes wrote, in this or an earlier version of the library: the same digest, the same reports, and
// it goes on with events. To be freed with ar_ledger_free. `bytes` are only read, and may come from anywhere: what is cut, damaged,
// of something else, of a later version or not in itself consistent is refused, and then nothing is restored.
// Errors: AR_STATUS_INVALID_BYTES, with one problem that says why; AR_STATUS_NULL_POINTER.
ar_status ar_ledger_from_bytes(const uint8_t *bytes,
                               size_t bytes_len,
                               struct ar_ledger **out,
                               struct ar_error **error);

// Frees a ledger. NULL is allowed. Reports made from it stay valid.
void ar_ledger_free(struct ar_ledger *ledger);

// The shipped policy, which is conservative: a person approves everything. To be freed with ar_policy_free.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_policy_default(struct ar_policy **out, struct ar_error **error);

// Reads a policy from JSON, `json_len` bytes of UTF-8; what is not named keeps its default. To be freed with ar_policy_free.
// Every mistake is reported at once, with the path of the setting as its column.
// Errors: AR_STATUS_INVALID_POLICY; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER.
ar_status ar_policy_from_json(const char *json,
                              size_t json_len,
                              struct ar_policy **out,
                              struct ar_error **error);

// Reads a policy from TOML, the form that people write; otherwise as ar_policy_from_json.
ar_status ar_policy_from_toml(const char *toml, size_t toml_len, struct ar_policy **out, struct ar_error **error);

// The whole policy as JSON, defaults included: `*text` is owned by the caller and freed with ar_string_free; `text_len` may
// be NULL.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_policy_to_json(const struct ar_policy *policy,
                            char **text,
                            size_t *text_len,
                            struct ar_error **error);

// The SHA-256 digest of the policy in hex, the same in every language; the text as in ar_policy_to_json.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_policy_digest(const struct ar_policy *policy, char **text, size_t *text_len, struct ar_error **error);

// The version that the policy gives itself; the text as in ar_policy_to_json.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_policy_version(const struct ar_policy *policy, char **text, size_t *text_len, struct ar_error **error);

// The JSON Schema of policies: every setting with unit, range and default; the text as in ar_policy_to_json.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_policy_schema(char **text, size_t *text_len, struct ar_error **error);

// What differs between two policies, as an Arrow C stream, one row a setting: path, segment (null: the whole book), before and after (JSON;
// null where the policy does not say it), unit, direction ("looser", "tighter", "other": whether the engine may do more without a person),
// effective (whether another value holds there), kept_by (segments that a change of the book does not reach), text (one sentence). No rows
// exactly where the digests are the same. `*out` is overwritten without being read; the caller owns the stream and calls its `release`.
// Errors: AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
ar_status ar_policy_diff(const struct ar_policy *before,
                         const struct ar_policy *after,
                         struct ArrowArrayStream *out,
                         struct ar_error **error);

// What the policy says and surely does not mean, though it is legal, as an Arrow C stream: path, code ("acts_on_nothing"), text (one
// sentence). `ledger`: NULL, or books beside which more can be said (segments without a customer). The stream as with ar_policy_diff.
// Errors: AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_policy_remarks(const struct ar_policy *policy,
                            const struct ar_ledger *ledger,
                            struct ArrowArrayStream *out,
                            struct ar_error **error);

// Frees a policy. NULL is allowed.
void ar_policy_free(struct ar_policy *policy);

// Learns from the ledger's own history: only facts known before `as_of_days` (days since 1970-01-01) are used.
// To be freed with ar_models_free.
// Errors: AR_STATUS_INVALID_ARGUMENT (the day); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_models_fit(const struct ar_ledger *ledger,
                        int32_t as_of_days,
                        struct ar_models **out,
                        struct ar_error **error);

// As ar_models_fit, with what you know besides: the table "holidays" (calendar, on: days of a country, or of a currency for customers
// without one, on which nothing is paid), and the table "pay_times" (item_id, delay_days, probability), where a model of your own
// says when items are paid; its answer stands in the place of ours. `tables` may hold either or both, and is only read.
// Errors: as ar_models_fit; AR_STATUS_INVALID_TABLES, with every problem.
ar_status ar_models_fit_on(const struct ar_ledger *ledger,
                           int32_t as_of_days,
                           const struct ar_tables *tables,
                           struct ar_models **out,
                           struct ar_error **error);

// Reads models that ar_models_to_json wrote, `json_len` bytes of UTF-8. To be freed with ar_models_free.
// Errors: AR_STATUS_INVALID_MODELS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER.
ar_status ar_models_from_json(const char *json, size_t json_len, struct ar_models **out, struct ar_error **error);

// The models as JSON, to be kept: `*text` is owned by the caller and freed with ar_string_free; `text_len` may be NULL.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_models_to_json(const struct ar_models *models, char **text, size_t *text_len, struct ar_error **error);

// The SHA-256 digest of the models in hex, the same in every language; the text as in ar_models_to_json.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_models_digest(const struct ar_models *models, char **text, size_t *text_len, struct ar_error **error);

// The models as bytes, as ar_ledger_to_bytes: versioned, with a checksum; to be freed with ar_bytes_free.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_models_to_bytes(const struct ar_models *models,
                             uint8_t **bytes,
                             size_t *bytes_len,
                             struct ar_error **error);

// New models from what ar_models_to_bytes wrote, as ar_ledger_from_bytes; to be freed with ar_models_free.
// Errors: AR_STATUS_INVALID_BYTES; AR_STATUS_INVALID_MODELS (whole bytes, but models that no fit can give); AR_STATUS_NULL_POINTER.
ar_status ar_models_from_bytes(const uint8_t *bytes,
                               size_t bytes_len,
                               struct ar_models **out,
                               struct ar_error **error);

// Frees models. NULL is allowed.
void ar_models_free(struct ar_models *models);

// Runs a day: matches cash, scores items, decides, hands to people what is theirs, and logs it. Nothing that is given is
// changed; the same inputs give the same report to the byte. The report is to be freed with ar_report_free.
// `models`: NULL for models that are fitted from the ledger's own history. `as_of_days`: the day, days since 1970-01-01.
// Errors: AR_STATUS_INVALID_ARGUMENT (the day); what the engine refuses; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_run(const struct ar_ledger *ledger,
                 const struct ar_policy *policy,
                 const struct ar_models *models,
                 int32_t as_of_days,
                 struct ar_report **out,
                 struct ar_error **error);

// Runs a day for some customers: "these changed, decide them now". `customer_ids`: `customer_ids_len` identifiers that end with NUL, in
// any order, at most 10,000. The report has the payments, allocations, scores, decisions, outcomes, worklist, capacity, escalations and
// audit that concern them, and each row is that of ar_run, with the same identifiers and reasons; what speaks of the whole book is empty
// (forecast, aging, kpis, risk, root causes, autonomy). Two things differ, since the other customers are not looked at: what is left of
// budgets that customers share (a run budget begins anew with each run: what ar_run asks for may be acted on here), and the choice for
// the capacity of the day. Keep the models of the day (ar_models_fit): with `models` NULL, fitting takes many times as long as the run.
// Other arguments, other errors and the freeing as with ar_run.
// Errors: AR_STATUS_INVALID_ARGUMENT (no identifier, too many, or not UTF-8; every one that the ledger does not have is a problem with
// the row of its place); AR_STATUS_NULL_POINTER (also for a NULL among them).
ar_status ar_run_for(const struct ar_ledger *ledger,
                     const struct ar_policy *policy,
                     const struct ar_models *models,
                     int32_t as_of_days,
                     const char *const *customer_ids,
                     size_t customer_ids_len,
                     struct ar_report **out,
                     struct ar_error **error);

// Applies the cash of a day and stops there: the report has payments, allocations, the decisions on them with their worklist,
// and the audit of these; its other parts are empty. Arguments, errors and the freeing as with ar_run, and the same answers.
ar_status ar_match_payments(const struct ar_ledger *ledger,
                            const struct ar_policy *policy,
                            const struct ar_models *models,
                            int32_t as_of_days,
                            struct ar_report **out,
                            struct ar_error **error);

// Applies the cash of a day, decides what each customer needs, and stops there: no payment dates are predicted (unless the policy
// reminds of items before they are due), and the parts scores, forecast, aging, kpis and risk are empty. The decisions have the
// identifiers and reasons of those of ar_run; what they are worth is nothing. Arguments, errors and the freeing as with ar_run.
ar_status ar_collect(const struct ar_ledger *ledger,
                     const struct ar_policy *policy,
                     const struct ar_models *models,
                     int32_t as_of_days,
                     struct ar_report **out,
                     struct ar_error **error);

// Ages the books and measures them as they stand at the end of a day, without running it: nothing is matched or decided, and nothing is
// logged. `*aging` and `*kpis` have the columns of the parts of those names of a report: amounts are decimals in units of their currency;
// what came in and is not applied is a credit. Measures of the decisions of a day, of autonomy and of the models are not among them.
// Both are Arrow C streams, overwritten without being read; the caller owns them and calls their `release`.
// `as_of_days`: the day, days since 1970-01-01. Of the policy the days that measures look back on count, and promises are judged by it.
// Errors: AR_STATUS_INVALID_ARGUMENT (the day); AR_STATUS_INVALID_POLICY (another under a version that the books know);
// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_figures(const struct ar_ledger *ledger,
                     const struct ar_policy *policy,
                     int32_t as_of_days,
                     struct ArrowArrayStream *aging,
                     struct ArrowArrayStream *kpis,
                     struct ar_error **error);

// The decisions. The rows are borrowed from the report; for none, `*rows` is NULL and `*rows_len` 0.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_report_decisions(const struct ar_report *report, const struct ar_decision **rows, size_t *rows_len);

// What a person has to do, best first; otherwise as ar_report_decisions.
ar_status ar_report_worklist(const struct ar_report *report, const struct ar_worklist_row **rows, size_t *rows_len);

// The proposed applications of cash; otherwise as ar_report_decisions.
ar_status ar_report_allocations(const struct ar_report *report, const struct ar_allocation **rows, size_t *rows_len);

// What was found for each payment; otherwise as ar_report_decisions.
ar_status ar_report_payments(const struct ar_report *report, const struct ar_payment **rows, size_t *rows_len);

// What is open, by days past due; otherwise as ar_report_decisions.
ar_status ar_report_aging(const struct ar_report *report, const struct ar_aging_row **rows, size_t *rows_len);

// The measures; otherwise as ar_report_decisions.
ar_status ar_report_kpis(const struct ar_report *report, const struct ar_kpi **rows, size_t *rows_len);

// When each open item is paid, and how urgent it is; otherwise as ar_report_decisions.
ar_status ar_report_scores(const struct ar_report *report, const struct ar_score **rows, size_t *rows_len);

// Expected cash by day; otherwise as ar_report_decisions.
ar_status ar_report_forecast(const struct ar_report *report, const struct ar_forecast_day **rows, size_t *rows_len);

// What people are asked, best first, and what they are to look at; otherwise as ar_report_decisions.
ar_status ar_report_escalations(const struct ar_report *report, const struct ar_escalation **rows, size_t *rows_len);

// A part of the report as an Arrow C stream of record batches, with every column. `*out` is overwritten without being read;
// the caller owns the stream and calls its `release`. The stream stays valid after ar_report_free.
// Errors: AR_STATUS_INVALID_ARGUMENT (no such part); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
ar_status ar_report_stream(const struct ar_report *report,
                           ar_part part,
                           struct ArrowArrayStream *out,
                           struct ar_error **error);

// Holds the decisions of the report against what people did on its day and on the `days` behind it (0 to 60), and changes nothing.
// `json`: an array of events as ar_ledger_apply_json takes them, `json_len` bytes of UTF-8, in any order; events of other days are
// left out. `*rows`: each decision once, with what people did about the same, then what they did besides; column `class` is "same",
// "differs", "other", "engine_only" or "people_only". `*summary`: counts, amounts, worth and minutes by action, segment, currency and
// class, with the share of agreement, which is not correctness. Both are Arrow C streams, overwritten without being read; the caller
// owns them and calls their `release`. They stay valid after ar_report_free. The books of the report are to be those before the events.
// Errors: AR_STATUS_INVALID_EVENTS (not an array of events); AR_STATUS_INVALID_ARGUMENT (the days, too many events, not UTF-8);
// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
ar_status ar_report_shadow(const struct ar_report *report,
                           const char *json,
                           size_t json_len,
                           int64_t days,
                           struct ArrowArrayStream *rows,
                           struct ArrowArrayStream *summary,
                           struct ar_error **error);

// The whole report as JSON, the same bytes in every language. `*text` is borrowed from the report and ends with NUL;
// `text_len` may be NULL.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_report_json(const struct ar_report *report, const char **text, size_t *text_len);

// Frees a report, with every row and text borrowed from it. NULL is allowed.
void ar_report_free(struct ar_report *report);

// Explains a decision, as JSON with a `text` for a person, its `reasons`, the `rules` that the gate asked, and in `would_act_with`
// what would have let the engine act (as the `changes` of ar_report_why_not): `*text` is owned by the caller and freed with ar_string_free;
// `text_len` may be NULL.
// Errors: AR_STATUS_INVALID_ARGUMENT (no decision of that id); AR_STATUS_NULL_POINTER.
ar_status ar_report_explain(const struct ar_report *report,
                            const char *decision_id,
                            char **text,
                            size_t *text_len,
                            struct ar_error **error);

// Says why an action ("send_notice") was not decided for a customer, as JSON with a `text` for a person, the `answer`, the `reasons`,
// and `changes`: the ways in which it would not have been stopped, the smallest first, each with `changes` that go together (a `setting`
// with `from` and `to`, or a `fact`) and with the reasons that it `lifts`. The text as in ar_report_explain.
// Errors: AR_STATUS_INVALID_ARGUMENT (no such action or customer); AR_STATUS_NULL_POINTER.
ar_status ar_report_why_not(const struct ar_report *report,
                            const char *action,
                            const char *customer_id,
                            char **text,
                            size_t *text_len,
                            struct ar_error **error);

// A reason as a sentence for a person ("37 days past due, 30 days allowed"), from the fields of an ar_reason. `currency`: that
// of the row the reason stands in. `*text` is owned by the caller and freed with ar_string_free; `text_len` may be NULL.
// Errors: AR_STATUS_INVALID_ARGUMENT (no such code, or not an ISO 4217 currency); AR_STATUS_NULL_POINTER.
ar_status ar_reason_text(ar_reason_code code,
                         int64_t observed,
                         int64_t limit,
                         const char *currency,
                         char **text,
                         size_t *text_len,
                         struct ar_error **error);

// Works the whole book through, as ar_run does, and keeps what customers share: a day to be freed with ar_standing_day_free. Ledger, policy
// and models are copied; the day goes its own way from here on, and the ledger is not changed by it.
// `models`: NULL for models that are fitted from the ledger's own history. `as_of_days`: the day, days since 1970-01-01.
// Errors: as ar_run.
ar_status ar_standing_day_new(const struct ar_ledger *ledger,
                              const struct ar_policy *policy,
                              const struct ar_models *models,
                              int32_t as_of_days,
                              struct ar_standing_day **out,
                              struct ar_error **error);

// Takes events in (`json` as for ar_ledger_apply_json) and decides for the customers that they touch: `*report` is that of ar_run_for for
// these customers on the ledger behind the events, to the byte, to be freed with ar_report_free; NULL where they touch nobody.
// `*again`: 1 where the whole book was worked through again, else 0. Events of the day about promises, disputes, messages, calls, notices and
// holds that report no decision cost what their customers cost, as a rule; items, payments, postings and what people decide are worked
// out on the whole book. All or nothing: if one event is refused the day is as it was.
// Errors: as ar_ledger_apply_json and ar_run_for.
ar_status ar_standing_day_apply_json(struct ar_standing_day *standing,
                                     const char *json,
                                     size_t json_len,
                                     struct ar_report **report,
                                     uint8_t *again,
                                     struct ar_error **error);

// The ledger behind all events so far, a new one, to be freed with ar_ledger_free. Costs a copy of the books where events came since the
// whole book was worked through. Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_standing_day_ledger(const struct ar_standing_day *standing,
                                 struct ar_ledger **out,
                                 struct ar_error **error);

// The digest of that ledger, without making it; as ar_ledger_digest.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_standing_day_digest(const struct ar_standing_day *standing,
                                 char **text,
                                 size_t *text_len,
                                 struct ar_error **error);

// Frees a day; NULL is allowed.
void ar_standing_day_free(struct ar_standing_day *standing);

// Predicts when items are paid, as an Arrow C stream of one row an item, in the order of the rows: item_id, p_late, p_late_30, p_default
// (open 180 days after the due date), expected_on, median_on, the quantiles q025_on, q10_on, q25_on, q75_on, q90_on and q975_on, and
// reasons (each step from the shipped prior to p_late, in parts per million).
// `tables`: "items", the items to ask about, each taken as not yet paid; "customers", if there is one, for segments and countries; other
// tables are not read. `history`: its "items" are the past, settled and other items; it may be the same handle as `tables`, or NULL.
// Only facts known strictly before a day are used: the day `at_days` (days since 1970-01-01), or, if `at_column` is not NULL, for each
// item the day in this column of "items" (such as "issued_on", or one of your own). `models`: of ar_models_fit on a ledger of the past,
// or ar_models_fit_on, for holidays; both need no more than the tables "items" and "customers".
// `*out` is overwritten without being read; the caller owns the stream and calls its `release`. It outlives all handles.
// Errors: AR_STATUS_INVALID_TABLES, with every problem (the past is called "history"); AR_STATUS_INVALID_ARGUMENT (the day; no such
// column, or an item without a day in it); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER.
ar_status ar_predict(const struct ar_models *models,
                     const struct ar_tables *tables,
                     const struct ar_tables *history,
                     int32_t at_days,
                     const char *at_column,
                     struct ArrowArrayStream *out,
                     struct ar_error **error);

// The whole distributions of what ar_predict predicts, one row an item and day: item_id, offset_days (whole days after the due date,
// negative before it) and probability, which sums to 1 an item; the largest offset of an item holds all that is later. Arguments, errors
// and the stream as with ar_predict.
ar_status ar_distribution(const struct ar_models *models,
                          const struct ar_tables *tables,
                          const struct ar_tables *history,
                          int32_t at_days,
                          const char *at_column,
                          struct ArrowArrayStream *out,
                          struct ar_error **error);

// Expected cash of open items, with central bands of 80 % and 95 % that were learned from the book's own past, as an Arrow C stream with
// the columns of the part "forecast" of a report: on, currency, expected, lo80, hi80, lo95, hi95, line.
// `tables`: "items" (those issued on `as_of_days` or later, or settled before it, are left out), "customers" and `history` as with
// ar_predict, and "fx_rates". `as_of_days`: the first day (days since 1970-01-01); only facts known strictly before it are used.
// `days`: how many days, 1 to 730. `weekly`: not 0 for weeks of seven days instead of days. `currency`: also a line
// "open_items_converted" of all open items in this ISO 4217 currency, at the newest rates (left out where one is missing); NULL for none.
// `new_business`: not 0 for a line of what invoices issued from `as_of_days` on may bring in.
// Errors: as ar_predict; AR_STATUS_INVALID_ARGUMENT (the day, the days, the currency).
ar_status ar_forecast_cash(const struct ar_models *models,
                           const struct ar_tables *tables,
                           const struct ar_tables *history,
                           int32_t as_of_days,
                           uint32_t days,
                           uint8_t weekly,
                           const char *currency,
                           uint8_t new_business,
                           struct ArrowArrayStream *out,
                           struct ar_error **error);

// Verifies an audit log: `tables` holds the table "audit" as a report gave it. What is found is to be freed with
// ar_breaks_free; no rows mean that the chain is whole.
// Errors: AR_STATUS_INVALID_AUDIT (no table or column of an audit log); AR_STATUS_NULL_POINTER.
ar_status ar_audit_verify(const struct ar_tables *tables, struct ar_breaks **out, struct ar_error **error);

// The breaks that were found, in the order of `seq`. The rows are borrowed from `breaks`.
// Errors: AR_STATUS_NULL_POINTER.
ar_status ar_breaks_rows(const struct ar_breaks *breaks, const struct ar_break **rows, size_t *rows_len);

// Frees what ar_audit_verify found. NULL is allowed.
void ar_breaks_free(struct ar_breaks *breaks);

// Begins an audit log, to be freed with ar_audit_log_free. `head_digest` NULL: a new one. Else one that goes on behind the log whose
// head is given, without its entries: for a host that keeps them in a store of its own and only appends.
// Errors: AR_STATUS_INVALID_ARGUMENT (not a head); AR_STATUS_NULL_POINTER.
ar_status ar_audit_log_new(int64_t head_len,
                           const char *head_digest,
                           struct ar_audit_log **out,
                           struct ar_error **error);

// Reads an audit log from its table: `tables` holds the table "audit" as ar_audit_log_stream or a report gave it. It is taken as it is;
// ar_audit_log_verify says whether it is whole. To be freed with ar_audit_log_free.
// Errors: AR_STATUS_INVALID_AUDIT (no table or column of an audit log); AR_STATUS_NULL_POINTER.
ar_status ar_audit_log_from_tables(const struct ar_tables *tables,
                                   struct ar_audit_log **out,
                                   struct ar_error **error);

// Appends the log of a run: its entries are chained behind the newest, what they record stays.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_append_report(struct ar_audit_log *log, const struct ar_report *report, struct ar_error **error);

// Appends what happened: an entry for each event of a JSON array as ar_ledger_apply_json takes it. With the ledger behind all of them
// also one with the digest of its books, and events that name only items or payments are logged with the customers of these;
// `after` may be NULL. All or nothing. An entry has the digest of the event and identifiers, no names and no texts.
// Errors: AR_STATUS_INVALID_EVENTS; AR_STATUS_INVALID_ARGUMENT (not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_append_events(struct ar_audit_log *log,
                                     const char *json,
                                     size_t json_len,
                                     const struct ar_ledger *after,
                                     struct ar_error **error);

// Appends that a version of the policy came into force on a day, and who brought it.
// Errors: AR_STATUS_INVALID_ARGUMENT (the day, not UTF-8); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_append_policy(struct ar_audit_log *log,
                                     const struct ar_policy *policy,
                                     const char *by,
                                     int32_t on_days,
                                     struct ar_error **error);

// Where the log ends: how many entries it has (those before the head that it went on behind are counted), and the digest of the last.
// Kept elsewhere, it shows whether entries were taken away since. `*digest` is owned by the caller and freed with ar_string_free.
// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_head(const struct ar_audit_log *log,
                            int64_t *len,
                            char **digest,
                            struct ar_error **error);

// Verifies a log: any change, removal, insertion or reordering of entries is found; with a head that was kept (`head_digest` not NULL)
// also whether the newest were taken away. The log may go on behind that head. What is found is to be freed with ar_breaks_free; no
// rows mean that the chain is whole.
// Errors: AR_STATUS_INVALID_ARGUMENT (not a head); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_verify(const struct ar_audit_log *log,
                              int64_t head_len,
                              const char *head_digest,
                              struct ar_breaks **out,
                              struct ar_error **error);

// Searches a log. `filter`: a JSON object of what an entry must be, {"customer_id": "C1", "action": "send_notice", "by": "ada",
// "reason": "past_due", "item_id": "I1", "payment_id": "P1", "decision_id": "D-...", "kind": "execution", "from": "2026-11-01",
// "to": "2026-11-30"}, any of them or none. What names a decision is also found by what that decision is. The entries in their order,
// with the columns of the log and `on`, the day: `*out` is overwritten without being read; the caller owns the stream and calls its
// `release`.
// Errors: AR_STATUS_INVALID_ARGUMENT (not a filter); AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_search(const struct ar_audit_log *log,
                              const char *filter,
                              size_t filter_len,
                              struct ArrowArrayStream *out,
                              struct ar_error **error);

// All entries of a log as an Arrow C stream with the columns of the part "audit"; otherwise as ar_audit_log_search.
ar_status ar_audit_log_stream(const struct ar_audit_log *log, struct ArrowArrayStream *out, struct ar_error **error);

// Makes the run of a log that had this ledger, this policy and these models again, on its day, and compares every decision with what
// the log has, byte by byte. `models`: NULL for those that the ledger teaches. The report is to be freed with ar_report_free.
// Errors: AR_STATUS_INVALID_AUDIT (the chain is broken, no run had these inputs, or decisions come out otherwise: each entry is a
// problem, its place the row); AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_audit_log_replay(const struct ar_audit_log *log,
                              const struct ar_ledger *ledger,
                              const struct ar_policy *policy,
                              const struct ar_models *models,
                              struct ar_report **out,
                              struct ar_error **error);

// Frees a log. NULL is allowed.
void ar_audit_log_free(struct ar_audit_log *log);

// Decides past days under two policies and says what is not the same. `days`: `days_len` days since 1970-01-01, at most 400, each later
// than the one before. `events`: `events_len` bytes of a JSON array as for ar_ledger_apply_json, sorted by day; `events_len` 0: none.
// `ledger` holds the books as they stood when the first day began. Before a day is decided, the events of the days before it are applied,
// and of the day itself those in front of the first that names a decision. Identifiers of decisions in events are those of the policy
// `before`. Without events the books stand as they are on every day. `models`: NULL for those that the ledger teaches on the first day.
// `scope`: "all", or "collections": without predicted payment dates, many times as fast, and nothing is worth anything; NULL: "all".
// Two Arrow C streams come out, both overwritten without being read, both owned by the caller, who calls their `release`:
// `changes`, one row a decision that is not the same: on, decision_id, customer_id, currency, item_ids, payment_id, action, change
// ("only_before", "only_after", "ask_to_act", "act_to_ask", "changed"), differs, mode_before and mode_after, amount_…, worth_…, minutes
// (what people have to do more), reasons_before, reasons_after (those that the other side does not have); and
// `summary`: change (also "unchanged"), action, currency, count, amount_…, worth_…, minutes_….
// Errors: AR_STATUS_INVALID_ARGUMENT (days, their order, that of the events; the scope); AR_STATUS_INVALID_EVENTS;
// AR_STATUS_ARROW_STREAM; AR_STATUS_NULL_POINTER; AR_STATUS_POISONED.
ar_status ar_rehearse(const struct ar_ledger *ledger,
                      const struct ar_policy *before,
                      const struct ar_policy *after,
                      const struct ar_models *models,
                      const int32_t *days,
                      size_t days_len,
                      const char *events,
                      size_t events_len,
                      const char *scope,
                      struct ArrowArrayStream *changes,
                      struct ArrowArrayStream *summary,
                      struct ar_error **error);

// Reads what a customer wrote: `text`, `text_len` bytes of UTF-8 of which at most 65,536 are read; plain or HTML. Nothing in it can do
// anything. `context`, `context_len` bytes of a JSON object, says what is known besides: "received_on" (ISO date, needed), "subject",
// "language" ("de") or "locale" ("de-AT"), "country" (ISO 3166-1), "currency" (of an amount without one), and "items", an array of objects
// with "item_id" (needed), "reference", "currency" (default: that of the context), "open_amount" (decimal text) or "open_amount_minor".
// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "intents" ("name",
// "probability", "item_ids", "spans"), "references", "disputed_references", "dates" ("role", "on", "bound", "span"), "amounts" ("role",
// "value", "currency", "span"), "dispute_reasons", "remittance", "human", "human_reasons", "language", "reply_span", "thread_item_ids",
// "oddities". A span is [from, to] in characters (Unicode scalar values) of `text`, not in bytes.
// A library that was built without the feature `reader` has no trained model: it reads with its grammars alone, and each message is for
// a person.
// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the context (table "context" or "items"), or for text that is not UTF-8;
// AR_STATUS_NULL_POINTER.
ar_status ar_read_reply(const char *text,
                        size_t text_len,
                        const char *context,
                        size_t context_len,
                        char **out,
                        size_t *out_len,
                        struct ar_error **error);

// Holds a reading that somebody else made (a language model, a form) against the text it is of: what the text does not say is left out, and
// then a person sees the message. `supplied`: `supplied_len` bytes of a JSON object with fields of the answer of ar_read_reply, all
// optional: "intents" ("name"), "references", "disputed_references", "dates" ("role", "on"), "amounts" ("role", "value", "currency"),
// "dispute_reasons", "human", "human_reasons". The other arguments and the answer are as with ar_read_reply.
// Errors: as ar_read_reply, and AR_STATUS_INVALID_ARGUMENT with every word of the supplied reading that is not known (table "reading").
ar_status ar_check_reading(const char *text,
                           size_t text_len,
                           const char *context,
                           size_t context_len,
                           const char *supplied,
                           size_t supplied_len,
                           char **out,
                           size_t *out_len,
                           struct ar_error **error);

// Checks a text (plain, not HTML) that is to go out against the facts of its notice: accepted is only what is true. `facts`: `facts_len`
// bytes of a JSON object: "as_of", "locale", "currency", "stage", "creditor" ("name", "email", "phone", "iban", "pay_url"; any other text
// is a detail that may be written as it stands), "debtor" ("name", "contact"), "invoices" ("ref", "gross", "open", "issued", "due",
// "status": "open", "disputed", "promised", "paid" or "in_plan"), "events" ("type", "date"), "policy" ("allowed_acts", "deadline", "fees",
// "interest_rate", "offers"). Amounts are decimal text.
// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "accepted", "findings"
// ("code", "span", "message"), "claims" ("span", "type", "value", "fact"). A span is [from, to] in characters of `text`.
// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the facts, or for text that is not UTF-8; AR_STATUS_NULL_POINTER.
ar_status ar_verify_notice(const char *text,
                           size_t text_len,
                           const char *facts,
                           size_t facts_len,
                           char **out,
                           size_t *out_len,
                           struct ar_error **error);

// Writes the notice of a decision of a report, as it goes out on the day of the report. `style`: `style_len` bytes of a JSON object:
// "sender" ("name", needed, "email" or "phone", one of them needed, "iban", "pay_url"), "contact" (the person who is written to), "locale"
// ("de-AT"), "tone" ("friendly", "question", "neutral", "firm", "final"; never firmer than the decision), "channel" ("email", "sms",
// "letter", "call"). What is not said is as the decision and the books say.
// `draft`: `draft_len` bytes of a text of another writer, such as a language model that was given the "facts" of an earlier answer; NULL:
// none. It is the text of the notice if the verifier accepts it, else the template is.
// Gives `*out`, a JSON object, to be freed with ar_string_free, and, if wanted, its length (`out_len` may be NULL): "kind", "subject",
// "text", "html" (null for a short message and a call), "channel", "language", "tone", "sms" ("gsm", "places", "segments"), "facts",
// "draft" ("none", "used", "refused", "not_provable", "does_not_fit"), "findings" and "claims" of the draft as of ar_verify_notice.
// Errors: AR_STATUS_INVALID_ARGUMENT with every problem of the style, for a decision that the report does not have, and for an action
// that nothing is written for; AR_STATUS_NOT_BUILT_IN (a library without the feature `templates`); AR_STATUS_NULL_POINTER.
ar_status ar_write_notice(const struct ar_report *report,
                          const char *decision_id,
                          const char *style,
                          size_t style_len,
                          const char *draft,
                          size_t draft_len,
                          char **out,
                          size_t *out_len,
                          struct ar_error **error);

// The name of a status ("invalid_tables"). Static; NULL for an unknown number.
const char *ar_status_name(ar_status status);

// The name of a problem code ("missing_column"), the same in every language. Static; NULL for an unknown number.
const char *ar_problem_code_name(ar_problem_code code);

// The name of a reason code ("past_due"), the same in every language. Static; NULL for an unknown number.
const char *ar_reason_code_name(ar_reason_code code);

// The name of a unit ("days"). Static; NULL for an unknown number.
const char *ar_unit_name(ar_unit unit);

// The name of a part ("worklist"). Static; NULL for an unknown number.
const char *ar_part_name(ar_part part);

// The name of an action ("send_notice"). Static; NULL for an unknown number.
const char *ar_action_name(ar_action action);

// The name of a mode ("ask"). Static; NULL for an unknown number.
const char *ar_mode_name(ar_mode mode);

// The name of a payment's status ("auto"). Static; NULL for an unknown number.
const char *ar_payment_status_name(ar_payment_status status);

// How many decimals the minor units of a currency make ("EUR" 2, "JPY" 0, "BHD" 3); -1 if it is not an ISO 4217 currency.
int32_t ar_currency_exponent(const char *currency);

// Frees a text that the library gave away (those that come as `char **text`). NULL is allowed.
void ar_string_free(char *text);

// Frees bytes that the library gave away (those that come as `uint8_t **bytes`); `bytes_len` is the number that came with them.
// NULL is allowed.
void ar_bytes_free(uint8_t *bytes,
                   size_t bytes_len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AR_CORE_H */
