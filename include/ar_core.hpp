// ar_core.hpp: ar_core.h for C++17. Handles that free themselves, errors as exceptions, rows as ranges; no logic of its own.
//
//   ar_core::tables tables;
//   tables.add_text("items", "item_id", {"I1", "I2"});
//   ...
//   ar_core::ledger ledger(tables);
//   ar_core::report report = ar_core::run(ledger, ar_core::policy(), 20777 /* 2026-11-20 */);
//   for (const ar_worklist_row &row : report.worklist()) std::printf("%s\n", row.why);
//
// Everything that ar_core.h says holds: units, threads, what is borrowed. A function that fails throws ar_core::error, with the
// status and every problem. Handles can be moved, not copied; one that was moved from may only be destroyed or assigned to. Rows
// and texts given as ranges, pointers or views belong to their handle. `get()` is the C handle, for whatever is not here.
// Days are int32_t days since 1970-01-01; names and identifiers are std::string, documents std::string_view.
#ifndef AR_CORE_HPP
#define AR_CORE_HPP

#include <ar_core.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ar_core {

/// One thing that is wrong, and where.
struct problem {
  std::string table;
  std::int64_t row; // -1: the whole table or column
  std::optional<std::string> column;
  ar_problem_code code;
  std::string message;
};

/// What a call that failed throws. `what()` is one line for a log.
class error : public std::runtime_error {
public:
  error(ar_status status, const std::string &message, std::vector<problem> problems, std::uint64_t total)
      : std::runtime_error(message), status_(status), problems_(std::move(problems)), total_(total) {}
  ar_status status() const noexcept { return status_; }
  /// At most 10,000 of them are kept.
  const std::vector<problem> &problems() const noexcept { return problems_; }
  /// How many there are, also those beyond the first 10,000.
  std::uint64_t problems_total() const noexcept { return total_; }

private:
  ar_status status_;
  std::vector<problem> problems_;
  std::uint64_t total_;
};

/// Rows that belong to a handle, as a range.
template <class Row> class rows {
public:
  rows(const Row *data, std::size_t size) noexcept : data_(data), size_(size) {}
  const Row *begin() const noexcept { return data_; }
  const Row *end() const noexcept { return data_ + size_; }
  const Row *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const Row &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
  const Row *data_;
  std::size_t size_;
};

