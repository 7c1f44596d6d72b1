// The life of a gun through the whole server over mutual TLS: what agencies sent, in any order.
#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/agency_client.h"
#include "tests/support/seeds.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ::testing::ElementsAre;

constexpr std::int64_t kDaySeconds = 86'400;

// Of so many messages every order is tried, of more some.
constexpr std::size_t kAllOrdersMax = 4;

// A message, and who sends it.
struct Sent {
  std::string agency;
  FeedMessage message;
};

Sent Of(const std::string& agency, const std::string& text) {
  Sent sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

constexpr char kOpen[] =
    " marking { visibility: 'OPEN' grading_scheme: '3X5X2' source_grade: '1' "
    "information_grade: 'A' handling_code: 'P' } ";

// A force's record of the gun `gun`. All ids of a story end with the gun's number, so that one
// store holds many stories.
Sent Kent(const std::string& id, const std::string& type, const std::string& occurred,
          const std::string& gun, const std::string& more = "") {
  return Of("kent",
            absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '", type,
                         "' occurred: '", occurred, "' guns { ", gun, " } ", more, kOpen, "}"));
}

// What Kent's licensing unit reports of the gun.
Sent Licensing(const std::string& id, const std::string& kind, const std::string& lost,
               const std::string& gun, const std::string& more = "") {
  return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: '", kind,
                                 "' lost: '", lost, "' guns { ", gun, " } ", more, kOpen, "}"));
}

std::string Beretta(const std::string& number, const std::string& more = "") {
  return absl::StrCat("make: 'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER", number,
                      "' part: 'FRAME' } ", more);
}

// What a licensing unit reports of two guns that went at once, with more of each.
Sent LicensingOfTwo(const std::string& n, const std::string& of_first,
                    const std::string& of_second) {
  return Of("kent", absl::StrCat("licensing { report_id: 'L", n,
                                 "' loss_kind: 'STOLEN' lost: '2016-01-10' guns { reference: 'A' ",
                                 Beretta(n, of_first),
                                 "} guns { reference: 'B' make: 'Webley & Scott' calibre: '12 "
                                 "bore' serials { text: 'WS",
                                 n, "' part: 'RECEIVER' } ", of_second, " } ", kOpen, "}"));
}

// A gun whose truth is known: what is sent of it, the story of which any record's id tells, and the
// story in few words.
struct Scenario {
  std::string name;
  std::function<std::vector<Sent>(const std::string& number)> messages;
  std::string story;
};

