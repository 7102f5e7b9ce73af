#include "CTOML.h"

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 64
#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

// Thrown where the callback ends the reading.
struct Stopped {};

// Hands out a document, event by event.
class Walk {
public:
  Walk(ctoml_callback callback, void *context) : callback_(callback), context_(context) {}

  void value(const toml::node &node) {
    const auto place = node.source().begin;
    if (const auto *table = node.as_table()) {
      fields(*table, place);
    } else if (const auto *list = node.as_array()) {
      send(CTOML_LIST_START, place);
      for (const auto &item : *list) value(item);
      send(CTOML_END, place);
    } else {
      scalar(node, place);
    }
  }

private:
  ctoml_callback callback_;
  void *context_;

  // The library sorts tables by key: the order of the source is that of the keys' places.
  void fields(const toml::table &table, toml::source_position place) {
    std::vector<std::pair<const toml::key *, const toml::node *>> fields;
    for (auto field = table.cbegin(); field != table.cend(); ++field)
      fields.emplace_back(&field->first, &field->second);
    std::stable_sort(fields.begin(), fields.end(), [](const auto &left, const auto &right) {
      const auto first = left.first->source().begin, second = right.first->source().begin;
      return std::pair(first.line, first.column) < std::pair(second.line, second.column);
    });
    send(CTOML_TABLE_START, place);
    for (const auto &[key, node] : fields) {
      text(CTOML_KEY, key->str(), key->source().begin);
      value(*node);
    }
    send(CTOML_END, place);
  }

  void scalar(const toml::node &node, toml::source_position place) {
    ctoml_event event = {};
    if (const auto *text = node.as_string()) return this->text(CTOML_TEXT, text->get(), place);
    if (const auto *integer = node.as_integer()) {
      event.kind = CTOML_INTEGER;
      event.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
      event.kind = CTOML_NUMBER;
      event.number = number->get();
    } else if (const auto *boolean = node.as_boolean()) {
      event.kind = CTOML_BOOLEAN;
      event.integer = boolean->get() ? 1 : 0;
    } else {
      return text(CTOML_TEXT, time(node), place);
    }
    send(event, place);
  }

  // A date, a time, or both.
  static std::string time(const toml::node &node) {
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    if (const auto *date = node.as_date()) stream << date->get();
    if (const auto *time = node.as_time()) stream << time->get();
    if (const auto *both = node.as_date_time()) stream << both->get();
    return stream.str();
  }

  void text(ctoml_kind kind, std::string_view text, toml::source_position place) {
    ctoml_event event = {};
    event.kind = kind;
    event.text = text.data();
    event.text_length = text.size();
    send(event, place);
  }

  void send(ctoml_kind kind, toml::source_position place) {
    ctoml_event event = {};
    event.kind = kind;
    send(event, place);
  }

  void send(ctoml_event event, toml::source_position place) {
    event.line = place.line;
    event.column = place.column;
    if (callback_(context_, &event) != 0) throw Stopped();
  }
};

}  // namespace

ctoml_status ctoml_read(const char *bytes, size_t length, ctoml_callback callback, void *context,
                        ctoml_problem *problem) {
  try {
    const toml::table document = toml::parse(std::string_view(bytes, length));
    Walk(callback, context).value(document);
    return CTOML_DONE;
  } catch (const toml::parse_error &error) {
    const auto text = error.description();
    const size_t count = std::min(text.size(), sizeof problem->message - 1);
    std::memcpy(problem->message, text.data(), count);
    problem->message[count] = '\0';
    problem->line = error.source().begin.line;
    problem->column = error.source().begin.column;
    return CTOML_SYNTAX;
  } catch (const Stopped &) {
    return CTOML_STOPPED;
  } catch (...) {
    return CTOML_FAILED;
  }
}