namespace detail {

struct free_handle {
  void operator()(ar_error *handle) const noexcept { ar_error_free(handle); }
  void operator()(ar_tables *handle) const noexcept { ar_tables_free(handle); }
  void operator()(ar_ledger *handle) const noexcept { ar_ledger_free(handle); }
  void operator()(ar_policy *handle) const noexcept { ar_policy_free(handle); }
  void operator()(ar_models *handle) const noexcept { ar_models_free(handle); }
  void operator()(ar_report *handle) const noexcept { ar_report_free(handle); }
  void operator()(ar_standing_day *handle) const noexcept { ar_standing_day_free(handle); }
  void operator()(ar_breaks *handle) const noexcept { ar_breaks_free(handle); }
  void operator()(ar_audit_log *handle) const noexcept { ar_audit_log_free(handle); }
  void operator()(char *text) const noexcept { ar_string_free(text); }
};

template <class Handle> using owned = std::unique_ptr<Handle, free_handle>;

[[noreturn]] inline void fail(ar_status status, ar_error *raw) {
  owned<ar_error> held(raw);
  std::vector<problem> problems;
  if (raw == nullptr) {
    const char *name = ar_status_name(status);
    throw error(status, name != nullptr ? name : "unknown status", std::move(problems), 0);
  }
  for (std::size_t i = 0; i < ar_error_problems_len(raw); i++) {
    const ar_problem *seen = ar_error_problem(raw, i);
    std::optional<std::string> column;
    if (seen->column != nullptr) column = seen->column;
    problems.push_back({seen->table, seen->row, std::move(column), seen->code, seen->message});
  }
  throw error(ar_error_code(raw), ar_error_message(raw), std::move(problems), ar_error_problems_total(raw));
}

/// Calls a C function, which gets a place for its error.
template <class Call> void check(Call &&call) {
  ar_error *raw = nullptr;
  ar_status status = call(&raw);
  if (status != AR_STATUS_OK) fail(status, raw);
}

/// Calls a C function that makes a handle.
template <class Handle, class Call> owned<Handle> make(Call &&call) {
  Handle *handle = nullptr;
  check([&](ar_error **raw) { return call(&handle, raw); });
  return owned<Handle>(handle);
}

/// Calls a C function that gives a text away.
template <class Call> std::string text(Call &&call) {
  char *raw_text = nullptr;
  std::size_t len = 0;
  check([&](ar_error **raw) { return call(&raw_text, &len, raw); });
  owned<char> held(raw_text);
  return std::string(raw_text, len);
}

/// Calls a C function that gives bytes away.
template <class Call> std::vector<std::uint8_t> bytes(Call &&call) {
  std::uint8_t *given = nullptr;
  std::size_t len = 0;
  check([&](ar_error **raw) { return call(&given, &len, raw); });
  struct give_back {
    std::uint8_t *bytes;
    std::size_t len;
    ~give_back() { ar_bytes_free(bytes, len); }
  } held{given, len};
  return std::vector<std::uint8_t>(given, given + len);
}

/// Calls a C function that lends rows.
template <class Row, class Handle> rows<Row> lent(ar_status (*call)(const Handle *, const Row **, std::size_t *), const Handle *handle) {
  const Row *first = nullptr;
  std::size_t len = 0;
  ar_status status = call(handle, &first, &len);
  if (status != AR_STATUS_OK) fail(status, nullptr);
  return rows<Row>(first, len);
}

} // namespace detail

/// An Arrow C stream that is ours until it is given away.
class stream {
public:
  stream() noexcept : raw_() {}
  explicit stream(const ArrowArrayStream &raw) noexcept : raw_(raw) {}
  stream(stream &&other) noexcept : raw_(other.release()) {}
  stream &operator=(stream &&other) noexcept {
    if (this != &other) {
      close();
      raw_ = other.release();
    }
    return *this;
  }
  stream(const stream &) = delete;
  stream &operator=(const stream &) = delete;
  ~stream() { close(); }
  /// For a reader of Arrow streams (arrow::ImportRecordBatchReader, nanoarrow …), which takes it over.
  ArrowArrayStream *get() noexcept { return &raw_; }
  /// Gives the stream away: whoever has it calls its `release`.
  ArrowArrayStream release() noexcept {
    ArrowArrayStream given = raw_;
    raw_ = ArrowArrayStream();
    return given;
  }

private:
  void close() noexcept {
    if (raw_.release != nullptr) raw_.release(&raw_);
    raw_.release = nullptr;
  }
  ArrowArrayStream raw_;
};

namespace detail {

/// Calls a C function that gives a stream.
template <class Call> stream streamed(Call &&call) {
  stream out;
  check([&](ar_error **raw) { return call(out.get(), raw); });
  return out;
}

} // namespace detail

/// A row to fill in, for `tables::add`: nothing is given yet, and its size is set.
template <class Row> Row input() {
  Row row = Row();
  row.struct_size = sizeof(Row);
  return row;
}

/// A text of a column; std::nullopt is a null value.
using cell = std::optional<std::string_view>;

/// A set of tables to be loaded.
class tables {
public:
  tables() : handle_(detail::make<ar_tables>(ar_tables_new)) {}