const std::vector<Scenario>& Scenarios() {
  static const auto* const scenarios = new std::vector<Scenario>{
      {"StolenUsedTwiceAndRecovered",
       [](const std::string& n) {
         return std::vector<Sent>{
             Kent("R" + n, "RECOVERY", "2016-05-01", Beretta(n)),
             Licensing("L" + n, "STOLEN", "2016-01-10/2016-01-12", Beretta(n),
                       "notified: '2016-01-13'"),
             Kent("P" + n, "LOSS", "2016-01-11", Beretta(n), "loss_kind: 'STOLEN'"),
             Kent("A" + n, "INCIDENT", "2016-03-01", Beretta(n)),
             Kent("B" + n, "INCIDENT", "2016-04-01", Beretta(n))};
       },
       R"(RECOVERED, held together by RULE
2016-01-10/2016-01-12 LOSS STOLEN by kent, 1 A, tied by RULE
2016-01-11 LOSS STOLEN by kent, 1 A, tied by RULE
2016-03-01 INCIDENT by kent, 1 A, tied by RULE
2016-04-01 INCIDENT by kent, 1 A, tied by RULE
2016-05-01 RECOVERY by kent, 1 A
loss STOLEN by 2: OUTSTANDING, SIGHTED, RECOVERED
LOSS_TO_NOTICE 0..4
LOSS_TO_FIRST_USE 49..51
LOSS_TO_RECOVERY 110..112
FIRST_TO_LAST_USE 30..32
LAST_USE_TO_RECOVERY 29..31
missing: NOT_EXAMINED
missing: FATE_NOT_RECORDED
)"},
      {"TheftReportedLate",
       [](const std::string& n) {
         // The police have the day on which they were told, and no day of the theft.
         return std::vector<Sent>{Licensing("L" + n, "STOLEN", "2016-01-01/2016-04-10", Beretta(n),
                                            "notified: '2016-04-12'"),
                                  Kent("P" + n, "LOSS", "../2016-04-12", Beretta(n),
                                       "reported: '2016-04-12' loss_kind: 'STOLEN'"),
                                  Kent("A" + n, "INCIDENT", "2016-02-20", Beretta(n))};
       },
       R"(SIGHTED, held together by RULE
2016-01-01/2016-04-10 LOSS STOLEN by kent, 1 A
2016-02-20 INCIDENT by kent, 1 A, tied by RULE
../2016-04-12 LOSS STOLEN by kent, 1 A, tied by RULE
loss STOLEN by 2: OUTSTANDING, SIGHTED?, order uncertain
LOSS_TO_NOTICE 1..103
LOSS_TO_FIRST_USE 0..51?
missing: OUTSTANDING
missing: ORDER_NOT_CERTAIN
missing: ORDER_NOT_CERTAIN
)"},
      {"SameSerialOtherMake",
       [](const std::string& n) {
         return std::vector<Sent>{
             Kent("L" + n, "LOSS", "2016-01-10",
                  "make: 'Beretta' calibre: '9x19' serials { text: '" + n + "' part: 'FRAME' }",
                  "loss_kind: 'LOST'"),
             Licensing(
                 "M" + n, "LOST", "2016-01-09/2016-01-10",
                 "make: 'Beretta' calibre: '9x19' serials { text: '" + n + "' part: 'FRAME' }"),
             Kent("A" + n, "INCIDENT", "2016-03-01",
                  "make: 'Browning' calibre: '9x19' serials { text: '" + n + "' part: 'FRAME' }")};
       },
       R"(OUTSTANDING, held together by RULE
2016-01-09/2016-01-10 LOSS LOST by kent, 1 A
2016-01-10 LOSS LOST by kent, 1 A, tied by RULE
loss LOST by 2: OUTSTANDING
missing: OUTSTANDING
)"},
      {"ShortenedShotgun",
       [](const std::string& n) {
         const std::string gun = "make: 'Webley & Scott' calibre: '12 bore' serials { text: 'WS" +
                                 n + "' part: 'RECEIVER' } ";
         return std::vector<Sent>{
             Kent("R" + n, "RECOVERY", "2016-03-01",
                  gun + "barrel_length_mm: 330 confirmed_types: 'SHOTGUN_SAWN_OFF' legal_classes { "
                        "legal_class: 'SECTION_5_PROHIBITED' as_of: '2016-03-02' basis: "
                        "'measured' assessed_by: 'Hub' accreditation: 'ACCREDITED' } custody { "
                        "holder: 'Property store' from: '2016-03-01' }"),
             Kent("L" + n, "LOSS", "2016-01-10",
                  gun + "barrel_length_mm: 711 apparent_types: 'SHOTGUN_LONG' legal_classes { "
                        "legal_class: 'SECTION_2_SHOTGUN' as_of: '2015-06-01' basis: "
                        "'certificate' }",
                  "loss_kind: 'STOLEN'"),
             Licensing("M" + n, "STOLEN", "2016-01-09/2016-01-10",
                       gun + "barrel_length_mm: 711 apparent_types: 'SHOTGUN_LONG'")};
       },
       R"(RECOVERED, held together by RULE
2016-01-09/2016-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2016-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2016-03-01 RECOVERY by kent, 1 A
loss STOLEN by 2: OUTSTANDING, RECOVERED
LOSS_TO_RECOVERY 50..52
custody Property store from 2016-03-01
class SECTION_2_SHOTGUN as of 2015-06-01 on certificate
class SECTION_5_PROHIBITED as of 2016-03-02 on measured by Hub ACCREDITED
change SHORTENED
change TYPE_CHANGED
missing: NOT_EXAMINED
missing: FATE_NOT_RECORDED
)"},
      {"FoundAgainAndStolenAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Licensing("L1" + n, "LOST", "2016-01-10", Beretta(n),
                       "cancelled_as_found: true found: '2016-03-01'"),
             Licensing("L2" + n, "STOLEN", "2017-01-10", Beretta(n)),
             Kent("P" + n, "LOSS", "2017-01-09/2017-01-10", Beretta(n), "loss_kind: 'STOLEN'"),
             Kent("A" + n, "INCIDENT", "2017-02-10", Beretta(n))};
       },
       R"(SIGHTED, held together by RULE
