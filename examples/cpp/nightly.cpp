// A night of a host in C++: what examples/c/nightly.c does, line by line the same, with ar_core.hpp.
//
//   nightly <book folder> <YYYY-MM-DD> [answers.json]
//
// Exit status: 0 done, 1 the input was refused (every problem is printed), 2 wrong usage.
#include "text.hpp"

#include <ar_core.hpp>

#include <array>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

const char *or_else(const char *text, const char *otherwise) { return text != nullptr ? text : otherwise; }

/// Adds the table from its file, if the book has one. Every cell is handed over as text: the library reads numbers and days.
void add_table(ar_core::tables &tables, const std::string &folder, const std::string &name) {
  const auto text = read_file(folder + "/" + name + ".csv");
  if (!text) return;
  const csv table = read_csv(*text, folder + "/" + name + ".csv");
  for (std::size_t at = 0; at < table.names.size(); at++) {
    const std::string &column = table.names[at];
    std::vector<ar_core::cell> cells;
    std::vector<std::optional<std::vector<std::string_view>>> lists;
    const bool is_list = column == "aliases" || column == "channels" || column == "bank_accounts" || column == "item_ids";
    for (const auto &row : table.rows) {
      const std::string_view value = row[at];
      if (is_list) lists.push_back(value.empty() ? std::nullopt : std::make_optional(split(value, ';')));
      else cells.push_back(value.empty() ? std::nullopt : ar_core::cell(value));
    }
    if (is_list) tables.add_lists(name, column, lists);
    else tables.add_text(name, column, cells);
  }
}

ar_core::ledger load_ledger(const std::string &folder) {
  ar_core::tables tables;
  for (const char *name : {"customers", "items", "payments", "remittances", "allocations", "promises", "disputes", "plans", "instalments", "notices", "replies", "signals", "fx_rates"}) {
    add_table(tables, folder, name);
  }
  return ar_core::ledger(tables);
}

ar_core::policy load_policy(const std::string &folder) {
  const auto text = read_file(folder + "/policy.toml");
  return text ? ar_core::policy::from_toml(*text) : ar_core::policy();
}

void show(const ar_core::report &report, std::int32_t as_of) {
  const auto decisions = report.decisions();
  std::size_t acted = 0;
  for (const ar_decision &decision : decisions) acted += decision.mode == AR_MODE_ACT;
  std::printf("%s: %zu decisions, %zu without a person, %zu for people\n\nWorklist, best first:\n", date_of(as_of).c_str(), decisions.size(), acted, decisions.size() - acted);
  for (const ar_worklist_row &row : report.worklist()) {
    std::printf("%4" PRId64 "  %s  %-18s %-10s %14s %s  %-16s %s\n", row.rank, row.decision_id, ar_core::name(row.action), or_else(row.customer_id, "?"),
                amount_of(row.amount_minor, row.currency).c_str(), row.currency, or_else(row.ask_role, "anybody"), row.why);
  }
  std::printf("\nOpen, by days past due:\n");
  for (const ar_aging_row &row : report.aging()) {
    std::printf("  %-8s %14s %s  %" PRId64 " item(s)\n", row.bucket, amount_of(row.amount_minor, row.currency).c_str(), row.currency, row.count);
  }
  std::printf("\nMeasures:\n");
  for (const ar_kpi &kpi : report.kpis()) {
    if (std::isnan(kpi.value)) continue; // not defined for this book
    std::printf("  %-28s %14.4f %s %s %s\n", kpi.name, kpi.value, kpi.unit, or_else(kpi.currency, "-"), or_else(kpi.note, "-"));
  }
  std::printf("\n");
}

/// The event that says that an action was done; empty for what this program does not do.
std::string event_of(ar_action action) {
  switch (action) {
  case AR_ACTION_POST_ALLOCATION: return "items_allocated";
  case AR_ACTION_ASK_REMITTANCE: return "remittance_asked";
  case AR_ACTION_SEND_REMINDER:
  case AR_ACTION_SEND_NOTICE: return "notice_sent";
  case AR_ACTION_REMIND_PROMISE: return "promise_reminded";
  default: return "";
  }
}