  void add_text(const std::string &table, const std::string &column, const std::vector<cell> &values) {
    texts of(values);
    add_text(table, column, of.at.data(), of.lens.data(), of.at.size());
  }
  void add_text(const std::string &table, const std::string &column, const char *const *values, const std::size_t *lens, std::size_t len) {
    detail::check([&](ar_error **raw) { return ar_tables_add_text_column(get(), table.c_str(), column.c_str(), values, lens, len, raw); });
  }
  /// One list a row; std::nullopt is null.
  void add_lists(const std::string &table, const std::string &column, const std::vector<std::optional<std::vector<std::string_view>>> &lists) {
    std::vector<cell> values;
    std::vector<std::size_t> ends;
    std::vector<std::uint8_t> valid;
    for (const auto &list : lists) {
      if (list) values.insert(values.end(), list->begin(), list->end());
      ends.push_back(values.size());
      valid.push_back(list.has_value());
    }
    texts of(values);
    detail::check([&](ar_error **raw) {
      return ar_tables_add_list_column(get(), table.c_str(), column.c_str(), of.at.data(), of.lens.data(), of.at.size(), ends.data(), valid.data(), ends.size(), raw);
    });
  }
  /// `valid` nullptr: every row has a value; so with the three that follow.
  void add_int64(const std::string &table, const std::string &column, const std::int64_t *values, const std::uint8_t *valid, std::size_t len) {
    detail::check([&](ar_error **raw) { return ar_tables_add_int64_column(get(), table.c_str(), column.c_str(), values, valid, len, raw); });
  }
  void add_double(const std::string &table, const std::string &column, const double *values, const std::uint8_t *valid, std::size_t len) {
    detail::check([&](ar_error **raw) { return ar_tables_add_double_column(get(), table.c_str(), column.c_str(), values, valid, len, raw); });
  }
  void add_date(const std::string &table, const std::string &column, const std::int32_t *days, const std::uint8_t *valid, std::size_t len) {
    detail::check([&](ar_error **raw) { return ar_tables_add_date_column(get(), table.c_str(), column.c_str(), days, valid, len, raw); });
  }
  void add_bool(const std::string &table, const std::string &column, const std::uint8_t *values, const std::uint8_t *valid, std::size_t len) {
    detail::check([&](ar_error **raw) { return ar_tables_add_bool_column(get(), table.c_str(), column.c_str(), values, valid, len, raw); });
  }
  /// Rows of a table, which their type names. They begin as `input<ar_item_input>()`.
  void add(const std::vector<ar_customer_input> &rows) { add_rows(ar_tables_add_customers, rows); }
  void add(const std::vector<ar_item_input> &rows) { add_rows(ar_tables_add_items, rows); }
  void add(const std::vector<ar_payment_input> &rows) { add_rows(ar_tables_add_payments, rows); }
  void add(const std::vector<ar_remittance_input> &rows) { add_rows(ar_tables_add_remittances, rows); }
  void add(const std::vector<ar_allocation_input> &rows) { add_rows(ar_tables_add_allocations, rows); }
  void add(const std::vector<ar_promise_input> &rows) { add_rows(ar_tables_add_promises, rows); }
  void add(const std::vector<ar_dispute_input> &rows) { add_rows(ar_tables_add_disputes, rows); }
  void add(const std::vector<ar_plan_input> &rows) { add_rows(ar_tables_add_plans, rows); }
  void add(const std::vector<ar_instalment_input> &rows) { add_rows(ar_tables_add_instalments, rows); }
  void add(const std::vector<ar_notice_input> &rows) { add_rows(ar_tables_add_notices, rows); }
  void add(const std::vector<ar_reply_input> &rows) { add_rows(ar_tables_add_replies, rows); }
  void add(const std::vector<ar_signal_input> &rows) { add_rows(ar_tables_add_signals, rows); }
  void add(const std::vector<ar_fx_rate_input> &rows) { add_rows(ar_tables_add_fx_rates, rows); }
  void add(const std::vector<ar_pay_time_input> &rows) { add_rows(ar_tables_add_pay_times, rows); }
  void add(const std::vector<ar_holiday_input> &rows) { add_rows(ar_tables_add_holidays, rows); }
  /// A whole table; the stream is consumed.
  void add_stream(const std::string &table, stream given) {
    detail::check([&](ar_error **raw) { return ar_tables_add_stream(get(), table.c_str(), given.get(), raw); });
  }