2016-01-10 LOSS LOST found again by kent, 1 A
2017-01-09/2017-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2017-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2017-02-10 INCIDENT by kent, 1 A, tied by RULE
loss LOST: OUTSTANDING, RETURNED 2016-03-01
loss STOLEN by 2: OUTSTANDING, SIGHTED
LOSS_TO_FIRST_USE 30..32
missing: OUTSTANDING
)"},
      {"UsedBeforeItWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{Licensing("L" + n, "STOLEN", "2016-01-10", Beretta(n),
                                            "cancelled_as_found: true found: '2016-03-01'"),
                                  Kent("A" + n, "INCIDENT", "2016-02-01", Beretta(n))};
       },
       R"(RETURNED, held together by RULE
2016-01-10 LOSS STOLEN found again by kent, 1 A
2016-02-01 INCIDENT by kent, 1 A, tied by RULE
loss STOLEN: OUTSTANDING, SIGHTED, RETURNED 2016-03-01
LOSS_TO_FIRST_USE 21..23
)"},
      {"OneOfTwoStolenTogetherWasFoundAgain",
       [](const std::string& n) {
         // Two reports of one theft: of this gun, and of another one, which was found again.
         const auto report = [&](const std::string& id, const std::string& gun,
                                 const std::string& more) {
           return Of("kent", absl::StrCat("licensing { report_id: '", id, n,
                                          "' loss_kind: 'STOLEN' lost: '2016-01-10' "
                                          "crime_references: 'KENT B-",
                                          n, "/16' guns { ", gun, " } ", more, kOpen, "}"));
         };
         return std::vector<Sent>{
             report("L1", Beretta(n), ""),
             report("L2",
                    "make: 'Webley & Scott' calibre: '12 bore' serials { text: 'WS" + n +
                        "' part: 'RECEIVER' }",
                    "cancelled_as_found: true")};
       },
       R"(OUTSTANDING, held together by UNSPECIFIED
2016-01-10 LOSS STOLEN by kent, 1 A
loss STOLEN: OUTSTANDING
missing: OUTSTANDING
)"},
      {"TheOtherOfTwoInOneReportWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{Kent("A" + n, "INCIDENT", "2016-02-01", Beretta(n)),
                                  Kent("B" + n, "INCIDENT", "2016-03-01", Beretta(n)),
                                  LicensingOfTwo(n, "", "cancelled_as_found: true")};
       },
       R"(SIGHTED, held together by RULE
2016-01-10 LOSS STOLEN by kent, 1 A
2016-02-01 INCIDENT by kent, 1 A, tied by RULE
2016-03-01 INCIDENT by kent, 1 A, tied by RULE
loss STOLEN: OUTSTANDING, SIGHTED
LOSS_TO_FIRST_USE 21..23
FIRST_TO_LAST_USE 28..30
missing: OUTSTANDING
)"},
      {"ThisOneOfTwoInOneReportWasFoundAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Kent("A" + n, "INCIDENT", "2016-02-01", Beretta(n)),
             Kent("B" + n, "INCIDENT", "2016-02-20", Beretta(n)),
             LicensingOfTwo(n, "cancelled_as_found: true found: '2016-03-01'", "")};
       },
       R"(RETURNED, held together by RULE
2016-01-10 LOSS STOLEN found again by kent, 1 A
2016-02-01 INCIDENT by kent, 1 A, tied by RULE
2016-02-20 INCIDENT by kent, 1 A, tied by RULE
loss STOLEN: OUTSTANDING, SIGHTED, RETURNED 2016-03-01
LOSS_TO_FIRST_USE 21..23
FIRST_TO_LAST_USE 18..20
)"},
      {"PartsFromTwoParcels",
       [](const std::string& n) {
         const auto parcel = [&](const std::string& id, const std::string& day,
                                 const std::string& part, const std::string& more) {
           return Of("border_force",
                     absl::StrCat("border_force { seizure_number: '", id, n, "' seized: '", day,
                                  "' mode: 'POST' items { kind: 'GUN_PART' make: 'Beretta' ", part,
                                  " } ", more, kOpen, "}"));
         };
         const std::string frame =
             "part_kind: 'frame' serials { text: 'BER" + n + "' part: 'FRAME' }";
         return std::vector<Sent>{
             parcel("P1", "2016-02-01", frame, "sister_seizures { source_id: 'P2" + n + "' }"),
             parcel("P2", "2016-02-11", "part_kind: 'slide'", ""),
             Kent("R" + n, "RECOVERY", "2016-09-01", Beretta(n))};
       },
       R"(RECOVERED, held together by RULE
2016-02-01 BORDER_SEIZURE by border_force, 1 A, tied by RULE
2016-09-01 RECOVERY by kent, 1 A
SEIZURE_TO_SISTER_PARTS 9..11
sister 2016-02-11 slide by border_force
missing: NOT_EXAMINED
missing: FATE_NOT_RECORDED
)"},
      {"ReturnedByMistakeAndUsedAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Kent("A" + n, "INCIDENT", "2016-04-10", Beretta(n)),
             Kent("L" + n, "LOSS", "2016-01-10", Beretta(n), "loss_kind: 'STOLEN'"),
             Licensing("M" + n, "LOST", "2016-01-09/2016-01-10", Beretta(n),
                       "certificate_force: 'mers'"),
             Kent("R" + n, "RECOVERY", "2016-02-10", Beretta(n)),
             Kent("D" + n, "DISPOSAL", "2016-03-10", Beretta(n),
                  "disposal_kind: 'RETURNED' disposal_authority: 'Property store'")};
       },
       R"(SIGHTED, held together by RULE
