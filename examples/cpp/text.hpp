// Files, CSV, days, amounts and JSON as text: what a host has already.
#ifndef TEXT_HPP
#define TEXT_HPP

#include <ar_core.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The whole file; nothing if there is none.
inline std::optional<std::string> read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

struct csv {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};

/// Reads CSV (RFC 4180). Empty lines are passed over.
inline csv read_csv(std::string_view text, const std::string &path) {
  csv table;
  std::vector<std::string> row;
  std::string field;
  std::size_t line = 1;
  auto refuse = [&](const char *what) { throw std::runtime_error(path + ":" + std::to_string(line) + ": " + what); };
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3); // a byte order mark
  for (std::size_t at = 0; at < text.size() || !row.empty();) {
    field.clear();
    if (at < text.size() && text[at] == '"') {
      for (at++;; at++) {
        if (at >= text.size()) refuse("a quote is not closed");
        if (text[at] == '"' && (++at >= text.size() || text[at] != '"')) break;
        field += text[at];
      }
    } else {
      while (at < text.size() && text[at] != ',' && text[at] != '\n' && text[at] != '\r') field += text[at++];
    }
    const bool more = at < text.size() && text[at] == ',';
    row.push_back(field);
    if (!more) {
      if (at < text.size() && text[at] == '\r') at++;
      const bool empty = row.size() == 1 && field.empty();
      if (table.names.empty()) table.names = row;
      else if (!empty && row.size() != table.names.size()) refuse("a row is not as long as the header");
      else if (!empty) table.rows.push_back(row);
      row.clear();
      line++;
    }
    if (at < text.size()) at++;
  }
  return table;
}

inline std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(mark);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar.
inline std::int32_t days_from(int year, int month, int day) {
  year -= month <= 2;
  const int era = year / 400, of_era = year % 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// The date of a day from 1970 on, as "2026-11-20".
inline std::string date_of(std::int32_t days) {
  const int from = days + 719468, era = from / 146097, of_era = from % 146097;
  const int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int of_year = of_era - (365 * year + year / 4 - year / 100), shifted = (5 * of_year + 2) / 153;
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1);
  return text;
}

inline std::optional<std::int32_t> days_of(const std::string &text) {
  int year, month, day;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d", &year, &month, &day) != 3 || year < 1970) return std::nullopt;
  const std::int32_t days = days_from(year, month, day);
  return date_of(days) == text ? std::make_optional(days) : std::nullopt;
}

/// "1250.00": minor units with the decimals of the currency.
inline std::string amount_of(std::int64_t minor, const std::string &currency) {
  const int decimals = ar_core::currency_exponent(currency);
  std::uint64_t size = minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  std::string text;
  for (int digit = 0; digit <= decimals || size > 0; digit++, size /= 10) {
    text.insert(text.begin(), static_cast<char>('0' + size % 10));
    if (digit + 1 == decimals) text.insert(text.begin(), '.');
  }
  return minor < 0 ? "-" + text : text;
}

/// A JSON string.
inline std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    char code[8];
    if (c == '"' || c == '\\') text += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      text += code;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

#endif