  ar_tables *get() const noexcept { return handle_.get(); }

private:
  template <class Row> void add_rows(ar_status (*call)(ar_tables *, const Row *, std::size_t, ar_error **), const std::vector<Row> &rows) {
    detail::check([&](ar_error **raw) { return call(get(), rows.data(), rows.size(), raw); });
  }
  struct texts {
    explicit texts(const std::vector<cell> &values) {
      at.reserve(values.size());
      lens.reserve(values.size());
      for (const cell &value : values) {
        at.push_back(!value ? nullptr : value->data() != nullptr ? value->data() : "");
        lens.push_back(value ? value->size() : 0);
      }
    }
    std::vector<const char *> at;
    std::vector<std::size_t> lens;
  };
  detail::owned<ar_tables> handle_;
};

/// The books.
class ledger {
public:
  explicit ledger(const tables &from)
      : handle_(detail::make<ar_ledger>([&](ar_ledger **out, ar_error **raw) { return ar_ledger_new(from.get(), out, raw); })) {}
  /// Books that `to_bytes` saved.
  static ledger from_bytes(const std::vector<std::uint8_t> &saved) {
    return ledger(detail::make<ar_ledger>([&](ar_ledger **out, ar_error **raw) { return ar_ledger_from_bytes(saved.data(), saved.size(), out, raw); }));
  }
  std::vector<std::uint8_t> to_bytes() const {
    return detail::bytes([&](std::uint8_t **out, std::size_t *len, ar_error **raw) { return ar_ledger_to_bytes(get(), out, len, raw); });
  }
  /// Applies a JSON array of events: all, or none.
  void apply(std::string_view json) {
    detail::check([&](ar_error **raw) { return ar_ledger_apply_json(get(), json.data(), json.size(), raw); });
  }
  std::string digest() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_ledger_digest(get(), out, len, raw); });
  }
  std::string precondition(const std::vector<std::string> &item_ids) const {
    std::vector<const char *> ids;
    for (const std::string &id : item_ids) ids.push_back(id.c_str());
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_ledger_precondition(get(), ids.data(), ids.size(), out, len, raw); });
  }
  /// `since_days` INT32_MIN: from the beginning of the books.
  stream statement(const std::string &customer_id, std::int32_t since_days, std::int32_t as_of_days) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_ledger_statement(get(), customer_id.c_str(), since_days, as_of_days, out, raw); });
  }
  ar_ledger *get() const noexcept { return handle_.get(); }

private:
  friend class standing_day;
  explicit ledger(detail::owned<ar_ledger> handle) : handle_(std::move(handle)) {}
  detail::owned<ar_ledger> handle_;
};

/// A validated policy.
class policy {
public:
  /// The shipped one: a person approves everything.
  policy() : handle_(detail::make<ar_policy>(ar_policy_default)) {}
  static policy from_json(std::string_view json) {
    return policy(detail::make<ar_policy>([&](ar_policy **out, ar_error **raw) { return ar_policy_from_json(json.data(), json.size(), out, raw); }));
  }
  static policy from_toml(std::string_view toml) {
    return policy(detail::make<ar_policy>([&](ar_policy **out, ar_error **raw) { return ar_policy_from_toml(toml.data(), toml.size(), out, raw); }));
  }
  std::string to_json() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_policy_to_json(get(), out, len, raw); });
  }
  std::string digest() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_policy_digest(get(), out, len, raw); });
  }
  std::string version() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_policy_version(get(), out, len, raw); });
  }
  static std::string schema() { return detail::text(ar_policy_schema); }
  /// What differs from this to `after`.
  stream diff(const policy &after) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_policy_diff(get(), after.get(), out, raw); });
  }
  stream remarks(const ledger *books = nullptr) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_policy_remarks(get(), books != nullptr ? books->get() : nullptr, out, raw); });
  }
  ar_policy *get() const noexcept { return handle_.get(); }

private:
  explicit policy(detail::owned<ar_policy> handle) : handle_(std::move(handle)) {}
  detail::owned<ar_policy> handle_;
};