2016-01-09/2016-01-10 LOSS LOST by kent, 1 A, tied by RULE
2016-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2016-02-10 RECOVERY by kent, 1 A
2016-03-10 DISPOSAL RETURNED on Property store by kent, 1 A, tied by RULE
2016-04-10 INCIDENT by kent, 1 A, tied by RULE
loss UNSPECIFIED by 2: OUTSTANDING, RECOVERED, RETURNED, SIGHTED !LOSS_KINDS_DIFFER !CERTIFICATE_OF_ANOTHER_FORCE !USED_AFTER_RETURN
LOSS_TO_RECOVERY 30..32
cannot be: USED_AFTER_RETURN
missing: NOT_EXAMINED
missing: OUTSTANDING
missing: CLEARANCE_NOT_RECORDED
)"},
      {"DestroyedAndUsedAgain",
       [](const std::string& n) {
         return std::vector<Sent>{
             Kent("A" + n, "INCIDENT", "2017-06-01", Beretta(n)),
             Kent("R" + n, "RECOVERY", "2016-05-01", Beretta(n)),
             Kent("D" + n, "DISPOSAL", "2016-06-01", Beretta(n), "disposal_kind: 'DESTROYED'")};
       },
       R"(SIGHTED, held together by RULE
2016-05-01 RECOVERY by kent, 1 A
2016-06-01 DISPOSAL DESTROYED by kent, 1 A, tied by RULE
2017-06-01 INCIDENT by kent, 1 A, tied by RULE
cannot be: USED_AFTER_DESTRUCTION
missing: NOT_EXAMINED
missing: CLEARANCE_NOT_RECORDED
)"},
      {"KnownFromTheLaboratoryAlone",
       [](const std::string& n) {
         return std::vector<Sent>{
             Of("nabis", absl::StrCat("nabis { entry_id: 'EX", n,
                                      "' exhibit { exhibit_type: 'GUN' gun { ", Beretta(n),
                                      "} submitted: '2016-05-02' received: '2016-05-04' examined: "
                                      "'2016-05-20' stage: 'MICROSCOPE' }",
                                      kOpen, "}")),
             Kent("L" + n, "LOSS", "2016-01-10", Beretta(n), "loss_kind: 'STOLEN'"),
             Kent("A" + n, "INCIDENT", "2016-03-01", Beretta(n))};
       },
       R"(RECOVERED, held together by RULE
2016-01-10 LOSS STOLEN by kent, 1 A, tied by RULE
2016-03-01 INCIDENT by kent, 1 A, tied by RULE
loss STOLEN: OUTSTANDING, SIGHTED, RECOVERED
LOSS_TO_FIRST_USE 50..52
LOSS_TO_RECOVERY 112..114
LAST_USE_TO_RECOVERY 61..63
SUBMISSION_TO_EXAMINATION 17..19
missing: FATE_NOT_RECORDED
missing: ARRIVAL_NOT_RECORDED
)"},
  };
  return *scenarios;
}

std::string Short(const std::string& name) {
  // Names of enumerators begin with that of their enumeration.
  for (const char* prefix :
       {"FIREARM_STATE_", "BASIS_", "EVENT_KIND_", "LOSS_KIND_", "DISPOSAL_KIND_", "MEASURE_KIND_",
        "REMARK_KIND_", "ALTERATION_KIND_", "LEGAL_CLASS_", "ACCREDITATION_"}) {
    const std::string begin = prefix;
    if (name.compare(0, begin.size(), begin) == 0) return name.substr(begin.size());
  }
  return name;
}

