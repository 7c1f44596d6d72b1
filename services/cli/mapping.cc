#include "services/cli/mapping.h"

// Header-only and without exceptions, whatever the packaged library was built with.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/cli/nearest_name.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

// A mapping never needs longer lists; a slip of the pen must not allocate without end.
constexpr int kElementIndexMax = 99;

std::string Where(const toml::node& node) {
  return absl::StrCat("line ", node.source().begin.line, ": ");
}

std::string Suggestion(const std::string& nearest) {
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

// What to do when the header looks like one of another separator; else nothing.
std::string OtherSeparator(const std::vector<std::string>& header, char separator) {
  if (header.size() != 1) return "";
  for (const char other : {';', ',', '\t', '|'}) {
    if (other == separator || header[0].find(other) == std::string::npos) continue;
    return absl::StrCat(
        ". The file seems to be separated by ",
        other == '\t' ? "tabs: write separator = \"\\t\""
                      : absl::StrCat("'", absl::string_view(&other, 1), "': write separator = \"",
                                     absl::string_view(&other, 1), "\""),
        " in the mapping");
  }
  return "";
}

// What a cell must be for `field`.
std::string TypeWords(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a number";
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return "a whole number";
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "a whole number of 0 or more";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "one of the field's values";
    default:
      return "a text";
  }
}

// Sets the scalar `field` of `message` from text; false when the text is none of its type's.
bool SetScalar(Message& message, const FieldDescriptor& field, const std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  const auto set = [&](auto value, auto set_one, auto add_one) {
    if (field.is_repeated()) {
      (reflection.*add_one)(&message, &field, value);
    } else {
      (reflection.*set_one)(&message, &field, value);
    }
    return true;
  };
  const std::string number(absl::StripAsciiWhitespace(text));
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.is_repeated()) {
        reflection.AddString(&message, &field, text);
      } else {
        reflection.SetString(&message, &field, text);
      }
      return true;
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value = false;
      return absl::SimpleAtob(number, &value) &&
             set(value, &Reflection::SetBool, &Reflection::AddBool);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      return absl::SimpleAtod(number, &value) &&
             set(value, &Reflection::SetDouble, &Reflection::AddDouble);
    }
    case FieldDescriptor::CPPTYPE_FLOAT: {
      float value = 0;
      return absl::SimpleAtof(number, &value) &&
             set(value, &Reflection::SetFloat, &Reflection::AddFloat);
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      std::int32_t value = 0;
      return absl::SimpleAtoi(number, &value) &&
             set(value, &Reflection::SetInt32, &Reflection::AddInt32);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint32_t value = 0;
      return absl::SimpleAtoi(number, &value) &&
             set(value, &Reflection::SetUInt32, &Reflection::AddUInt32);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      std::int64_t value = 0;
      return absl::SimpleAtoi(number, &value) &&
             set(static_cast<int64_t>(value), &Reflection::SetInt64, &Reflection::AddInt64);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t value = 0;
      return absl::SimpleAtoi(number, &value) &&
             set(static_cast<uint64_t>(value), &Reflection::SetUInt64, &Reflection::AddUInt64);
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->FindValueByName(absl::AsciiStrToUpper(number));
      return value != nullptr &&
             set(value->number(), &Reflection::SetEnumValue, &Reflection::AddEnumValue);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
  }
  return false;
}

}  // namespace