/// Learned models.
class models {
public:
  static models fit(const ledger &books, std::int32_t as_of_days) {
    return models(detail::make<ar_models>([&](ar_models **out, ar_error **raw) { return ar_models_fit(books.get(), as_of_days, out, raw); }));
  }
  /// With holidays, or what a model of your own says.
  static models fit(const ledger &books, std::int32_t as_of_days, const tables &known) {
    return models(detail::make<ar_models>([&](ar_models **out, ar_error **raw) { return ar_models_fit_on(books.get(), as_of_days, known.get(), out, raw); }));
  }
  static models from_json(std::string_view json) {
    return models(detail::make<ar_models>([&](ar_models **out, ar_error **raw) { return ar_models_from_json(json.data(), json.size(), out, raw); }));
  }
  std::string to_json() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_models_to_json(get(), out, len, raw); });
  }
  std::string digest() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_models_digest(get(), out, len, raw); });
  }
  static models from_bytes(const std::vector<std::uint8_t> &saved) {
    return models(detail::make<ar_models>([&](ar_models **out, ar_error **raw) { return ar_models_from_bytes(saved.data(), saved.size(), out, raw); }));
  }
  std::vector<std::uint8_t> to_bytes() const {
    return detail::bytes([&](std::uint8_t **out, std::size_t *len, ar_error **raw) { return ar_models_to_bytes(get(), out, len, raw); });
  }
  /// When items are paid; `history` nullptr: no past. `at_column`: a day for each item, instead of `at_days`.
  stream predict(const tables &items, const tables *history, std::int32_t at_days, const char *at_column = nullptr) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) {
      return ar_predict(get(), items.get(), history != nullptr ? history->get() : nullptr, at_days, at_column, out, raw);
    });
  }
  /// The whole distributions of it.
  stream distribution(const tables &items, const tables *history, std::int32_t at_days, const char *at_column = nullptr) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) {
      return ar_distribution(get(), items.get(), history != nullptr ? history->get() : nullptr, at_days, at_column, out, raw);
    });
  }
  /// Expected cash of open items.
  stream forecast_cash(const tables &items, const tables *history, std::int32_t as_of_days, std::uint32_t days, bool weekly = false, const char *currency = nullptr,
                       bool new_business = false) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) {
      return ar_forecast_cash(get(), items.get(), history != nullptr ? history->get() : nullptr, as_of_days, days, weekly, currency, new_business, out, raw);
    });
  }
  ar_models *get() const noexcept { return handle_.get(); }

private:
  explicit models(detail::owned<ar_models> handle) : handle_(std::move(handle)) {}
  detail::owned<ar_models> handle_;
};

/// All that one run found.
class report {
public:
  /// Takes a handle over.
  explicit report(ar_report *handle) noexcept : handle_(handle) {}
  rows<ar_decision> decisions() const { return detail::lent(ar_report_decisions, view()); }
  rows<ar_worklist_row> worklist() const { return detail::lent(ar_report_worklist, view()); }
  rows<ar_allocation> allocations() const { return detail::lent(ar_report_allocations, view()); }
  rows<ar_payment> payments() const { return detail::lent(ar_report_payments, view()); }
  rows<ar_aging_row> aging() const { return detail::lent(ar_report_aging, view()); }
  rows<ar_kpi> kpis() const { return detail::lent(ar_report_kpis, view()); }
  rows<ar_score> scores() const { return detail::lent(ar_report_scores, view()); }
  rows<ar_forecast_day> forecast() const { return detail::lent(ar_report_forecast, view()); }
  rows<ar_escalation> escalations() const { return detail::lent(ar_report_escalations, view()); }
  /// A part with every column; it outlives the report.
  stream part(ar_part part) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_report_stream(get(), part, out, raw); });
  }
  /// The decisions held against what people did: `rows` and `summary`.
  std::pair<stream, stream> shadow(std::string_view events, std::int64_t days) const {
    stream found, summary;
    detail::check([&](ar_error **raw) { return ar_report_shadow(get(), events.data(), events.size(), days, found.get(), summary.get(), raw); });
    return {std::move(found), std::move(summary)};
  }
  /// Belongs to the report.
  std::string_view json() const {
    const char *text = nullptr;
    std::size_t len = 0;
    ar_status status = ar_report_json(get(), &text, &len);
    if (status != AR_STATUS_OK) detail::fail(status, nullptr);
    return std::string_view(text, len);
  }
  std::string explain(const std::string &decision_id) const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_report_explain(get(), decision_id.c_str(), out, len, raw); });
  }
  std::string why_not(const std::string &action, const std::string &customer_id) const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_report_why_not(get(), action.c_str(), customer_id.c_str(), out, len, raw); });
  }
  /// Writes the notice of a decision; `draft` is the text of another writer, held against the facts.
  std::string write_notice(const std::string &decision_id, std::string_view style, std::optional<std::string_view> draft = std::nullopt) const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) {
      return ar_write_notice(get(), decision_id.c_str(), style.data(), style.size(), draft ? draft->data() : nullptr, draft ? draft->size() : 0, out, len, raw);
    });
  }
  ar_report *get() const noexcept { return handle_.get(); }

