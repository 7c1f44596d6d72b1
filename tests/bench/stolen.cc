// How long the list of lost and stolen guns takes: cases of certificate guns, some of them followed
// to their use, recovery and disposal, beside twenty times as many that were imported, derived into
// an embedded store, then pages of outstanding guns and searches by each field, one at a time and
// without gRPC. Each field has figures of its own, and what counts of all is the slowest field's.
// And how soon a sighting is told to whoever lost the gun, through the whole server under ingest
// load.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/stolen/stolen_service.h"
#include "tests/bench/alert_latency.h"
#include "tests/bench/embedded_store.h"
#include "tests/bench/figures.h"

namespace serieslink::bench {
namespace {

constexpr std::size_t kBatchRecords = EmbeddedStore::kBatchRecords;
// Of so many guns one is a case of this country's; all others are imported.
constexpr std::size_t kGunsACase = 21;
constexpr int kPages = 300;

struct Options {
  std::size_t records = 2'100'000;
  std::size_t alert_records = 600'000;
  unsigned seed = 1;
  std::string json;
};

// Losses as licensing units report them, some with what police know of the gun, and losses that a
// national bureau has imported.
class Losses {
 public:
  explicit Losses(unsigned seed) : random_(seed) {}

  std::uint32_t Below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  // A number that was given out.
  std::string AnySerial(std::size_t guns) {
    return Serial(Below(static_cast<std::uint32_t>(guns)));
  }
  std::string Make() { return absl::StrCat("Maker ", Below(300)); }
  std::string Model() { return absl::StrCat("M", Below(40)); }
  std::string Calibre() {
    static constexpr const char* kCalibres[] = {"9mm", ".38 Special", ".22 LR", "12 bore", ".40"};
    return kCalibres[Below(5)];
  }
  std::string Borough() { return absl::StrFormat("E090000%02d", 1 + Below(33)); }
  std::string Ward() { return absl::StrFormat("E05000%03d", Below(630)); }
  std::string Holder() { return absl::StrCat("H", Below(90'000)); }
  std::string Premises() { return absl::StrCat("P", Below(90'000)); }
  std::string Certificate() { return absl::StrCat("C", Below(90'000)); }
  std::string CertificateKind() {
    static constexpr const char* kKinds[] = {"FIREARM", "SHOTGUN", "DEALER", "VISITOR"};
    return kKinds[Below(4)];
  }
  std::string PlaceKind() {
    static constexpr const char* kKinds[] = {"dwelling", "vehicle", "club", "in transit"};
    return kKinds[Below(4)];
  }
  std::string Storage() {
    static constexpr const char* kWays[] = {"cabinet", "unlocked", "carried", "strong room"};
    return kWays[Below(4)];
  }

  // What is told of gun `number`.
  void Add(std::size_t number, std::vector<feed::v1::FeedMessage>& messages) {
    const int year = 10 + static_cast<int>(Below(14));
    const std::string lost =
        absl::StrFormat("20%02d-%02d-%02d", year, 1 + Below(12), 1 + Below(28));
    const std::string later =
        absl::StrFormat("20%02d-%02d-%02d", year + 1, 1 + Below(12), 1 + Below(28));
    feed::v1::GunEntry gun;
    gun.add_serials()->set_text(Serial(number));
    gun.set_make(Make());
    gun.set_model(Model());
    gun.set_calibre(Calibre());
    if (Below(1'000) == 0) gun.add_apparent_types("REVOLVER");
    if (Below(1'000) == 0) gun.set_is_complete(false);
    if (number % kGunsACase != 0) {
      feed::v1::ForceRecord& imported = AddForce(number, "LOSS", lost, gun, messages);
      imported.mutable_place()->set_country_code("BE");
      // What another register holds is a source of its own.
      if (Below(50) == 0) imported.set_system("NCIC");
      return;
    }
    feed::v1::LicensingLoss& report = *messages.emplace_back().mutable_licensing();
    report.set_report_id(absl::StrCat("L", number));
    report.set_loss_kind(Below(50) == 0 ? "UNKNOWN" : Below(3) == 0 ? "LOST" : "STOLEN");
    report.set_lost(lost);
    // Some notice is known to no more than a year.
    if (Below(2) == 0) {
      report.set_notified(Below(50) == 0 ? lost.substr(0, 4) : Below(4) == 0 ? later : lost);
    }
    report.set_holder_token(Holder());
    report.set_premises_token(Premises());
    report.set_certificate_token(Certificate());
    report.set_certificate_kind(CertificateKind());
    if (Below(100) == 0) report.set_certificate_force("mps");
    report.set_place_kind(PlaceKind());
    report.set_storage(Storage());
    report.set_holder_kind(Below(20) == 0 ? "DEALER" : "PRIVATE");
    report.set_cancelled_as_found(Below(50) == 0);
    if (Below(20) != 0) {
      report.mutable_place()->set_police_force("mps");
      report.mutable_place()->set_borough_code(Borough());
    }
    report.mutable_marking()->set_visibility("OPEN");
    *report.add_guns() = gun;
    if (Below(4) == 0) {
      feed::v1::ForceRecord& crime = AddForce(number, "LOSS", lost, gun, messages);
      crime.set_record_id(absl::StrCat("C", number));
      crime.add_crime_references(absl::StrCat(number, "/2018"));
    }
    if (Below(20) == 0) {
      feed::v1::NabisEntry& entry = *messages.emplace_back().mutable_nabis();
      entry.set_entry_id(absl::StrCat("E", number));
      entry.mutable_event()->set_event_type("LOSS");
      entry.mutable_event()->set_loss_kind("STOLEN");
      entry.mutable_event()->set_occurred(lost);
      *entry.mutable_event()->add_guns() = gun;
      entry.mutable_marking()->set_visibility("OPEN");
    }
    if (Below(20) == 0) {
      feed::v1::GunEntry told = gun;
      if (Below(4) == 0) told.set_is_complete(false);
      AddForce(number, "LOSS", Below(4) == 0 ? later : lost, told, messages)
          .set_record_id(absl::StrCat("N", number));
    }
    if (Below(10) == 0) {
      feed::v1::ForceRecord& use = AddForce(number, "INCIDENT", later, gun, messages);
      use.mutable_place()->set_police_force("mps");
      use.mutable_place()->set_borough_code(Borough());
      if (Below(20) != 0) use.mutable_place()->set_ward_code(Ward());
    }
    if (Below(5) != 0) return;
    AddForce(number, "RECOVERY", later, gun, messages);
    if (Below(3) != 0) return;
    static constexpr const char* kEnds[] = {"DESTROYED", "RETURNED", "RETURNED", "RETAINED",
                                            "TRANSFERRED"};
    AddForce(number, "DISPOSAL",
             absl::StrFormat("20%02d-%02d-%02d", year + 2, 1 + Below(12), 1 + Below(28)), gun,
             messages)
        .set_disposal_kind(kEnds[Below(5)]);
  }

 private:
  static std::string Serial(std::size_t number) { return absl::StrFormat("AB%07dX", number); }

  feed::v1::ForceRecord& AddForce(std::size_t number, const std::string& type,
                                  const std::string& occurred, const feed::v1::GunEntry& gun,
                                  std::vector<feed::v1::FeedMessage>& messages) {
    feed::v1::ForceRecord& record = *messages.emplace_back().mutable_force();
    record.set_system("S");
    record.set_record_id(absl::StrCat(type, number));
    record.set_record_type(type);
    if (type == "LOSS") record.set_loss_kind("STOLEN");
    record.set_occurred(occurred);
    record.mutable_marking()->set_visibility("OPEN");
    *record.add_guns() = gun;
    return record;
  }

  std::mt19937 random_;
};

// A page for each of the filters that `make` gives.
std::vector<double> TimesMs(const stolen::StolenService& service, std::int64_t revision, int count,
                            const std::function<stolen::v1::LossCaseFilter()>& make) {
  std::vector<double> times_ms;
  for (int i = 0; i < count; ++i) {
    stolen::v1::ListLossCasesRequest request;
    *request.mutable_filter() = make();
    request.mutable_view()->set_min_revision(revision);
    stolen::v1::ListLossCasesResponse response;
    const auto start = std::chrono::steady_clock::now();
    const absl::Status status =
        service.List(view::Viewer{"mps"}, request, absl::InfiniteFuture(), response);
    times_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
    if (!status.ok()) Die("a page failed");
  }
  return times_ms;
}

void Run(const Options& options) {
  Figures figures;
  if (options.alert_records > 0) {
    const AlertLatency latency = MeasureAlerts(options.alert_records, options.seed);
    figures.Add("alert_ms_p50", Percentile(latency.alert_ms, 0.5));
    figures.Add("alert_ms_p99", Percentile(latency.alert_ms, 0.99));
    figures.Add("alerts_count", static_cast<double>(latency.alert_ms.size()));
    figures.Add("alert_load_records_per_s", latency.records_per_s);
  }
  Losses losses(options.seed);
  EmbeddedStore store;
  std::vector<feed::v1::FeedMessage> messages;
  for (std::size_t gun = 0; gun < options.records; ++gun) {
    losses.Add(gun, messages);
    if (messages.size() < kBatchRecords && gun + 1 < options.records) continue;
    ingest::v1::BatchWire batch;
    batch.set_agency("kent");
    for (const feed::v1::FeedMessage& message : messages) {
      batch.add_messages(message.SerializeAsString());
    }
    messages.clear();
    store.Submit(std::move(batch));
  }
  const rpc::PageTokenSealer tokens({});
  const stolen::StolenService service(store.source(), &tokens, "bench", absl::Now,
                                      absl::UTCTimeZone());
  const std::int64_t revision = store.revision();
  const auto outstanding = [] {
    stolen::v1::LossCaseFilter filter;
    filter.add_states(stolen::v1::LOSS_CASE_STATE_OUTSTANDING);
    return filter;
  };
  // The first page waits until all is derived and reads the maps of the index.
  TimesMs(service, revision, 1, outstanding);
  AwaitIdle(store.store());
  const std::vector<double> first = TimesMs(service, revision, kPages, outstanding);
  figures.Add("first_page_ms_p50", Percentile(first, 0.5));
  figures.Add("first_page_ms_p99", Percentile(first, 0.99));
  double slowest_ms = 0;
  const auto search = [&](const std::string& name,
                          const std::function<void(stolen::v1::LossCaseFilter&)>& set) {
    const std::vector<double> times = TimesMs(service, revision, kPages, [&] {
      stolen::v1::LossCaseFilter filter;
      set(filter);
      return filter;
    });
    figures.Add(absl::StrCat("search_", name, "_ms_p50"), Percentile(times, 0.5));
    const double p99_ms = Percentile(times, 0.99);
    figures.Add(absl::StrCat("search_", name, "_ms_p99"), p99_ms);
    slowest_ms = std::max(slowest_ms, p99_ms);
  };
  search("serial", [&](auto& filter) { filter.set_serial(losses.AnySerial(options.records)); });
  search("make", [&](auto& filter) { filter.set_make(losses.Make()); });
  search("model", [&](auto& filter) { filter.set_model(losses.Model()); });
  search("calibre", [&](auto& filter) { filter.set_calibre(losses.Calibre()); });
  search("borough", [&](auto& filter) { filter.set_area(losses.Borough()); });
  search("holder", [&](auto& filter) { filter.set_holder_token(losses.Holder()); });
  search("premises", [&](auto& filter) { filter.set_premises_token(losses.Premises()); });
  search("certificate", [&](auto& filter) { filter.set_certificate_token(losses.Certificate()); });
  search("certificate_kind",
         [&](auto& filter) { filter.set_certificate_kind(losses.CertificateKind()); });
  search("place_kind", [&](auto& filter) { filter.set_place_kind(losses.PlaceKind()); });
  search("storage", [&](auto& filter) { filter.set_storage(losses.Storage()); });
  search("holder_kind",
         [&](auto& filter) { filter.add_holder_kinds(record::v1::HOLDER_KIND_DEALER); });
  search("area_unknown", [&](auto& filter) { filter.set_area("unknown"); });
  search("agency", [&](auto& filter) { filter.set_agency("kent"); });
  search("kind", [&](auto& filter) { filter.add_loss_kinds(record::v1::LOSS_KIND_LOST); });
  search("kind_unknown",
         [&](auto& filter) { filter.add_loss_kinds(record::v1::LOSS_KIND_UNKNOWN); });
  search("source", [&](auto& filter) { filter.add_sources(stolen::v1::REPORT_SOURCE_LICENSING); });
  search("source_police",
         [&](auto& filter) { filter.add_sources(stolen::v1::REPORT_SOURCE_POLICE); });
  search("source_nabis",
         [&](auto& filter) { filter.add_sources(stolen::v1::REPORT_SOURCE_NABIS); });
  search("source_other",
         [&](auto& filter) { filter.add_sources(stolen::v1::REPORT_SOURCE_OTHER); });
  search("reference", [&](auto& filter) {
    type::v1::CrimeReference& reference = *filter.mutable_crime_reference();
    reference.set_issuing_force("kent");
    reference.set_number(absl::StrCat(
        losses.Below(static_cast<std::uint32_t>(options.records / kGunsACase)) * kGunsACase));
    reference.set_year(2018);
  });
  search("period", [&](auto& filter) {
    const std::int64_t from_s = 1'262'304'000 + std::int64_t{86'400} * losses.Below(5'000);
    filter.mutable_occurred_from()->set_seconds(from_s);
    filter.mutable_occurred_before()->set_seconds(from_s + 30 * 86'400);
  });
  search("period_source", [&](auto& filter) {
    const std::int64_t from_s = 1'262'304'000 + std::int64_t{86'400} * losses.Below(5'000);
    filter.mutable_occurred_from()->set_seconds(from_s);
    filter.mutable_occurred_before()->set_seconds(from_s + 30 * 86'400);
    filter.add_sources(stolen::v1::REPORT_SOURCE_LICENSING);
  });
  search("type", [&](auto& filter) { filter.add_types(record::v1::FIREARM_TYPE_REVOLVER); });
  search("sighted", [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_SIGHTED); });
  search("destroyed",
         [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_DESTROYED); });
  search("returned",
         [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_RETURNED); });
  search("cancelled",
         [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_CANCELLED); });
  search("used_area", [&](auto& filter) { filter.set_used_area(losses.Borough()); });
  search("used_ward", [&](auto& filter) { filter.set_used_area(losses.Ward()); });
  search("contradicting", [&](auto& filter) {
    filter.add_reconciliations(stolen::v1::RECONCILIATION_CONTRADICTING);
  });
  search("contradictions", [&](auto& filter) { filter.set_has_contradiction(true); });
  search("one_source",
         [&](auto& filter) { filter.add_reconciliations(stolen::v1::RECONCILIATION_ONE_SOURCE); });
  search("part", [&](auto& filter) { filter.set_completeness(stolen::v1::COMPLETENESS_PART); });
  search("reports_differ",
         [&](auto& filter) { filter.set_completeness(stolen::v1::COMPLETENESS_REPORTS_DIFFER); });
  search("recovered",
         [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_RECOVERED); });
  search("matched",
         [&](auto& filter) { filter.add_reconciliations(stolen::v1::RECONCILIATION_MATCHED); });
  search("late", [&](auto& filter) { filter.add_notices(stolen::v1::NOTICE_VERDICT_LATE); });
  search("in_time", [&](auto& filter) { filter.add_notices(stolen::v1::NOTICE_VERDICT_IN_TIME); });
  search("undecidable",
         [&](auto& filter) { filter.add_notices(stolen::v1::NOTICE_VERDICT_UNDECIDABLE); });
  search("not_applicable",
         [&](auto& filter) { filter.add_notices(stolen::v1::NOTICE_VERDICT_NOT_APPLICABLE); });
  figures.Add("search_ms_p99", slowest_ms);
  figures.Print();
  figures.WriteJson(options.json);
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("Pages of lost and stolen guns over an embedded store");
  serieslink::bench::Options options;
  app.add_option("--records", options.records,
                 "How many guns; one in 21 is a case, the others are imported [2100000]")
      ->check(CLI::PositiveNumber);
  app.add_option("--alert-records", options.alert_records,
                 "How many records come in while alerts are watched for; 0: none is [600000]");
  app.add_option("--seed", options.seed, "Of the guns [1]");
  app.add_option("--json", options.json, "Write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  serieslink::bench::Run(options);
  return 0;
}