// Reads a mapping and gathers everything that is wrong with it.
class Mapping::Parser {
 public:
  absl::StatusOr<Mapping> Parse(std::string_view text,
                                const Message* (*message_of_feed)(std::string_view)) {
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", parsed.error().source().begin.line,
                       ": this is not TOML: ", AbslView(parsed.error().description())));
    }
    const toml::table& table = parsed.table();
    CheckKeys(table, {"feed", "separator", "field"});
    mapping_.feed_ = table["feed"].value_or(std::string());
    const Message* prototype = message_of_feed(mapping_.feed_);
    if (prototype == nullptr) {
      Complain("feed: name one of mps, nabis, border_force, licensing, force, statistics");
    }
    const std::string separator = table["separator"].value_or(std::string(","));
    if (separator.size() != 1) Complain("separator: give exactly one character");
    mapping_.separator_ = separator.empty() ? ',' : separator[0];
    const toml::array* fields = table["field"].as_array();
    if (fields == nullptr || fields->empty()) Complain("give at least one [[field]]");
    if (fields != nullptr && prototype != nullptr) {
      for (const toml::node& node : *fields) ParseField(node, *prototype->GetDescriptor());
    }
    CheckBranches();
    if (!complaints_.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the mapping cannot be used:\n  ", absl::StrJoin(complaints_, "\n  ")));
    }
    return std::move(mapping_);
  }

 private:
  void Complain(std::string complaint) { complaints_.push_back(std::move(complaint)); }

  // Of fields of which a message can have one, constants fill two in every row.
  void CheckBranches() {
    Branches branches;
    for (const Rule& rule : mapping_.rules_) {
      const bool is_constant = std::all_of(rule.pieces.begin(), rule.pieces.end(),
                                           [](const Piece& piece) { return piece.column.empty(); });
      if (!is_constant) continue;
      if (const Rule* other = TakenBranch(rule, branches); other != nullptr) {
        Complain(absl::StrCat("path '", rule.path, "' and path '", other->path,
                              "' are both constants, and a record has one of the two"));
      }
    }
  }

  void CheckKeys(const toml::table& table, const std::set<std::string_view>& known) {
    for (const auto& [key, node] : table) {
      if (!known.contains(key.str())) {
        Complain(absl::StrCat(Where(node), "there is no key '", AbslView(key.str()),
                              "'; known are ",
                              absl::StrJoin(known, ", ", [](std::string* out, auto name) {
                                absl::StrAppend(out, AbslView(name));
                              })));
      }
    }
  }

  std::string TextAt(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return "";
    if (!node->is_string()) {
      Complain(absl::StrCat(Where(*node), AbslView(key), ": give a text in quotes"));
      return "";
    }
    return node->value_or(std::string());
  }

  void ParseField(const toml::node& node, const Descriptor& descriptor) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Complain(absl::StrCat(Where(node), "[[field]] must be a table"));
    CheckKeys(*table,
              {"path", "column", "template", "constant", "values", "ignore", "replace", "suffix"});
    Rule rule;
    rule.path = TextAt(*table, "path");
    ParsePath(*table, descriptor, rule);
    ParseSource(*table, rule);
    if (const toml::node* values = table->get("values"); values != nullptr) {
      const toml::table* pairs = values->as_table();
      if (pairs == nullptr) {
        Complain(absl::StrCat(Where(*values), "values: give a table of cell = value"));
      } else {
        for (const auto& [cell, value] : *pairs) {
          if (!value.is_string()) {
            Complain(absl::StrCat(Where(value), "values: give texts in quotes"));
          }
          rule.values.emplace_back(std::string(cell.str()), value.value_or(std::string()));
        }
      }
    }
    if (const toml::array* ignore = (*table)["ignore"].as_array(); ignore != nullptr) {
      for (const toml::node& cell : *ignore) rule.ignore.push_back(cell.value_or(std::string()));
    }
    if (const toml::array* replace = (*table)["replace"].as_array(); replace != nullptr) {
      for (const toml::node& pair : *replace) {
        const toml::array* texts = pair.as_array();
        if (texts == nullptr || texts->size() != 2 || !(*texts)[0].is_string() ||
            !(*texts)[1].is_string() || (*texts)[0].value_or(std::string()).empty()) {
          Complain(absl::StrCat(Where(pair), "replace: give pairs of texts, [\"old\", \"new\"]"));
          continue;
        }
        rule.replace.emplace_back((*texts)[0].value_or(std::string()),
                                  (*texts)[1].value_or(std::string()));
      }
    }
    rule.suffix = TextAt(*table, "suffix");
    mapping_.rules_.push_back(std::move(rule));
  }

  void ParsePath(const toml::table& table, const Descriptor& descriptor, Rule& rule) {
    const Descriptor* message = &descriptor;
    if (rule.path.empty()) return Complain(absl::StrCat(Where(table), "path: name a field"));
    for (const auto& part_view : absl::StrSplit(rule.path, '.')) {
      std::string part(part_view);
      Step step;
      if (!part.empty() && part.back() == ']') {
        const std::size_t open = part.find('[');
        if (open == std::string::npos ||
            !absl::SimpleAtoi(part.substr(open + 1, part.size() - open - 2), &step.index) ||
            step.index < 0 || step.index > kElementIndexMax) {
          return Complain(absl::StrCat(Where(table), "path '", rule.path,
                                       "': an element is written [0] to [", kElementIndexMax, "]"));
        }
        part.resize(open);
      }
      if (message == nullptr) {
        return Complain(absl::StrCat(Where(table), "path '", rule.path, "': '", part,
                                     "' stands below a field that has no fields"));
      }
      step.field = message->FindFieldByName(part);
      if (step.field == nullptr) {
        return Complain(absl::StrCat(Where(table), "path '", rule.path, "': ", message->name(),
                                     " has no field '", part, "'",
                                     Suggestion(NearestName(part, FieldsOf(*message)))));
      }
      message = step.field->message_type();
      if (message != nullptr && step.field->is_repeated() && step.index < 0) {
        return Complain(absl::StrCat(Where(table), "path '", rule.path, "': '", part,
                                     "' is a list; say which element, e.g. ", part, "[0]"));
      }
      if (!step.field->is_repeated() && step.index >= 0) {
        return Complain(
            absl::StrCat(Where(table), "path '", rule.path, "': '", part, "' is not a list"));
      }
      rule.steps.push_back(step);
      rule.is_in_branch |= step.field->real_containing_oneof() != nullptr;
    }
    if (message != nullptr) {
      return Complain(absl::StrCat(Where(table), "path '", rule.path,
                                   "' is a group of fields; name one of them"));
    }
    std::string written;
    for (const Step& step : rule.steps) {
      // Of a list of values it is the first where none is named.
      absl::StrAppend(&written, ".", step.field->name());
      if (step.field->is_repeated()) absl::StrAppend(&written, "[", std::max(step.index, 0), "]");
    }
    const auto [first, is_new] = lines_of_paths_.emplace(written, table.source().begin.line);
    if (is_new) return;
    Complain(absl::StrCat(
        Where(table), "path '", rule.path, "' was given before, in line ", first->second,
        "; give each field once",
        rule.steps.back().field->is_repeated() ? ", and the elements of a list as [0], [1]" : ""));
  }

  static std::vector<std::string> FieldsOf(const Descriptor& message) {
    std::vector<std::string> names;
    for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
    return names;
  }

  void ParseSource(const toml::table& table, Rule& rule) {
    const int sources =
        table.contains("column") + table.contains("template") + table.contains("constant");
    if (sources != 1) {
      return Complain(absl::StrCat(Where(table), "path '", rule.path,
                                   "': give exactly one of column, template, constant"));
    }
    if (table.contains("column")) {
      rule.pieces.push_back(Piece{.literal = "", .column = TextAt(table, "column"), .cell = 0});
      return;
    }
    if (table.contains("constant")) {
      rule.pieces.push_back(Piece{.literal = TextAt(table, "constant"), .column = "", .cell = 0});
      return;
    }
    std::string_view rest;
    const std::string text = TextAt(table, "template");
    rest = text;
    while (!rest.empty()) {
      const std::size_t open = rest.find('{');
      if (open != 0) {
        rule.pieces.push_back(
            Piece{.literal = std::string(rest.substr(0, open)), .column = "", .cell = 0});
        if (open == std::string_view::npos) break;
        rest.remove_prefix(open);
      }
      const std::size_t close = rest.find('}');
      if (close == std::string_view::npos || close == 1) {
        return Complain(absl::StrCat(Where(table), "template: write columns as {column}"));
      }
      rule.pieces.push_back(
          Piece{.literal = "", .column = std::string(rest.substr(1, close - 1)), .cell = 0});
      rest.remove_prefix(close + 1);
    }
  }

  Mapping mapping_;
  std::vector<std::string> complaints_;
  std::map<std::string, std::uint32_t> lines_of_paths_;
};