private:
  const ar_report *view() const noexcept { return handle_.get(); }
  detail::owned<ar_report> handle_;
};

namespace detail {

using stage = ar_status (*)(const ar_ledger *, const ar_policy *, const ar_models *, std::int32_t, ar_report **, ar_error **);

inline report run(stage call, const ledger &books, const policy &rules, std::int32_t as_of_days, const models *learned) {
  return report(make<ar_report>([&](ar_report **out, ar_error **raw) {
                  return call(books.get(), rules.get(), learned != nullptr ? learned->get() : nullptr, as_of_days, out, raw);
                }).release());
}

} // namespace detail

/// Runs a day. `learned` nullptr: models that are fitted from the books.
inline report run(const ledger &books, const policy &rules, std::int32_t as_of_days, const models *learned = nullptr) {
  return detail::run(ar_run, books, rules, as_of_days, learned);
}
/// Runs a day for some customers.
inline report run_for(const ledger &books, const policy &rules, std::int32_t as_of_days, const std::vector<std::string> &customer_ids, const models *learned = nullptr) {
  std::vector<const char *> ids;
  for (const std::string &id : customer_ids) ids.push_back(id.c_str());
  return report(detail::make<ar_report>([&](ar_report **out, ar_error **raw) {
                  return ar_run_for(books.get(), rules.get(), learned != nullptr ? learned->get() : nullptr, as_of_days, ids.data(), ids.size(), out, raw);
                }).release());
}
/// Applies the cash of a day and stops there.
inline report match_payments(const ledger &books, const policy &rules, std::int32_t as_of_days, const models *learned = nullptr) {
  return detail::run(ar_match_payments, books, rules, as_of_days, learned);
}
/// Decides without predicting payment dates.
inline report collect(const ledger &books, const policy &rules, std::int32_t as_of_days, const models *learned = nullptr) {
  return detail::run(ar_collect, books, rules, as_of_days, learned);
}
/// Ages and measures the books without a run: `aging` and `kpis`.
inline std::pair<stream, stream> figures(const ledger &books, const policy &rules, std::int32_t as_of_days) {
  stream aging, kpis;
  detail::check([&](ar_error **raw) { return ar_figures(books.get(), rules.get(), as_of_days, aging.get(), kpis.get(), raw); });
  return {std::move(aging), std::move(kpis)};
}

