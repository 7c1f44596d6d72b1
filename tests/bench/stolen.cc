// How long the list of lost and stolen guns takes: cases of certificate guns, some of them followed
// to their use or recovery, beside twenty times as many that were imported, derived into an
// embedded store, then pages of outstanding guns and searches by each field, one at a time and
// without gRPC. And how soon a sighting is told to whoever lost the gun, through the whole server
// under ingest load.
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
  std::string Holder() { return absl::StrCat("H", Below(90'000)); }

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
      AddForce(number, "LOSS", lost, gun, messages).mutable_place()->set_country_code("BE");
      return;
    }
    feed::v1::LicensingLoss& report = *messages.emplace_back().mutable_licensing();
    report.set_report_id(absl::StrCat("L", number));
    report.set_loss_kind(Below(3) == 0 ? "LOST" : "STOLEN");
    report.set_lost(lost);
    if (Below(2) == 0) report.set_notified(Below(4) == 0 ? later : lost);
    report.set_holder_token(Holder());
    report.mutable_place()->set_police_force("mps");
    report.mutable_place()->set_borough_code(Borough());
    report.mutable_marking()->set_visibility("OPEN");
    *report.add_guns() = gun;
    if (Below(4) == 0) {
      feed::v1::ForceRecord& crime = AddForce(number, "LOSS", lost, gun, messages);
      crime.set_record_id(absl::StrCat("C", number));
      crime.add_crime_references(absl::StrCat(number, "/2018"));
    }
    if (Below(5) == 0) AddForce(number, "RECOVERY", later, gun, messages);
    if (Below(10) == 0) {
      feed::v1::ForceRecord& use = AddForce(number, "INCIDENT", later, gun, messages);
      use.mutable_place()->set_police_force("mps");
      use.mutable_place()->set_borough_code(Borough());
    }
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
  const std::vector<double> first = TimesMs(service, revision, kPages, outstanding);
  figures.Add("first_page_ms_p50", Percentile(first, 0.5));
  figures.Add("first_page_ms_p99", Percentile(first, 0.99));
  std::vector<double> all;
  const auto search = [&](const std::string& name,
                          const std::function<void(stolen::v1::LossCaseFilter&)>& set) {
    const std::vector<double> times = TimesMs(service, revision, kPages, [&] {
      stolen::v1::LossCaseFilter filter;
      set(filter);
      return filter;
    });
    figures.Add(absl::StrCat("search_", name, "_ms_p50"), Percentile(times, 0.5));
    figures.Add(absl::StrCat("search_", name, "_ms_p99"), Percentile(times, 0.99));
    all.insert(all.end(), times.begin(), times.end());
  };
  search("serial", [&](auto& filter) { filter.set_serial(losses.AnySerial(options.records)); });
  search("make", [&](auto& filter) { filter.set_make(losses.Make()); });
  search("model", [&](auto& filter) { filter.set_model(losses.Model()); });
  search("calibre", [&](auto& filter) { filter.set_calibre(losses.Calibre()); });
  search("borough", [&](auto& filter) { filter.set_area(losses.Borough()); });
  search("holder", [&](auto& filter) { filter.set_holder_token(losses.Holder()); });
  search("agency", [&](auto& filter) { filter.set_agency("kent"); });
  search("kind", [&](auto& filter) { filter.add_loss_kinds(record::v1::LOSS_KIND_LOST); });
  search("source", [&](auto& filter) { filter.add_sources(stolen::v1::REPORT_SOURCE_LICENSING); });
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
  search("used_area", [&](auto& filter) { filter.set_used_area(losses.Borough()); });
  search("contradicting", [&](auto& filter) {
    filter.add_reconciliations(stolen::v1::RECONCILIATION_CONTRADICTING);
  });
  search("part", [&](auto& filter) { filter.set_completeness(stolen::v1::COMPLETENESS_PART); });
  search("recovered",
         [&](auto& filter) { filter.add_states(stolen::v1::LOSS_CASE_STATE_RECOVERED); });
  search("matched",
         [&](auto& filter) { filter.add_reconciliations(stolen::v1::RECONCILIATION_MATCHED); });
  search("late", [&](auto& filter) { filter.add_notices(stolen::v1::NOTICE_VERDICT_LATE); });
  figures.Add("search_ms_p99", Percentile(all, 0.99));
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
