// Goal: whatever a list of lost guns is asked for, it has the cases that satisfy it: each once, in
// one order, on pages of any size, for everybody; and after a restart of what derives the same.
// Method: random reports, uses, recoveries and disposals of a few guns, with versions, withdrawals
// and hidden records, through everything between the feed and the service. What the list has for a
// filter is held against its cases without one, of which the test picks those that satisfy it.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/page_token.h"
#include "services/stolen/stolen_service.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using stolen::v1::LossCase;
using stolen::v1::LossReport;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool Chance(int in) { return Below(in) == 0; }

 private:
  std::mt19937_64 random_;
};

std::string AnyDate(Draw& draw) {
  const std::string day = absl::StrFormat("20%02d-%02d-%02d", 10 + draw.Below(4),
                                          1 + draw.Below(12), 1 + draw.Below(28));
  switch (draw.Below(10)) {
    case 0:
      return "";
    case 1:
      return day + "/..";
    case 2:
      return "../" + day;
    case 3:
      return absl::StrFormat("%s/20%02d-11-05", day, 14 + draw.Below(3));
    case 4:
      return day.substr(0, 7);
    default:
      return day;
  }
}

void SetPlace(Draw& draw, feed::v1::PlaceEntry& place) {
  if (draw.Chance(3)) return;
  place.set_police_force(draw.Chance(2) ? "mps" : "kent");
  if (draw.Chance(2)) place.set_borough_code(draw.Chance(2) ? "E09000022" : "E07000106");
  if (draw.Chance(3)) place.set_ward_code(draw.Chance(2) ? "E05000276" : "E05000277");
}

void SetGun(Draw& draw, int guns, feed::v1::GunEntry& gun) {
  // Those of one number are one gun.
  gun.add_serials()->set_text(absl::StrFormat("QX%07dK", draw.Below(guns) * 7919));
  gun.set_make("Glock");
  if (draw.Chance(3)) gun.set_model(draw.Chance(2) ? "17" : "19");
  if (draw.Chance(3)) gun.add_apparent_types(draw.Chance(2) ? "PISTOL" : "REVOLVER");
  if (draw.Chance(6)) gun.set_is_complete(draw.Chance(2));
  if (draw.Chance(12)) gun.add_legal_classes()->set_legal_class("COMPONENT_PART");
}

// The same gun, or a part with its number.
template <typename Message>
void AddGunOrPart(Draw& draw, int guns, Message& message) {
  if (!draw.Chance(4)) {
    SetGun(draw, guns, *message.add_guns());
    return;
  }
  feed::v1::ItemEntry& part = *message.add_items();
  part.set_kind("GUN_PART");
  if (draw.Chance(2)) part.set_part_kind(draw.Chance(3) ? "slide" : "frame");
  part.set_make("Glock");
  feed::v1::SerialEntry& serial = *part.add_serials();
  serial.set_text(absl::StrFormat("QX%07dK", draw.Below(guns) * 7919));
  serial.set_part("FRAME");
  if (draw.Chance(4)) part.add_custody()->set_holder("store");
}

// What a report of a loss says of its guns: sometimes there are several, and some of them, or all,
// were found again.
template <typename Message>
void SetLostGuns(Draw& draw, int guns, Message& message) {
  const auto find_again = [&draw](auto& one) {
    one.set_cancelled_as_found(true);
    // After every loss that has an end.
    if (draw.Chance(2)) one.set_found(draw.Chance(2) ? "2018-05-01" : "2018-06-01");
  };
  if (draw.Chance(4)) find_again(message);
  do {
    AddGunOrPart(draw, guns, message);
  } while (draw.Chance(4));
  const bool is_one = message.guns_size() + message.items_size() == 1;
  int number = 0;
  const auto set = [&](auto& entry) {
    if (!is_one) entry.set_reference(absl::StrCat(++number));
    if (draw.Chance(5)) find_again(entry);
  };
  for (feed::v1::GunEntry& gun : *message.mutable_guns()) set(gun);
  for (feed::v1::ItemEntry& item : *message.mutable_items()) set(item);
}