/// A day that events come in on: what each of them changes is decided at once.
class standing_day {
public:
  /// What came of some events.
  struct changed {
    std::optional<report> day; // of the customers that the events touch; none where they touch nobody
    bool again;                // the whole book was worked through again
  };
  standing_day(const ledger &books, const policy &rules, std::int32_t as_of_days, const models *learned = nullptr)
      : handle_(detail::make<ar_standing_day>([&](ar_standing_day **out, ar_error **raw) {
          return ar_standing_day_new(books.get(), rules.get(), learned != nullptr ? learned->get() : nullptr, as_of_days, out, raw);
        })) {}
  /// Takes a JSON array of events in: all, or none.
  changed apply(std::string_view json) {
    ar_report *found = nullptr;
    std::uint8_t again = 0;
    detail::check([&](ar_error **raw) { return ar_standing_day_apply_json(get(), json.data(), json.size(), &found, &again, raw); });
    changed out{std::nullopt, again != 0};
    if (found != nullptr) out.day.emplace(found);
    return out;
  }
  /// The books behind all events so far.
  ledger books() const {
    return ledger(detail::make<ar_ledger>([&](ar_ledger **out, ar_error **raw) { return ar_standing_day_ledger(get(), out, raw); }));
  }
  std::string digest() const {
    return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_standing_day_digest(get(), out, len, raw); });
  }
  ar_standing_day *get() const noexcept { return handle_.get(); }

private:
  detail::owned<ar_standing_day> handle_;
};

/// What the verification of an audit log found; empty: the chain is whole.
class breaks {
public:
  /// Takes a handle over.
  explicit breaks(ar_breaks *handle) noexcept : handle_(handle) {}
  rows<ar_break> found() const {
    const ar_break *first = nullptr;
    std::size_t len = 0;
    ar_status status = ar_breaks_rows(get(), &first, &len);
    if (status != AR_STATUS_OK) detail::fail(status, nullptr);
    return rows<ar_break>(first, len);
  }
  ar_breaks *get() const noexcept { return handle_.get(); }

private:
  detail::owned<ar_breaks> handle_;
};

/// Verifies the table "audit" of `from`.
inline breaks verify_audit(const tables &from) {
  return breaks(detail::make<ar_breaks>([&](ar_breaks **out, ar_error **raw) { return ar_audit_verify(from.get(), out, raw); }).release());
}

/// Where an audit log ends.
struct audit_head {
  std::int64_t len;
  std::string digest;
};

/// An audit log.
class audit_log {
public:
  audit_log() : audit_log(std::nullopt) {}
  /// Goes on behind the log whose head is given, without its entries.
  explicit audit_log(const std::optional<audit_head> &behind)
      : handle_(detail::make<ar_audit_log>([&](ar_audit_log **out, ar_error **raw) {
          return ar_audit_log_new(behind ? behind->len : 0, behind ? behind->digest.c_str() : nullptr, out, raw);
        })) {}
  static audit_log from_tables(const tables &from) {
    return audit_log(detail::make<ar_audit_log>([&](ar_audit_log **out, ar_error **raw) { return ar_audit_log_from_tables(from.get(), out, raw); }));
  }
  void append(const report &day) {
    detail::check([&](ar_error **raw) { return ar_audit_log_append_report(get(), day.get(), raw); });
  }
  /// `after`: the books behind the events, or nullptr.
  void append_events(std::string_view json, const ledger *after) {
    detail::check([&](ar_error **raw) { return ar_audit_log_append_events(get(), json.data(), json.size(), after != nullptr ? after->get() : nullptr, raw); });
  }
  void append_policy(const policy &rules, const std::string &by, std::int32_t on_days) {
    detail::check([&](ar_error **raw) { return ar_audit_log_append_policy(get(), rules.get(), by.c_str(), on_days, raw); });
  }
  audit_head head() const {
    std::int64_t len = 0;
    char *digest = nullptr;
    detail::check([&](ar_error **raw) { return ar_audit_log_head(get(), &len, &digest, raw); });
    detail::owned<char> held(digest);
    return {len, digest};
  }
  /// `kept`: a head that was kept elsewhere shows whether entries were cut off since.
  breaks verify(const std::optional<audit_head> &kept = std::nullopt) const {
    return breaks(detail::make<ar_breaks>([&](ar_breaks **out, ar_error **raw) {
                    return ar_audit_log_verify(get(), kept ? kept->len : 0, kept ? kept->digest.c_str() : nullptr, out, raw);
                  }).release());
  }
  stream search(std::string_view filter) const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_audit_log_search(get(), filter.data(), filter.size(), out, raw); });
  }
  stream entries() const {
    return detail::streamed([&](ArrowArrayStream *out, ar_error **raw) { return ar_audit_log_stream(get(), out, raw); });
  }
  /// Makes the run of the log that had these inputs again, and compares every decision.
  report replay(const ledger &books, const policy &rules, const models *learned = nullptr) const {
    return report(detail::make<ar_report>([&](ar_report **out, ar_error **raw) {
                    return ar_audit_log_replay(get(), books.get(), rules.get(), learned != nullptr ? learned->get() : nullptr, out, raw);
                  }).release());
  }
  ar_audit_log *get() const noexcept { return handle_.get(); }