// To the nearest: days of summer time begin an hour earlier.
std::int64_t DaysOf(std::int64_t seconds) { return (seconds + kDaySeconds / 2) / kDaySeconds; }

// As written, or, of an event that several records tell of, the day on which it began.
std::string DateOf(const type::v1::DateInterval& date) {
  if (!date.text().empty()) return date.text();
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(date.earliest().seconds()),
                          absl::UTCTimeZone());
}

std::string LineOf(const firearm::v1::LifeEvent& event) {
  std::string line = absl::StrCat(DateOf(event.event().occurred()), " ",
                                  Short(record::v1::EventKind_Name(event.event().kind())));
  if (event.loss() != record::v1::LOSS_KIND_UNSPECIFIED) {
    absl::StrAppend(&line, " ", Short(record::v1::LossKind_Name(event.loss())));
  }
  if (event.is_cancelled()) line += " found again";
  if (event.disposal() != record::v1::DISPOSAL_KIND_UNSPECIFIED) {
    absl::StrAppend(&line, " ", Short(record::v1::DisposalKind_Name(event.disposal())));
  }
  if (!event.authority().empty()) absl::StrAppend(&line, " on ", event.authority());
  for (const firearm::v1::LifeSource& source : event.sources()) {
    absl::StrAppend(&line, " by ", source.agency(), ", ", source.grading().source(), " ",
                    source.grading().information());
    EXPECT_EQ(source.exhibits_size(), 1);
  }
  if (event.tied_by() != record::v1::BASIS_UNSPECIFIED) {
    absl::StrAppend(&line, ", tied by ", Short(record::v1::Basis_Name(event.tied_by())));
  }
  return line;
}

// A story in few words, without ids, which depend on the store.
std::string WordsOf(const firearm::v1::LifeStory& story) {
  std::string words =
      absl::StrCat(Short(firearm::v1::FirearmState_Name(story.state())), ", held together by ",
                   Short(record::v1::Basis_Name(story.floor())), "\n");
  for (const auto& event : story.events()) absl::StrAppend(&words, LineOf(event), "\n");
  for (const auto& one : story.loss_cases()) {
    const int reports = one.loss_events_size();
    EXPECT_EQ(one.loss_events(0), one.loss_event());
    absl::StrAppend(&words, "loss ", Short(record::v1::LossKind_Name(one.kind())),
                    reports > 1 ? absl::StrCat(" by ", reports) : "", ": ",
                    absl::StrJoin(one.steps(), ", ", [](std::string* out, const auto& step) {
                      absl::StrAppend(out, Short(firearm::v1::FirearmState_Name(step.state())),
                                      step.has_found() ? " " + DateOf(step.found()) : "",
                                      step.order_is_uncertain() ? "?" : "");
                    }));
    for (const auto& contradiction : one.contradictions()) {
      absl::StrAppend(&words, " !",
                      stolen::v1::CaseContradictionKind_Name(contradiction.kind()).substr(24));
    }
    absl::StrAppend(&words, one.order_is_uncertain() ? ", order uncertain\n" : "\n");
  }
  for (const auto& measure : story.measures()) {
    absl::StrAppend(&words, Short(firearm::v1::MeasureKind_Name(measure.kind())), " ",
                    DaysOf(measure.minimum_s()), "..");
    if (measure.has_maximum_s()) absl::StrAppend(&words, DaysOf(measure.maximum_s()));
    absl::StrAppend(&words, measure.order_is_uncertain() ? "?" : "", "\n");
  }
  for (const auto& sister : story.sister_seizures()) {
    absl::StrAppend(&words, "sister ", sister.occurred().text(), " ",
                    absl::StrJoin(sister.part_kinds(), ", "), " by ", sister.agency(), "\n");
  }
  for (const auto& one : story.custody()) {
    absl::StrAppend(&words, "custody ", one.custody().holder(), " from ",
                    one.custody().from().text(), "\n");
  }
  for (const auto& one : story.legal_classes()) {
    const record::v1::LegalClassAssessment& is = one.assessment();
    absl::StrAppend(&words, "class ", Short(record::v1::LegalClass_Name(is.legal_class())),
                    " as of ", is.as_of().text(), " on ", is.basis());
    if (!is.assessed_by().empty()) {
      absl::StrAppend(&words, " by ", is.assessed_by(), " ",
                      Short(record::v1::Accreditation_Name(is.accreditation())));
    }
    words += "\n";
  }
  for (const auto& one : story.alterations()) {
    absl::StrAppend(&words, "change ", Short(firearm::v1::AlterationKind_Name(one.kind())), "\n");
    EXPECT_FALSE(one.explanation().empty());
  }
  for (const auto& remark : story.remarks()) {
    absl::StrAppend(&words, remark.is_contradiction() ? "cannot be: " : "missing: ",
                    Short(firearm::v1::RemarkKind_Name(remark.kind())), "\n");
    EXPECT_FALSE(remark.explanation().empty());
  }
  EXPECT_THAT(story.abridged(), ElementsAre());
  return words;
}

