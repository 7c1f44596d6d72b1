#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace serieslink::cli {

// Says which column of a CSV file is which field of a feed's message, so that an agency can push
// its exports without writing code. A mapping is a TOML file:
//
//   feed = "force"                # which feed's message the rows become
//   separator = ";"               # optional, "," unless said
//
//   [[field]]
//   path = "record_id"               # "a.b[0].c" for nested and repeated ones
//   column = "id"                    # one of: column, template, constant
//
//   [[field]]
//   path = "guns[0].apparent_types"
//   column = "weapon_type"
//   values = { "PISTOLA" = "PISTOL" }  # optional: cell -> value; others stay as they are
//   ignore = ["N/A"]                 # optional: cells that count as empty
//   replace = [[" ", "T"]]           # optional: text replaced within the cell, in this order
//   suffix = "Z"                     # optional: added to a cell that is not empty
//
//   [[field]]
//   path = "crime_references[0]"
//   template = "{number}/{year}"     # several columns in one field
//
// Each path stands once. Of fields of which a message can have one only, such as a NABIS entry's
// event and exhibit, a mapping may name several: a row must fill those of one. An empty cell leaves
// its field absent. Immutable and thread-safe once loaded.
class Mapping {
 public:
  // Reads a mapping for messages of the type that `feed` names; `message_of_feed` returns that
  // type's prototype, or null for an unknown feed. Errors: INVALID_ARGUMENT naming every key, path
  // and value that is wrong, with its line.
  static absl::StatusOr<Mapping> Parse(
      std::string_view toml, const google::protobuf::Message* (*message_of_feed)(std::string_view));

  const std::string& feed() const { return feed_; }
  char separator() const { return separator_; }

  // Finds the mapping's columns in the header of a file. Call before Apply. Columns that the
  // mapping does not read may be called anything. Errors: INVALID_ARGUMENT naming every column of
  // the mapping that the file lacks or has several times. Names of the file's are said only where
  // they are nearly the same: a file without a header begins with a record.
  absl::Status BindHeader(const std::vector<std::string>& header);

  // Sets the fields of `message` from one row.
  // Errors: INVALID_ARGUMENT (another number of cells than the header has, or cells that are not
  // UTF-8 or that their field's type cannot take, or cells for two fields of which a message can
  // have one: names the columns and fields, never the cells).
  absl::Status Apply(const std::vector<std::string>& cells,
                     google::protobuf::Message& message) const;

 private:
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    int index = -1;  // element of a repeated field
  };
  // A piece of a field's text: literal text, or the cell of a column.
  struct Piece {
    std::string literal;
    std::string column;  // empty for a literal
    std::size_t cell = 0;
  };
  struct Rule {
    std::string path;
    std::vector<Step> steps;
    bool is_in_branch = false;  // a step of it is a field of a oneof
    std::vector<Piece> pieces;
    std::vector<std::pair<std::string, std::string>> values;
    std::vector<std::string> ignore;
    std::vector<std::pair<std::string, std::string>> replace;
    std::string suffix;
  };
  class Parser;

  // By a oneof and where it stands: the field of it that was given, and by which rule.
  using Branches =
      std::map<std::string, std::pair<const google::protobuf::FieldDescriptor*, const Rule*>>;

  // The rule that has given another field of a oneof than `rule` does, or null: then those of
  // `rule` are taken.
  static const Rule* TakenBranch(const Rule& rule, Branches& branches);

  // The columns of `rule`, and its field, as the beginning of a complaint: of a text that is not
  // UTF-8, the columns that are not.
  static std::string ColumnsOf(const Rule& rule, const std::vector<std::string>& cells);
  std::string TextOf(const Rule& rule, const std::vector<std::string>& cells) const;

  std::string feed_;
  char separator_ = ',';
  std::vector<Rule> rules_;
  std::size_t header_cells_ = 0;
};

}  // namespace serieslink::cli