/// The lines of a posting: the cash, discounts and fees that the report proposes for this decision.
std::string lines_of(const ar_core::report &report, const std::string &decision_id) {
  std::string lines, payment_id;
  for (const ar_allocation &row : report.allocations()) {
    if (or_else(row.decision_id, "") != decision_id) continue;
    payment_id = row.payment_id;
    lines += (lines.empty() ? "" : ", ") + ("{\"item_id\": " + quoted(row.item_id)) + ", \"amount\": \"" + amount_of(row.amount_minor, row.currency) + "\", \"kind\": \"" + row.kind + "\"";
    if (std::string(row.currency) != row.item_currency) lines += ", \"item_amount\": \"" + amount_of(row.item_amount_minor, row.item_currency) + "\"";
    lines += "}";
  }
  return ", \"allocations\": [" + lines + "], \"payment_id\": " + quoted(payment_id);
}

/// The events of what needs no person. This program sends nothing; one that does would do it here, once for each decision_id.
std::string carry_out(const ar_core::report &report, std::int32_t on, std::size_t &done, std::size_t &left) {
  std::string events;
  for (const ar_decision &decision : report.decisions()) {
    if (decision.mode != AR_MODE_ACT || decision.action == AR_ACTION_WAIT) continue;
    const std::string event = event_of(decision.action);
    if (event.empty()) {
      left++;
      continue;
    }
    events += done++ > 0 ? ",\n " : "";
    events += "{\"event\": \"" + event + "\", \"on\": \"" + date_of(on) + "\", \"decision_id\": \"" + decision.decision_id + "\"";
    if (decision.action == AR_ACTION_POST_ALLOCATION) events += lines_of(report, decision.decision_id);
    else if (decision.customer_id != nullptr) events += ", \"customer_id\": " + quoted(decision.customer_id);
    if (event == "notice_sent") {
      std::string items;
      for (std::size_t i = 0; i < decision.item_ids_len; i++) items += (i > 0 ? ", " : "") + quoted(decision.item_ids[i]);
      events += ", \"item_ids\": [" + items + "], \"level\": " + std::to_string(decision.level);
    }
    events += "}";
  }
  return "[" + events + "]";
}

/// Prints the columns `seq` and `kind` of a stream. With Arrow's own library: arrow::ImportRecordBatchReader(stream.get()).
void show_entries(ar_core::stream stream) {
  ArrowArrayStream *in = stream.get();
  ArrowSchema schema;
  if (in->get_schema(in, &schema) != 0) throw std::runtime_error("the entries of the log cannot be read");
  std::array<std::int64_t, 2> at = {-1, -1};
  for (std::int64_t i = 0; i < schema.n_children; i++) {
    const std::string name = schema.children[i]->name, format = schema.children[i]->format;
    if (name == "seq" && format == "l") at[0] = i;
    if (name == "kind" && format == "u") at[1] = i;
  }
  schema.release(&schema);
  if (at[0] < 0 || at[1] < 0) throw std::runtime_error("the entries of the log cannot be read");
  ArrowArray batch;
  while (in->get_next(in, &batch) == 0 && batch.release != nullptr) {
    const ArrowArray &seqs = *batch.children[at[0]], &kinds = *batch.children[at[1]];
    const auto *numbers = static_cast<const std::int64_t *>(seqs.buffers[1]) + seqs.offset;
    const auto *ends = static_cast<const std::int32_t *>(kinds.buffers[1]) + kinds.offset;
    const auto *bytes = static_cast<const char *>(kinds.buffers[2]);
    for (std::int64_t row = 0; row < batch.length; row++) {
      std::printf("%6" PRId64 "  %.*s\n", numbers[row], static_cast<int>(ends[row + 1] - ends[row]), bytes + ends[row]);
    }
    batch.release(&batch);
  }
}