SentMessage AnyRecord(Draw& draw, int guns, int id, int version) {
  SentMessage made;
  made.agency = draw.Chance(2) ? "kent" : "mps";
  if (id % 3 == 0) {
    feed::v1::LicensingLoss& loss = *made.message.mutable_licensing();
    loss.set_report_id(absl::StrCat("L", id));
    loss.set_version(static_cast<std::uint64_t>(version));
    loss.set_loss_kind(draw.Chance(2) ? "LOST" : "STOLEN");
    loss.set_lost(AnyDate(draw));
    if (draw.Chance(2)) loss.set_notified(absl::StrFormat("2018-%02d-01", 1 + draw.Below(12)));
    if (draw.Chance(3) && !loss.lost().empty() && loss.lost().size() == 10) {
      loss.set_notified(loss.lost());
    }
    if (draw.Chance(4)) loss.set_certificate_force(draw.Chance(2) ? "mps" : "kent");
    if (draw.Chance(3)) loss.set_holder_kind(draw.Chance(2) ? "DEALER" : "PRIVATE");
    SetPlace(draw, *loss.mutable_place());
    SetLostGuns(draw, guns, loss);
    if (!draw.Chance(4)) loss.mutable_marking()->set_visibility("OPEN");
    return made;
  }
  feed::v1::ForceRecord& record = *made.message.mutable_force();
  record.set_system(draw.Chance(6) ? "NCIC" : "S");
  record.set_record_id(absl::StrCat("R", id));
  record.set_version(static_cast<std::uint64_t>(version));
  static constexpr const char* kTypes[] = {"LOSS", "INCIDENT", "RECOVERY", "DISPOSAL"};
  record.set_record_type(kTypes[draw.Below(4)]);
  if (record.record_type() == "LOSS") record.set_loss_kind("STOLEN");
  if (record.record_type() == "DISPOSAL") {
    static constexpr const char* kEnds[] = {"RETURNED", "DESTROYED", "RETAINED", "UNKNOWN"};
    record.set_disposal_kind(kEnds[draw.Below(4)]);
  }
  record.set_occurred(AnyDate(draw));
  if (draw.Chance(2)) record.add_crime_references(absl::StrCat(draw.Below(4), "/2013"));
  if (draw.Chance(8)) {
    record.add_former_ids()->set_source_id(absl::StrCat("R", draw.Below(12)));
  }
  SetPlace(draw, *record.mutable_place());
  if (record.record_type() == "LOSS") {
    if (draw.Chance(3)) record.mutable_loss()->set_holder_kind(draw.Chance(2) ? "CLUB" : "DEALER");
    SetLostGuns(draw, guns, record);
  } else if (!draw.Chance(5)) {
    // An account without the gun tells more of the event of another record.
    AddGunOrPart(draw, guns, record);
  }
  if (!draw.Chance(4)) record.mutable_marking()->set_visibility("OPEN");
  return made;
}

// What is asked, in the text of a filter, and whether a case satisfies it; of what is asked of
// reports, one report has to.
struct Question {
  std::string filter;
  std::function<bool(const LossCase&)> of_case;
  std::function<bool(const LossReport&)> of_report;
};

bool IsIn(const type::v1::Place& place, const std::string& area) {
  return place.police_force() == area || place.borough_code() == area || place.ward_code() == area;
}

bool CanBeIn(const type::v1::DateInterval& date, std::int64_t from_s, std::int64_t before_s) {
  return (!date.has_latest() || date.latest().seconds() >= from_s) &&
         (!date.has_earliest() || date.earliest().seconds() < before_s);
}