class LifeStoryTest : public testing::Test {
 protected:
  // Every story is of a gun of its own.
  std::string NextNumber() { return absl::StrCat(number_ += 3571); }

  // Sends it in a batch of its own; the id of its record.
  std::string Push(const Sent& sent) {
    const auto reply = server_.As(sent.agency).Submit({sent.message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    if (!reply.ok()) return "";
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), ingest::v1::OUTCOME_CREATED) << ack.ShortDebugString();
    revision_ = std::max(revision_, ack.revision());
    return ack.record_id();
  }

  std::string Trace(const std::string& id) {
    const auto reply = kent_.TraceFirearm(id, revision_);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return WordsOf(reply->story());
  }

  TestServer server_;
  const AgencyClient kent_ = server_.As("kent");
  std::int64_t revision_ = 0;
  int number_ = 482131;
};

// What a gun's truth is, is what is told of it, whichever record came first.
TEST_F(LifeStoryTest, IsTheTruthInAnyOrderOfArrival) {
  for (const Scenario& scenario : Scenarios()) {
    SCOPED_TRACE(scenario.name);
    const auto expect_in = [&](const std::vector<std::size_t>& order) {
      const std::vector<Sent> messages = scenario.messages(NextNumber());
      std::vector<std::string> ids(messages.size());
      for (const std::size_t i : order) ids[i] = Push(messages[i]);
      EXPECT_EQ(Trace(ids[0]), scenario.story) << "in the order " << absl::StrJoin(order, " ");
    };
    std::vector<std::size_t> order(scenario.messages("1").size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() <= kAllOrdersMax) {
      do {
        expect_in(order);
      } while (std::next_permutation(order.begin(), order.end()));
      continue;
    }
    ForEachSeed(6, [&](std::uint64_t seed) {
      std::vector<std::size_t> shuffled = order;
      std::mt19937_64 random(seed);
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      expect_in(shuffled);
    });
  }
}

// Of a gun of which a record was withdrawn is told what is told where it never came.
TEST_F(LifeStoryTest, WithdrawalUndoes) {
  for (const Scenario& scenario : Scenarios()) {
    SCOPED_TRACE(scenario.name);
    const std::size_t count = scenario.messages("1").size();
    for (std::size_t out = 0; out < count; ++out) {
      const std::size_t asked = out == 0 ? 1 : 0;
      std::vector<Sent> without = scenario.messages(NextNumber());
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(out));
      std::vector<std::string> ids;
      for (const Sent& sent : without) ids.push_back(Push(sent));
      const std::string expected = Trace(ids[0]);

      const std::vector<Sent> all = scenario.messages(NextNumber());
      ids.clear();
      for (const Sent& sent : all) ids.push_back(Push(sent));
      const std::string whole = Trace(ids[asked]);
      if (asked == 0) {
        EXPECT_EQ(whole, scenario.story);
      }
      const auto withdrawn = server_.As(all[out].agency).Withdraw(ids[out]);
      ASSERT_TRUE(withdrawn.ok());
      revision_ = withdrawn->revision();
      EXPECT_EQ(Trace(ids[asked]), expected) << "without message " << out;
    }
  }
}