absl::StatusOr<Mapping> Mapping::Parse(std::string_view toml,
                                       const Message* (*message_of_feed)(std::string_view)) {
  return Parser().Parse(toml, message_of_feed);
}

absl::Status Mapping::BindHeader(const std::vector<std::string>& header) {
  std::vector<std::string> problems;
  std::set<std::string> told;
  for (Rule& rule : rules_) {
    for (Piece& piece : rule.pieces) {
      if (piece.column.empty()) continue;
      const auto found = std::find(header.begin(), header.end(), piece.column);
      piece.cell = static_cast<std::size_t>(found - header.begin());
      if (found == header.end()) {
        if (told.insert(piece.column).second) {
          problems.push_back(absl::StrCat("there is no column '", piece.column, "'",
                                          Suggestion(NearestName(piece.column, header))));
        }
      } else if (std::count(found, header.end(), piece.column) > 1 &&
                 told.insert(piece.column).second) {
        problems.push_back(absl::StrCat(
            "several columns are called '", piece.column,
            "', and the mapping cannot tell which is meant; give each a name of its own"));
      }
    }
  }
  header_cells_ = header.size();
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "its first row, which names ", header.size(), header.size() == 1 ? " column" : " columns",
      ", does not fit the mapping: ", absl::StrJoin(problems, "; "),
      OtherSeparator(header, separator_),
      std::all_of(header.begin(), header.end(), IsUtf8)
          ? ""
          : ". It is not UTF-8; export the file as UTF-8"));
}