private:
  explicit audit_log(detail::owned<ar_audit_log> handle) : handle_(std::move(handle)) {}
  detail::owned<ar_audit_log> handle_;
};

/// Decides past days under two policies: `changes` and `summary`.
inline std::pair<stream, stream> rehearse(const ledger &books, const policy &before, const policy &after, const std::vector<std::int32_t> &days,
                                          std::string_view events = {}, const models *learned = nullptr, const char *scope = nullptr) {
  stream changes, summary;
  detail::check([&](ar_error **raw) {
    return ar_rehearse(books.get(), before.get(), after.get(), learned != nullptr ? learned->get() : nullptr, days.data(), days.size(), events.data(), events.size(),
                       scope, changes.get(), summary.get(), raw);
  });
  return {std::move(changes), std::move(summary)};
}

/// Reads what a customer wrote; JSON in, JSON out.
inline std::string read_reply(std::string_view text, std::string_view context) {
  return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_read_reply(text.data(), text.size(), context.data(), context.size(), out, len, raw); });
}
/// Holds the reading of somebody else against the text.
inline std::string check_reading(std::string_view text, std::string_view context, std::string_view supplied) {
  return detail::text([&](char **out, std::size_t *len, ar_error **raw) {
    return ar_check_reading(text.data(), text.size(), context.data(), context.size(), supplied.data(), supplied.size(), out, len, raw);
  });
}
/// Checks a text that is to go out against its facts.
inline std::string verify_notice(std::string_view text, std::string_view facts) {
  return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_verify_notice(text.data(), text.size(), facts.data(), facts.size(), out, len, raw); });
}

/// A reason as a sentence.
inline std::string reason_text(const ar_reason &reason, const std::string &currency) {
  return detail::text([&](char **out, std::size_t *len, ar_error **raw) { return ar_reason_text(reason.code, reason.observed, reason.limit, currency.c_str(), out, len, raw); });
}

/// Names, the same in every language; nullptr for a number that is not known.
inline const char *name(ar_status status) noexcept { return ar_status_name(status); }
inline const char *name(ar_problem_code code) noexcept { return ar_problem_code_name(code); }
inline const char *name(ar_reason_code code) noexcept { return ar_reason_code_name(code); }
inline const char *name(ar_unit unit) noexcept { return ar_unit_name(unit); }
inline const char *name(ar_part part) noexcept { return ar_part_name(part); }
inline const char *name(ar_action action) noexcept { return ar_action_name(action); }
inline const char *name(ar_mode mode) noexcept { return ar_mode_name(mode); }
inline const char *name(ar_payment_status status) noexcept { return ar_payment_status_name(status); }

/// Decimals of a currency's minor units; -1 if it is none.
inline std::int32_t currency_exponent(const std::string &currency) noexcept { return ar_currency_exponent(currency.c_str()); }

/// The version of the library that is loaded.
inline const char *version() noexcept { return ar_version(); }
/// Throws if the library that is loaded is not the one that this header describes: call it once, first.
inline void check_abi() {
  if (ar_abi_version() != AR_ABI_VERSION) {
    throw std::runtime_error("ar_core: binary interface " + std::to_string(ar_abi_version()) + " loaded, " + std::to_string(AR_ABI_VERSION) + " wanted");
  }
}

} // namespace ar_core

#endif // AR_CORE_HPP