// Cases of a scene lie in a store while the gun goes on being used, and a force goes on listing the
// gun that a laboratory has: neither contradicts anything.
TEST_F(LifeStoryTest, WhoHoldsWhatAGunLeftDoesNotHoldTheGun) {
  const std::string n = NextNumber();
  Push(Of("kent", absl::StrCat(
                      "force { system: 'NICHE' record_id: 'C", n,
                      "' record_type: 'INCIDENT' occurred: '2016-03-01' items { kind: 'CASE_GROUP' "
                      "calibre: '9x19' custody { holder: 'Scene store' from: '2016-03-02' until: "
                      "'2016-12-01' } legal_classes { legal_class: 'SECTION_5_PROHIBITED' as_of: "
                      "'2016-09-02' } }",
                      kOpen, "}")));
  Push(Kent("B" + n, "INCIDENT", "2016-06-01", Beretta(n)));
  const std::string recovery = Push(Kent(
      "R" + n, "RECOVERY", "2016-09-01",
      Beretta(
          n,
          "custody { holder: 'Gun store' from: '2016-09-01' until: '2016-12-01' } "
          "legal_classes { legal_class: 'SECTION_1' as_of: '2016-09-02' basis: 'certificate' }")));
  Push(
      Of("nabis", absl::StrCat("nabis { entry_id: 'EX", n, "' exhibit { exhibit_type: 'GUN' gun { ",
                               Beretta(n,
                                       "custody { holder: 'NABIS hub' from: '2016-09-10' until: "
                                       "'2016-09-20' }"),
                               "} submitted: '2016-09-10' examined: '2016-09-18' }", kOpen, "}")));
  Push(Of("nabis",
          absl::StrCat("nabis { entry_id: 'CMP", n,
                       "' comparison { first { agency: 'kent' source_system: 'NICHE' source_id: 'R",
                       n, "' } second { agency: 'kent' source_system: 'NICHE' source_id: 'C", n,
                       "' } channel: 'CASE' verdict: 'CONFIRMED' stage: 'MICROSCOPE' examined: "
                       "'2016-09-18' }",
                       kOpen, "}")));
  EXPECT_EQ(Trace(recovery), R"(RECOVERED, held together by RULE
2016-03-01 INCIDENT by kent, 1 A, tied by EXAMINER
2016-06-01 INCIDENT by kent, 1 A, tied by RULE
2016-09-01 RECOVERY by kent, 1 A
FIRST_TO_LAST_USE 91..93
LAST_USE_TO_RECOVERY 91..93
EVENT_TO_SUBMISSION 8..10
SUBMISSION_TO_EXAMINATION 7..9
custody Gun store from 2016-09-01
custody NABIS hub from 2016-09-10
class SECTION_1 as of 2016-09-02 on certificate
missing: FATE_NOT_RECORDED
)");
}

// A crime report without guns under the reference of an incident is of one event with it.
TEST_F(LifeStoryTest, ARecordThatListsNothingIsASourceOfItsEvent) {
  const std::string n = NextNumber();
  const std::string reference = absl::StrCat("crime_references: 'KENT ", n, "/16' ");
  const std::string incident = Push(Kent("A" + n, "INCIDENT", "2016-03-01", Beretta(n), reference));
  const auto crime = [&](const std::string& id, const std::string& marking) {
    return Push(Of("mers", absl::StrCat("force { system: 'NICHE' record_id: '", id, n,
                                        "' record_type: 'INCIDENT' occurred: '2016-03-01' ",
                                        reference, marking, "}")));
  };
  const std::string open = crime("C",
                                 "marking { visibility: 'OPEN' grading_scheme: '3X5X2' "
                                 "source_grade: '2' information_grade: 'B' handling_code: 'P' }");
  crime("H", "marking { visibility: 'OWNER' }");
  const auto reply = kent_.TraceFirearm(incident, revision_);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  ASSERT_EQ(reply->story().events_size(), 1);
  std::string told;
  for (const firearm::v1::LifeSource& source : reply->story().events(0).sources()) {
    absl::StrAppend(&told, source.record_id(), " ", source.agency(), " ", source.grading().source(),
                    " ", source.exhibits_size(), "\n");
  }
  EXPECT_EQ(told, absl::StrCat(incident, " kent 1 1\n", open, " mers 2 0\n"));
}

TEST_F(LifeStoryTest, TellsEachCallerWhatItMaySee) {
  const std::string n = NextNumber();
  const std::string loss =
      Push(Kent("L" + n, "LOSS", "2016-01-10", Beretta(n), "loss_kind: 'STOLEN'"));
  const std::string alone = Trace(loss);
  const std::string hidden =
      Push(Of("mers", absl::StrCat("force { system: 'NICHE' record_id: 'H", n,
                                   "' record_type: 'INCIDENT' occurred: '2016-02-01' guns { ",
                                   Beretta(n), " } marking { visibility: 'OWNER' } }")));
  EXPECT_EQ(Trace(loss), alone);
  const auto seen = server_.As("mers").TraceFirearm(loss, revision_);
  ASSERT_TRUE(seen.ok());
  ASSERT_EQ(seen->story().events_size(), 2);
  EXPECT_EQ(seen->story().events(0).sources(0).agency(), "kent");
  EXPECT_EQ(seen->story().events(1).tied_by(), record::v1::BASIS_RULE);
  // What is hidden is nothing, and so is what is not there.
  const auto refused = kent_.TraceFirearm(hidden, revision_);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(refused.status.error_message(),
            kent_.TraceFirearm("EX-0J4P-0C8H-6TW21", 0).status.error_message());
  EXPECT_THAT(DetailsOf(kent_.TraceFirearm("no id", 0).status).fields, ElementsAre("firearm_id"));
}