std::string Mapping::ColumnsOf(const Rule& rule, const std::vector<std::string>& cells) {
  std::vector<std::string> columns;
  std::vector<std::string> bad_columns;
  for (const Piece& piece : rule.pieces) {
    if (piece.column.empty()) continue;
    columns.push_back(absl::StrCat("'", piece.column, "'"));
    if (!IsUtf8(cells[piece.cell])) bad_columns.push_back(columns.back());
  }
  if (!bad_columns.empty()) columns = std::move(bad_columns);
  return absl::StrCat(columns.empty()       ? "the constant"
                      : columns.size() == 1 ? "column "
                                            : "columns ",
                      absl::StrJoin(columns, " and "), ", for ", rule.path, ",");
}

std::string Mapping::TextOf(const Rule& rule, const std::vector<std::string>& cells) const {
  const auto ignored = [&](const std::string& cell) {
    return cell.empty() ||
           std::find(rule.ignore.begin(), rule.ignore.end(), cell) != rule.ignore.end();
  };
  std::string text;
  for (const Piece& piece : rule.pieces) {
    if (piece.column.empty()) {
      text += piece.literal;
      continue;
    }
    const std::string& cell = cells[piece.cell];
    // A template is absent when all of its cells together would only be its literal text.
    if (ignored(cell)) {
      if (rule.pieces.size() == 1) return "";
      continue;
    }
    text += cell;
  }
  const auto value = std::find_if(rule.values.begin(), rule.values.end(),
                                  [&](const auto& pair) { return pair.first == text; });
  if (value != rule.values.end()) return value->second;
  for (const auto& [from, to] : rule.replace) {
    text = absl::StrReplaceAll(text, {{from, to}});
  }
  return text.empty() ? text : text + rule.suffix;
}

const Mapping::Rule* Mapping::TakenBranch(const Rule& rule, Branches& branches) {
  if (!rule.is_in_branch) return nullptr;
  std::string path;
  for (const Step& step : rule.steps) {
    if (const auto* oneof = step.field->real_containing_oneof(); oneof != nullptr) {
      const auto taken = branches.try_emplace(path + oneof->name(), step.field, &rule).first;
      if (taken->second.first != step.field) return taken->second.second;
    }
    absl::StrAppend(&path, step.field->name(), "[", step.index, "].");
  }
  return nullptr;
}

absl::Status Mapping::Apply(const std::vector<std::string>& cells, Message& message) const {
  if (cells.size() != header_cells_) {
    return absl::InvalidArgumentError(absl::StrCat("the row has ", cells.size(),
                                                   " cells where the first row names ",
                                                   header_cells_, " columns"));
  }
  std::vector<std::string> bad;
  Branches branches;
  for (const Rule& rule : rules_) {
    const std::string text = TextOf(rule, cells);
    if (text.empty()) continue;
    if (!IsUtf8(text)) {
      bad.push_back(
          absl::StrCat(ColumnsOf(rule, cells), " is not UTF-8: export the file as UTF-8"));
      continue;
    }
    if (const Rule* other = TakenBranch(rule, branches); other != nullptr) {
      bad.push_back(absl::StrCat(ColumnsOf(rule, cells), " and ", ColumnsOf(*other, cells),
                                 " cannot both be given: a record has one of the two"));
      continue;
    }
    Message* target = &message;
    for (std::size_t i = 0; i + 1 < rule.steps.size(); ++i) {
      const Step& step = rule.steps[i];
      const Reflection& reflection = *target->GetReflection();
      if (step.index < 0) {
        target = reflection.MutableMessage(target, step.field);
        continue;
      }
      while (reflection.FieldSize(*target, step.field) <= step.index) {
        reflection.AddMessage(target, step.field);
      }
      target = reflection.MutableRepeatedMessage(target, step.field, step.index);
    }
    if (!SetScalar(*target, *rule.steps.back().field, text)) {
      bad.push_back(
          absl::StrCat(ColumnsOf(rule, cells), " must be ", TypeWords(*rule.steps.back().field)));
    }
  }
  if (bad.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(bad, "; "));
}

}  // namespace serieslink::cli