std::vector<Question> Questions() {
  std::vector<Question> questions;
  const auto of_case = [&](std::string filter, std::function<bool(const LossCase&)> is_it) {
    questions.push_back({std::move(filter), std::move(is_it), nullptr});
  };
  const auto of_report = [&](std::string filter, std::function<bool(const LossReport&)> is_it) {
    questions.push_back({std::move(filter), nullptr, std::move(is_it)});
  };
  for (int state = 1; state <= stolen::v1::LossCaseState_MAX; ++state) {
    if (!stolen::v1::LossCaseState_IsValid(state)) continue;
    of_case(absl::StrCat("states: ", state),
            [state](const auto& one) { return one.state() == state; });
  }
  of_case("states: LOSS_CASE_STATE_SIGHTED states: LOSS_CASE_STATE_RECOVERED", [](const auto& one) {
    return one.state() == stolen::v1::LOSS_CASE_STATE_SIGHTED ||
           one.state() == stolen::v1::LOSS_CASE_STATE_RECOVERED;
  });
  of_case("states: LOSS_CASE_STATE_CANCELLED states: LOSS_CASE_STATE_RETURNED",
          [](const auto& one) {
            return one.state() == stolen::v1::LOSS_CASE_STATE_CANCELLED ||
                   one.state() == stolen::v1::LOSS_CASE_STATE_RETURNED;
          });
  for (int one = 1; one <= stolen::v1::Reconciliation_MAX; ++one) {
    of_case(absl::StrCat("reconciliations: ", one),
            [one](const auto& told) { return told.reconciliation() == one; });
  }
  for (int verdict = 1; verdict <= stolen::v1::NoticeVerdict_MAX; ++verdict) {
    of_case(absl::StrCat("notices: ", verdict),
            [verdict](const auto& one) { return one.notice().verdict() == verdict; });
  }
  for (int one = 1; one <= stolen::v1::Completeness_MAX; ++one) {
    of_case(absl::StrCat("completeness: ", one),
            [one](const auto& told) { return told.completeness() == one; });
  }
  of_case("has_contradiction: true", [](const auto& one) { return one.contradictions_size() > 0; });
  for (const std::string area : {"mps", "kent", "E09000022", "E05000276", "E05000277"}) {
    of_case(absl::StrCat("used_area: '", area, "'"), [area](const auto& one) {
      return std::any_of(one.uses().begin(), one.uses().end(),
                         [&](const auto& use) { return IsIn(use.place(), area); });
    });
    of_report(absl::StrCat("area: '", area, "'"),
              [area](const auto& report) { return IsIn(report.place(), area); });
  }
  of_report("area: 'unknown'", [](const auto& report) {
    const type::v1::Place& place = report.place();
    return place.police_force().empty() && place.borough_code().empty() &&
           place.ward_code().empty();
  });
  for (int source = 1; source <= stolen::v1::ReportSource_MAX; ++source) {
    of_report(absl::StrCat("sources: ", source),
              [source](const auto& report) { return report.source() == source; });
  }
  of_report("loss_kinds: LOSS_KIND_LOST loss_kinds: LOSS_KIND_UNKNOWN", [](const auto& report) {
    return report.loss().kind() == record::v1::LOSS_KIND_LOST ||
           report.loss().kind() == record::v1::LOSS_KIND_UNKNOWN;
  });
  of_report("types: FIREARM_TYPE_REVOLVER types: FIREARM_TYPE_RIFLE", [](const auto& report) {
    const auto& types = report.firearm().apparent_types();
    return std::find(types.begin(), types.end(), record::v1::FIREARM_TYPE_REVOLVER) != types.end();
  });
  of_report("model: '17'", [](const auto& report) { return report.firearm().model() == "17"; });
  of_report("agency: 'kent'", [](const auto& report) { return report.agency() == "kent"; });
  for (const auto& [from_s, before_s] :
       {std::pair(1'325'376'000, 1'328'054'400), std::pair(1'356'998'400, 1'388'534'400)}) {
    const std::string period = absl::StrCat("occurred_from { seconds: ", from_s,
                                            " } occurred_before { seconds: ", before_s, " } ");
    of_report(period, [from_s, before_s](const auto& report) {
      return CanBeIn(report.occurred(), from_s, before_s);
    });
    of_report(period + "sources: REPORT_SOURCE_LICENSING", [from_s, before_s](const auto& report) {
      return CanBeIn(report.occurred(), from_s, before_s) &&
             report.source() == stolen::v1::REPORT_SOURCE_LICENSING;
    });
    questions.push_back(
        {period + "states: LOSS_CASE_STATE_RECOVERED",
         [](const auto& one) { return one.state() == stolen::v1::LOSS_CASE_STATE_RECOVERED; },
         [from_s, before_s](const auto& report) {
           return CanBeIn(report.occurred(), from_s, before_s);
         }});
  }
  questions.push_back(
      {"notices: NOTICE_VERDICT_LATE sources: REPORT_SOURCE_POLICE",
       [](const auto& one) { return one.notice().verdict() == stolen::v1::NOTICE_VERDICT_LATE; },
       [](const auto& report) { return report.source() == stolen::v1::REPORT_SOURCE_POLICE; }});
  return questions;
}

// The fields that a filter's text names.
std::set<std::string> FieldsOf(const std::string& filter) {
  std::set<std::string> fields;
  for (const absl::string_view word : absl::StrSplit(filter, ' ', absl::SkipEmpty())) {
    if (word.back() == ':') fields.emplace(word.substr(0, word.size() - 1));
  }
  return fields;
}

// Two questions as one; none where both ask the same field.
std::optional<Question> Both(const Question& a, const Question& b) {
  const std::set<std::string> of_a = FieldsOf(a.filter);
  for (const std::string& field : FieldsOf(b.filter)) {
    if (of_a.contains(field)) return std::nullopt;
  }
  Question both;
  both.filter = a.filter + " " + b.filter;
  both.of_case = [&a, &b](const LossCase& one) {
    return (a.of_case == nullptr || a.of_case(one)) && (b.of_case == nullptr || b.of_case(one));
  };
  both.of_report = [&a, &b](const LossReport& report) {
    return (a.of_report == nullptr || a.of_report(report)) &&
           (b.of_report == nullptr || b.of_report(report));
  };
  return both;
}

class Lists {
 public:
  explicit Lists(DerivationPipeline& pipeline)
      : pipeline_(pipeline),
        service_(pipeline.source(), &tokens_, "test", &DerivationPipeline::Now,
                 absl::UTCTimeZone()) {}

