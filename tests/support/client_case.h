#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/program_pair.h"

namespace serieslink {

// The client and a server as programs, for tests that SERIESLINK_SERVER and SERIESLINK_CLIENT tell
// where they are.
class ClientCase : public testing::Test {
 protected:
  ClientCase()
      : server_(SERIESLINK_SERVER), client_(SERIESLINK_CLIENT, server_.address(), "mers") {}

  // An incident with one gun, as a line of JSON. `version` 0: it names none.
  static std::string Line(const std::string& id, int version, const std::string& serial,
                          const std::string& occurred = "2024-05-01") {
    return absl::StrCat("{\"system\":\"NICHE\",\"record_id\":\"", id, "\",",
                        version > 0 ? absl::StrCat("\"version\":", version, ",") : "",
                        "\"record_type\":\"INCIDENT\",\"crime_references\":[\"", id,
                        "/24\"],\"occurred\":\"", occurred,
                        "\",\"marking\":{\"visibility\":\"OPEN\"},\"guns\":[{\"reference\":\"G1\","
                        "\"make\":\"Glock\",\"serials\":[{\"text\":\"",
                        serial, "\"}]}]}\n");
  }

  // Those numbered from `begin` up to `end`, of a gun each.
  static std::string Lines(int begin, int end) {
    std::string text;
    for (int i = begin; i < end; ++i) {
      text += Line(absl::StrCat("R", i), 1, absl::StrCat("AB", 10000 + i));
    }
    return text;
  }

  // A number of a JSON answer.
  static std::int64_t In(const ClientProgram::Result& result, const std::string& field) {
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &object).ok())
        << result.out << result.err;
    const auto found = object.fields().find(field);
    if (found == object.fields().end()) return -1;
    return static_cast<std::int64_t>(found->second.number_value());
  }

  ClientProgram::Result Json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--format", "json"});
    return client_.Run(arguments);
  }

  ServerProgram server_;
  ClientProgram client_;
};

}  // namespace serieslink