/// All that lives from one day to the next.
struct host {
  ar_core::ledger ledger;
  ar_core::policy policy;
  ar_core::audit_log log;

  /// Moves the books on by events, and writes them into the log. All of them, or none.
  void hear(const std::string &events) {
    ledger.apply(events);
    log.append_events(events, &ledger);
  }
  ar_core::report run(std::int32_t as_of) {
    ar_core::report report = ar_core::run(ledger, policy, as_of);
    log.append(report);
    show(report, as_of);
    return report;
  }
  void act(const ar_core::report &report, std::int32_t as_of) {
    std::size_t done = 0, left = 0;
    hear(carry_out(report, as_of, done, left));
    std::printf("Done without a person: %zu; not done by this program: %zu\n", done, left);
  }
  void show_log(const std::string &decision_id) const {
    const ar_core::audit_head head = log.head(); // to be kept elsewhere
    const ar_core::breaks breaks = log.verify(head);
    std::printf("Audit log: %" PRId64 " entries, %s, head %s\n", head.len, breaks.found().empty() ? "whole" : "BROKEN", head.digest.c_str());
    for (const ar_break &row : breaks.found()) std::printf("  entry %" PRId64 ": %s\n", row.seq, row.message);
    if (decision_id.empty()) return;
    ar_core::stream found = log.search("{\"decision_id\": \"" + decision_id + "\"}");
    std::printf("What it says of %s:\n", decision_id.c_str());
    show_entries(std::move(found));
  }
};

void night(const std::string &folder, std::int32_t today, const char *answers) {
  host host{load_ledger(folder), load_policy(folder), ar_core::audit_log()};
  host.log.append_policy(host.policy, "nightly", today);
  const ar_core::report report = host.run(today);
  const auto work = report.worklist();
  if (!work.empty()) std::printf("Why %s:\n%s\n\n", work[0].decision_id, report.explain(work[0].decision_id).c_str());
  host.act(report, today);
  if (answers != nullptr) {
    const auto events = read_file(answers);
    if (!events) throw std::runtime_error(std::string(answers) + ": cannot be read");
    host.hear(*events);
  }
  std::printf("Answers: %s\n\n", answers != nullptr ? "heard" : "none");
  const ar_core::report next = host.run(today + 1); // what was approved is done without a person now
  host.act(next, today + 1);
  std::string first;
  for (const ar_decision &decision : report.decisions()) {
    if (first.empty() && decision.mode == AR_MODE_ACT && decision.action != AR_ACTION_WAIT) first = decision.decision_id;
  }
  host.show_log(first);
}

} // namespace

int main(int argc, char **argv) {
  const auto day = argc >= 3 && argc <= 4 ? days_of(argv[2]) : std::nullopt;
  if (!day) {
    std::fprintf(stderr, "usage: %s <book folder> <YYYY-MM-DD> [answers.json]\n", argv[0]);
    return 2;
  }
  try {
    ar_core::check_abi();
    night(argv[1], *day, argc == 4 ? argv[3] : nullptr);
    return 0;
  } catch (const ar_core::error &refused) {
    std::fprintf(stderr, "refused: %s, %" PRIu64 " problem(s)\n", ar_core::name(refused.status()), refused.problems_total());
    for (const ar_core::problem &problem : refused.problems()) {
      std::fprintf(stderr, "  %s", problem.table.c_str());
      if (problem.row >= 0) std::fprintf(stderr, " row %" PRId64, problem.row);
      if (problem.column) std::fprintf(stderr, " column %s", problem.column->c_str());
      std::fprintf(stderr, ": %s (%s)\n", problem.message.c_str(), ar_core::name(problem.code));
    }
  } catch (const std::exception &wrong) {
    std::fprintf(stderr, "%s\n", wrong.what());
  }
  return 1;
}