  // By the reports of each, in the order of the list.
  std::vector<LossCase> Cases(const std::string& agency, const std::string& filter, int page_size) {
    stolen::v1::ListLossCasesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()))
        << filter;
    request.set_page_size(page_size);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    std::vector<LossCase> cases;
    do {
      stolen::v1::ListLossCasesResponse response;
      const absl::Status status =
          service_.List(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
      EXPECT_TRUE(status.ok()) << filter << ": " << status;
      for (LossCase& one : *response.mutable_cases()) cases.push_back(std::move(one));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return cases;
  }

  // How many reports and cases `filter` counts.
  std::pair<std::int64_t, std::int64_t> Counts(const std::string& agency,
                                               const std::string& filter) {
    stolen::v1::CountLossCasesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    stolen::v1::CountLossCasesResponse response;
    const absl::Status status = service_.Count(
        view::Viewer{agency}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
    EXPECT_TRUE(status.ok()) << status;
    const auto total = [&](const std::string& name) {
      std::int64_t sum = 0;
      for (const auto& table : response.tables()) {
        if (table.id() != name) continue;
        for (const auto& row : table.rows()) sum += row.lost() + row.stolen() + row.not_known();
      }
      return sum;
    };
    return {total("reports.source"), total("cases.state")};
  }

 private:
  DerivationPipeline& pipeline_;
  const rpc::PageTokenSealer tokens_{{}};
  const stolen::StolenService service_;
};

std::string NameOf(const LossCase& one) {
  std::vector<std::string> reports;
  for (const LossReport& report : one.reports()) reports.push_back(report.exhibit_id());
  std::sort(reports.begin(), reports.end());
  return absl::StrCat(stolen::v1::LossCaseState_Name(one.state()), " ", reports.front(), " of ",
                      reports.size());
}

std::vector<std::string> NamesOf(const std::vector<LossCase>& cases) {
  std::vector<std::string> names;
  for (const LossCase& one : cases) names.push_back(NameOf(one));
  std::sort(names.begin(), names.end());
  return names;
}

TEST(LossSearchPropertyTest, AListHasWhatSatisfiesItAndNothingElse) {
  const std::vector<Question> questions = Questions();
  ForEachSeed(40, [&](std::uint64_t seed) {
    Draw draw(seed);
    DerivationPipeline pipeline;
    const int guns = 1 + draw.Below(8);
    std::map<int, std::pair<std::string, std::string>> sent;  // agency and record, by id
    for (int commit = 0; commit < 12; ++commit) {
      std::vector<SentMessage> messages;
      std::vector<int> ids;
      for (int i = draw.Below(4); i >= 0; --i) {
        const int id = draw.Below(30);
        SentMessage made = AnyRecord(draw, guns, id, commit * 10 + i + 1);
        if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
        ids.push_back(id);
        messages.push_back(std::move(made));
      }
      const auto answers = pipeline.Push(messages);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (answers.at(i).outcome() == ingest::v1::OUTCOME_REJECTED) continue;
        sent[ids[i]] = {messages[i].agency, answers.at(i).record_id()};
      }
      if (draw.Chance(3) && !sent.empty()) {
        const auto withdrawn = sent.begin();
        pipeline.Withdraw(withdrawn->second.first, withdrawn->second.second);
        sent.erase(withdrawn);
      }
      if (draw.Chance(4)) pipeline.Restart();
    }
    Lists lists(pipeline);
    for (const std::string agency : {"kent", "anyone"}) {
      const std::vector<LossCase> all = lists.Cases(agency, "", 1000);
      std::vector<Question> asked = questions;
      for (int pairs = 0; pairs < 60; ++pairs) {
        const auto any = [&]() -> const Question& {
          return questions[static_cast<std::size_t>(
              draw.Below(static_cast<int>(questions.size())))];
        };
        const Question& a = any();
        if (auto both = Both(a, any())) asked.push_back(*std::move(both));
      }
      for (const Question& question : asked) {
        std::vector<LossCase> wanted;
        for (const LossCase& one : all) {
          const bool has_report =
              question.of_report == nullptr ||
              std::any_of(one.reports().begin(), one.reports().end(), question.of_report);
          if (has_report && (question.of_case == nullptr || question.of_case(one))) {
            wanted.push_back(one);
          }
        }
        const int page_size = 1 + draw.Below(5);
        EXPECT_EQ(NamesOf(lists.Cases(agency, question.filter, page_size)), NamesOf(wanted))
            << agency << ": " << question.filter;
        EXPECT_EQ(lists.Counts(agency, question.filter).second,
                  static_cast<std::int64_t>(wanted.size()))
            << agency << ": " << question.filter;
      }
    }
  });
}

}  // namespace
}  // namespace serieslink