// A sister that is hidden is told of no more than one that never came.
TEST_F(LifeStoryTest, AHiddenParcelIsNotTold) {
  const std::string n = NextNumber();
  const std::string text =
      "' seized: '2016-02-01' mode: 'POST' items { kind: 'GUN_PART' part_kind: 'slide' } ";
  const std::string open = Push(
      Of("border_force", absl::StrCat("border_force { seizure_number: 'P1", n, text,
                                      "sister_seizures { source_id: 'P2", n, "' }", kOpen, "}")));
  const std::string alone = Trace(open);
  Push(Of("border_force", absl::StrCat("border_force { seizure_number: 'P2", n, text,
                                       "marking { visibility: 'OWNER' } }")));
  EXPECT_EQ(Trace(open), alone);
  const auto own = server_.As("border_force").TraceFirearm(open, revision_);
  ASSERT_TRUE(own.ok());
  EXPECT_EQ(own->story().sister_seizures_size(), 1);
}

// A sister that has moved to another system is told under its present id.
TEST_F(LifeStoryTest, AParcelThatMovedIsFollowed) {
  const std::string n = NextNumber();
  const auto parcel = [&](const std::string& id, const std::string& more) {
    return Push(Of("border_force",
                   absl::StrCat("border_force { seizure_number: '", id, n,
                                "' seized: '2016-02-01' mode: 'POST' items { kind: 'GUN_PART' "
                                "part_kind: 'slide' } ",
                                more, kOpen, "}")));
  };
  const std::string naming =
      parcel("P1", absl::StrCat("sister_seizures { source_id: 'P2", n, "' }"));
  const std::string sister = parcel("P2", "");
  ASSERT_TRUE(server_.As("border_force").Withdraw(sister).ok());
  ++revision_;
  EXPECT_THAT(Trace(naming), testing::Not(testing::HasSubstr("sister ")));
  const std::string moved = parcel("M2", absl::StrCat("former_numbers { source_id: 'P2", n, "' }"));
  const auto reply = kent_.TraceFirearm(naming, revision_);
  ASSERT_TRUE(reply.ok());
  ASSERT_EQ(reply->story().sister_seizures_size(), 1);
  EXPECT_EQ(reply->story().sister_seizures(0).record_id(), moved);
}

// Any id of a gun leads to its story, and an earlier state of knowledge is told as it was.
TEST_F(LifeStoryTest, IsAskedForByAnyIdAndAsAtAnyRevision) {
  const std::string n = NextNumber();
  const std::string loss =
      Push(Kent("L" + n, "LOSS", "2016-01-10", Beretta(n), "loss_kind: 'STOLEN'"));
  const std::int64_t before = revision_;
  const std::string alone = Trace(loss);
  Push(Kent("A" + n, "INCIDENT", "2016-03-01", Beretta(n)));
  Push(Kent("B" + n, "INCIDENT", "2016-04-01", Beretta(n)));
  const auto reply = kent_.TraceFirearm(loss, revision_);
  ASSERT_TRUE(reply.ok());
  const firearm::v1::LifeStory& story = reply->story();
  const std::string words = WordsOf(story);
  EXPECT_EQ(Trace(story.weapon_id()), words);
  EXPECT_EQ(Trace(story.series_id()), words);
  EXPECT_EQ(Trace(story.events(2).sources(0).exhibits(0)), words);
  firearm::v1::TraceFirearmRequest request;
  request.set_firearm_id(loss);
  request.mutable_view()->set_revision(before);
  const auto then = kent_.TraceFirearm(request);
  ASSERT_TRUE(then.ok());
  EXPECT_EQ(WordsOf(then->story()), alone);
  EXPECT_EQ(then->revision(), before);
}

}  // namespace
}  // namespace serieslink
