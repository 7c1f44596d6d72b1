#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/alerts/alert_service.h"
#include "services/rpc/page_token.h"
#include "tests/support/derivation_pipeline.h"

// What tests of alerts have in common: a store with its service of alerts, without a network.
namespace serieslink {

inline SentMessage Of(const std::string& agency, const std::string& text) {
  SentMessage made;
  made.agency = agency;
  if (!google::protobuf::TextFormat::ParseFromString(text, &made.message)) {
    ADD_FAILURE() << text;
  }
  return made;
}

// What a police force records of one gun.
inline SentMessage Police(const std::string& agency, const std::string& id, const std::string& type,
                          const std::string& occurred, const std::string& serial,
                          const std::string& more = "", bool is_open = true) {
  return Of(agency,
            absl::StrCat("force { system: 'S' record_id: '", id, "' record_type: '", type,
                         "' occurred: '", occurred, "' crime_references: '", id,
                         "/17' guns { make: 'Glock' calibre: '9x19' serials { text: '", serial,
                         "' } } ", more, is_open ? " marking { visibility: 'OPEN' }" : "", " }"));
}
inline SentMessage Incident(const std::string& id, const std::string& serial, int version = 1,
                            bool is_open = true) {
  return Police("mps", id, "INCIDENT", "2017-03-01", serial, absl::StrCat("version: ", version),
                is_open);
}
inline SentMessage Stolen(const std::string& id, const std::string& serial) {
  return Of("kent", absl::StrCat("licensing { report_id: '", id,
                                 "' loss_kind: 'STOLEN' lost: '2016-01-10' guns { make: 'Glock' "
                                 "calibre: '9x19' serials { text: '",
                                 serial, "' } } marking { visibility: 'OPEN' } }"));
}
inline linkage::ConfirmationPolicy LeadsOnly() {
  linkage::ConfirmationPolicy policy;
  policy.rules_confirm = false;
  return policy;
}

inline alert::v1::WatchAlertsRequest FromTheBeginning() {
  alert::v1::WatchAlertsRequest request;
  request.set_after_revision(0);
  return request;
}

// A store with its service of alerts.
struct Site {
  // Pushes in one commit, and remembers the ids by source ids.
  void Push(const std::vector<SentMessage>& messages) {
    const auto answers = pipeline.Push(messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_NE(answers.at(i).outcome(), ingest::v1::OUTCOME_REJECTED)
          << answers.at(i).DebugString();
      const auto& message = messages[i].message;
      const std::string id = message.has_nabis()          ? message.nabis().entry_id()
                             : message.has_licensing()    ? message.licensing().report_id()
                             : message.has_border_force() ? message.border_force().seizure_number()
                                                          : message.force().record_id();
      records[id] = answers.at(i).record_id();
      names[answers.at(i).record_id()] = id;
    }
  }
  void Withdraw(const std::string& id, const std::string& agency = "mps") {
    pipeline.Withdraw(agency, records.at(id));
  }

  alerts::AlertOptions Options() const {
    return {.trust_domain = "test",
            .linking_agencies = {"nabis"},
            .reference_agencies = {},
            .zone = absl::UTCTimeZone(),
            .locate = locate,
            .now = &DerivationPipeline::Now};
  }

  // Everything that a stream sends until it is current.
  std::vector<alert::v1::WatchAlertsResponse> Watch(const std::string& agency,
                                                    const alert::v1::WatchAlertsRequest& request) {
    pipeline.revision();  // everything is derived
    alerts::AlertService service(pipeline.source(), &tokens, &pipeline.ids(), Options());
    std::vector<alert::v1::WatchAlertsResponse> messages;
    bool is_current = false;
    const absl::Status status = service.Watch(
        view::Viewer{agency}, request, [&] { return is_current; },
        [&](const alert::v1::WatchAlertsResponse& message) {
          messages.push_back(message);
          is_current |= message.is_current();
          return true;
        });
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
    return messages;
  }
  std::vector<alert::v1::Alert> Alerts(
      const std::string& agency,
      const alert::v1::WatchAlertsRequest& request = FromTheBeginning()) {
    std::vector<alert::v1::Alert> alerts;
    for (const auto& message : Watch(agency, request)) {
      if (message.has_alert()) alerts.push_back(message.alert());
    }
    return alerts;
  }

  // "revision KIND incidents by causes", of a contradiction with its kind.
  std::vector<std::string> Told(const std::string& agency,
                                const alert::v1::WatchAlertsRequest& request = FromTheBeginning()) {
    std::vector<std::string> told;
    for (const alert::v1::Alert& alert : Alerts(agency, request)) {
      std::vector<std::string> causes;
      for (const std::string& cause : alert.causes()) causes.push_back(names.at(cause));
      told.push_back(
          absl::StrCat(alert.revision(), " ",
                       alert::v1::AlertKind_Name(alert.kind()).substr(sizeof("ALERT_KIND")), " ",
                       alert.incident_count(), " by ", absl::StrJoin(causes, ", ")));
      if (alert.contradiction() != alert::v1::CONTRADICTION_KIND_UNSPECIFIED) {
        EXPECT_FALSE(alert.explanation().empty());
        absl::StrAppend(&told.back(), " ",
                        alert::v1::ContradictionKind_Name(alert.contradiction())
                            .substr(sizeof("CONTRADICTION_KIND")));
      }
    }
    return told;
  }

  DerivationPipeline pipeline;
  linkage::LocatePlace locate;  // where events lie that do not say it
  const rpc::PageTokenSealer tokens{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  std::map<std::string, std::string> records;
  std::map<std::string, std::string> names;
};

class AlertsTest : public testing::Test {
 protected:
  Site site_;
};

}  // namespace serieslink
