#include "services/server/server.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/alerts/alerts_module.h"
#include "services/border/border_module.h"
#include "services/enquiries/enquiries_module.h"
#include "services/firearm/firearm_module.h"
#include "services/ingest/ingest_module.h"
#include "services/leads/leads_module.h"
#include "services/linkage/deriver.h"
#include "services/linkage/generation_module.h"
#include "services/network/network_module.h"
#include "services/rpc/process_log.h"
#include "services/series/series_module.h"
#include "services/server/config.h"
#include "services/server/credentials.h"
#include "services/server/module_table.h"
#include "services/server/store_info.h"
#include "services/stolen/stolen_module.h"
#include "services/summary/summary_module.h"
#include "services/view/series_of_records.h"
#include "storage/base/status_macros.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace serieslink::server {
namespace {

// Entries that wait, decoded, for the deriver: at half of them, or where one has waited too long,
// ingest slows down to its pace. Who waits for an alert waits for this and for little more.
constexpr std::size_t kRecentEntriesMax = 16 * 1024;
constexpr absl::Duration kRecentAgeMax = absl::Milliseconds(250);

ingest::FillSeries MakeFillSeries(const view::Source& source) {
  return
      [source](const std::string& agency, graph::Revision revision, const view::Patience& patience,
               std::vector<ingest::v1::Acknowledgement>& acknowledgements) -> absl::Status {
        std::vector<graph::PublicId> records;
        for (const auto& acknowledgement : acknowledgements) {
          const auto id = graph::ParsePublicId(acknowledgement.record_id());
          records.push_back(id.ok() ? id->id : graph::PublicId());
        }
        SL_ASSIGN_OR_RETURN(const auto series, view::SeriesOfRecords(source, view::Viewer{agency},
                                                                     records, revision, patience));
        for (std::size_t i = 0; i < series.size(); ++i) {
          for (const std::string& id : series[i]) acknowledgements[i].add_series_ids(id);
        }
        return absl::OkStatus();
      };
}

ingest::RejectKeeper::Options RejectOptionsOf(const config::v1::RejectsConfig& config,
                                              const std::string& key,
                                              const std::function<absl::Time()>& now) {
  ingest::RejectKeeper::Options options;
  options.key = key;
  if (config.count_per_agency_max() > 0) options.limits.count_max = config.count_per_agency_max();
  if (config.bytes_per_agency_max() > 0) options.limits.bytes_max = config.bytes_per_agency_max();
  if (config.kept_days() > 0) options.limits.kept_days = static_cast<int>(config.kept_days());
  options.now = now;
  options.salt = base::SealingKey::NewSalt;
  return options;
}

leads::LeadPolicy LeadPolicyOf(const config::v1::LeadsConfig& config) {
  leads::LeadPolicy policy;
  if (config.budget_per_day() > 0)
    policy.budget_per_day = static_cast<int>(config.budget_per_day());
  for (const std::string& decision : config.two_person_decisions()) {
    policy.two_for_confirmed |= decision == "CONFIRMED";
    policy.two_for_eliminated |= decision == "ELIMINATED";
    policy.two_for_inconclusive |= decision == "INCONCLUSIVE";
    policy.two_for_withdrawn |= decision == "WITHDRAWN";
  }
  if (config.expiry_days() > 0) policy.expiry = absl::Hours(24) * config.expiry_days();
  if (config.acceptance_days() > 0) policy.acceptance = absl::Hours(24) * config.acceptance_days();
  if (config.sample_size() > 0) policy.sample_size = static_cast<int>(config.sample_size());
  return policy;
}

leads::WriteLeadFile MakeWriteLeadFile(ingest::IngestModule* ingest) {
  return [ingest](const rpc::Identity& author,
                  const feed::v1::AnalystLeadFile& file) -> absl::StatusOr<graph::Revision> {
    feed::v1::FeedMessage message;
    *message.mutable_analyst() = file;
    SL_ASSIGN_OR_RETURN(const ingest::v1::Acknowledgement acknowledgement,
                        ingest->SubmitOwn(author, message));
    const bool is_written = acknowledgement.outcome() == ingest::v1::OUTCOME_CREATED ||
                            acknowledgement.outcome() == ingest::v1::OUTCOME_SUPERSEDED;
    return is_written ? static_cast<graph::Revision>(acknowledgement.revision()) : 0;
  };
}

enquiries::EnquiryOptions EnquiryOptionsOf(const config::v1::ServerConfig& config,
                                           const std::function<absl::Time()>& now) {
  enquiries::EnquiryOptions options;
  options.trust_domain = config.trust_domain();
  options.telling_agencies = {config.enquiries().telling_agencies().begin(),
                              config.enquiries().telling_agencies().end()};
  if (config.enquiries().open_per_agency_max() > 0) {
    options.open_per_agency_max = static_cast<int>(config.enquiries().open_per_agency_max());
  }
  options.now = now;
  options.new_name = []() -> absl::StatusOr<std::string> {
    constexpr std::size_t kNameBytes = 10;
    SL_ASSIGN_OR_RETURN(const std::string bytes, SystemRandom(kNameBytes));
    return absl::BytesToHexString(bytes);
  };
  return options;
}

enquiries::WriteEnquiry MakeWriteEnquiry(ingest::IngestModule* ingest) {
  return [ingest](const rpc::Identity& author,
                  const feed::v1::FeedMessage& message) -> absl::StatusOr<enquiries::Written> {
    SL_ASSIGN_OR_RETURN(const ingest::v1::Acknowledgement acknowledgement,
                        ingest->SubmitOwn(author, message));
    const bool is_written = acknowledgement.outcome() == ingest::v1::OUTCOME_CREATED ||
                            acknowledgement.outcome() == ingest::v1::OUTCOME_SUPERSEDED;
    if (!is_written) return enquiries::Written();
    return enquiries::Written{static_cast<graph::Revision>(acknowledgement.revision()),
                              acknowledgement.record_id()};
  };
}

// Says of a store that must not be served as it is what to do about it.
absl::Status WithAdvice(const absl::Status& status) {
  if (!absl::IsDataLoss(status)) return status;
  return absl::DataLossError(absl::StrCat(
      status.message(),
      ". The store is damaged. Keep the folder as it is for examination, and restore the last "
      "backup that is clean. docs/operating/check_the_store.md says what can be done without one, "
      "and serieslinkd fsck what else is damaged"));
}

rpc::LogLevel LevelOf(const std::string& name) {
  if (name == "WARNING") return rpc::LogLevel::kWarning;
  if (name == "ERROR") return rpc::LogLevel::kError;
  return rpc::LogLevel::kInfo;
}

// The time zone in whose days periods and notices are told.
// Errors: FAILED_PRECONDITION (this machine does not know it).
absl::StatusOr<absl::TimeZone> LondonTime() {
  absl::TimeZone london;
  if (absl::LoadTimeZone("Europe/London", &london)) return london;
  return absl::FailedPreconditionError(
      "this machine does not know the time zone Europe/London: install tzdata");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ServerConfig& config,
                                                      std::function<void()> on_failure,
                                                      const linkage::RuleSet& rules,
                                                      const std::function<absl::Time()>& now,
                                                      std::optional<storage::Position> accepted) {
  std::unique_ptr<Server> server(new Server());
  SL_RETURN_IF_ERROR(server->Open(config, std::move(on_failure), rules, now, accepted));
  return server;
}

absl::Status Server::Open(const config::v1::ServerConfig& config, std::function<void()> on_failure,
                          const linkage::RuleSet& rules, const std::function<absl::Time()>& now,
                          std::optional<storage::Position> accepted_log_end) {
  rpc::SetLogLevel(LevelOf(config.log_level()));
  if (config.limits().drain_seconds() > 0) {
    drain_ = absl::Seconds(config.limits().drain_seconds());
  }
  SL_ASSIGN_OR_RETURN(auto credentials,
                      MakeServerCredentials({.certificate = config.tls().certificate(),
                                             .private_key = config.tls().private_key(),
                                             .client_ca = config.tls().client_ca()}));
  const std::vector<std::string> wanted(config.modules().begin(), config.modules().end());
  SL_ASSIGN_OR_RETURN(const std::vector<std::string> order, StartOrder(ModuleTable(), wanted));

  storage::RocksDbOptions storage_options;
  storage_options.directory = config.data_directory();
  if (config.limits().block_cache_bytes() > 0) {
    storage_options.block_cache_bytes = config.limits().block_cache_bytes();
  }
  storage_options.on_engine_error = [](const std::string& message) {
    rpc::LogEvent(rpc::LogLevel::kError, "store_error", {{"engine", message}});
  };
  storage_options.accepted_log_end = accepted_log_end;
  storage_options.on_accepted_loss = [](const std::string& loss) {
    rpc::LogEvent(rpc::LogLevel::kError, "loss_accepted", {{"loss", loss}});
  };
  auto store = storage::OpenRocksDbStore(storage_options);
  SL_RETURN_IF_ERROR(WithAdvice(store.status()));
  store_ = *std::move(store);
  graph_ = std::make_unique<graph::Graph>(store_.get());
  const view::Source source{
      .store = store_.get(), .graph = graph_.get(), .is_draining = &is_draining_};
  const absl::StatusOr<stored::v1::StoreInfo> opened = OpenStoreInfo(*store_, SystemRandom);
  SL_RETURN_IF_ERROR(WithAdvice(opened.status()));
  const stored::v1::StoreInfo& info = *opened;
  SL_ASSIGN_OR_RETURN(graph::IdKey ids, graph::IdKey::Create(info.id_key()));
  ids_ = std::make_unique<graph::IdKey>(std::move(ids));
  std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes> token_key{};
  std::memcpy(token_key.data(), info.token_key().data(), token_key.size());
  tokens_ = std::make_unique<rpc::PageTokenSealer>(token_key);
  recent_ = std::make_unique<graph::RecentCommits>(kRecentEntriesMax, kRecentAgeMax);

  SL_ASSIGN_OR_RETURN(const auto boundaries, ReadBoundaries(config));
  std::vector<std::unique_ptr<rpc::Module>> modules;
  ingest::IngestModule* ingest = nullptr;  // the one writer of the log, which modules after it ask
  for (const std::string& name : order) {
    if (name == "ingest") {
      ingest::IngestOptions options;
      options.trust_domain = config.trust_domain();
      for (const config::v1::FeedPermission& permission : config.feed_permissions()) {
        options.feed_policy[permission.feed()].insert(permission.agencies().begin(),
                                                      permission.agencies().end());
      }
      // A feed of a single agency is that agency's, unless the configuration says otherwise.
      options.feed_policy.try_emplace("mps", std::set<std::string>{"mps"});
      options.feed_policy.try_emplace("nabis", std::set<std::string>{"nabis"});
      options.feed_policy.try_emplace("border_force", std::set<std::string>{"border_force"});
      // Of lead files and enquiries, nobody's: they are made here, in the name of whoever calls.
      options.feed_policy["analyst"] = {};
      options.feed_policy["enquiry"] = {};
      options.feed_policy["enquiry_reply"] = {};
      options.now = now;
      // What was taken is answered with its series also on the way down: linkage goes on until
      // then.
      options.fill_series = MakeFillSeries({.store = store_.get(), .graph = graph_.get()});
      auto module = std::make_unique<ingest::IngestModule>(
          source, recent_.get(), ids_.get(), tokens_.get(), std::move(options),
          RejectOptionsOf(config.rejects(), info.reject_key(), now), on_failure);
      ingest = module.get();
      modules.push_back(std::move(module));
    } else if (name == "generations") {
      linkage::GenerationOptions options;
      options.trust_domain = config.trust_domain();
      for (const config::v1::Administrator& one : config.administrators()) {
        options.administrators.insert({one.agency(), one.principal()});
      }
      options.rules_confirm = ConfirmationPolicyOf(config).rules_confirm;
      options.adopt = [ingest](const stored::v1::Adoption& adoption, const rpc::Identity& author) {
        return ingest->Adopt(adoption, author);
      };
      modules.push_back(
          std::make_unique<linkage::GenerationModule>(source, tokens_.get(), std::move(options)));
    } else if (name == "linkage") {
      modules.push_back(std::make_unique<linkage::Deriver>(
          store_.get(), graph_.get(), recent_.get(), ids_.get(), rules,
          ConfirmationPolicyOf(config), now, [this](bool follows) { SetLinkageFollows(follows); }));
    } else if (name == "series") {
      modules.push_back(std::make_unique<series::SeriesModule>(source, tokens_.get(),
                                                               config.trust_domain(), now));
    } else if (name == "firearm") {
      modules.push_back(std::make_unique<firearm::FirearmModule>(source, ids_.get(), tokens_.get(),
                                                                 config.trust_domain(), now));
    } else if (name == "stolen") {
      SL_ASSIGN_OR_RETURN(const absl::TimeZone london, LondonTime());
      modules.push_back(std::make_unique<stolen::StolenModule>(
          source, tokens_.get(), config.trust_domain(), now, london,
          [boundaries](const type::v1::Place& place) { return boundaries->Located(place); }));
    } else if (name == "border") {
      SL_ASSIGN_OR_RETURN(const absl::TimeZone london, LondonTime());
      modules.push_back(std::make_unique<border::BorderModule>(
          source, ids_.get(), tokens_.get(), config.trust_domain(), now, london,
          ConfirmationPolicyOf(config).reference_agencies));
    } else if (name == "network") {
      modules.push_back(
          std::make_unique<network::NetworkModule>(source, config.trust_domain(), now));
    } else if (name == "leads") {
      modules.push_back(std::make_unique<leads::LeadsModule>(
          source, tokens_.get(), ids_.get(), LeadPolicyOf(config.leads()), config.trust_domain(),
          now, MakeWriteLeadFile(ingest)));
    } else if (name == "alerts") {
      SL_ASSIGN_OR_RETURN(const absl::TimeZone london, LondonTime());
      alerts::AlertOptions options;
      options.trust_domain = config.trust_domain();
      options.linking_agencies = {config.alerts().linking_agencies().begin(),
                                  config.alerts().linking_agencies().end()};
      if (options.linking_agencies.empty()) options.linking_agencies = {"nabis"};
      options.reference_agencies = ConfirmationPolicyOf(config).reference_agencies;
      options.zone = london;
      options.locate = [boundaries](const type::v1::Place& place) {
        return boundaries->Located(place);
      };
      options.now = absl::Now;
      options.streams_max = std::max(1, GrpcLimitsOf(config.limits()).threads_max / 2);
      modules.push_back(std::make_unique<alerts::AlertsModule>(source, tokens_.get(), ids_.get(),
                                                               std::move(options)));
    } else if (name == "enquiries") {
      modules.push_back(std::make_unique<enquiries::EnquiriesModule>(
          source, tokens_.get(), EnquiryOptionsOf(config, now), MakeWriteEnquiry(ingest)));
    } else if (name == "summary") {
      SL_ASSIGN_OR_RETURN(const absl::TimeZone london, LondonTime());
      SL_ASSIGN_OR_RETURN(auto public_options, ReadPublicSummaryOptions(config));
      modules.push_back(std::make_unique<summary::SummaryModule>(
          source, config.trust_domain(), now, london, boundaries, std::move(public_options)));
    }
  }
  SL_RETURN_IF_ERROR(WithAdvice(lifecycle_.Start(std::move(modules))));
  SL_ASSIGN_OR_RETURN(
      auto grpc,
      GrpcServer::Listen(config.listen_address(), std::move(credentials), config.trust_domain(),
                         GrpcLimitsOf(config.limits()), lifecycle_.modules(), absl::Now));
  {
    const std::lock_guard lock(health_mutex_);
    grpc_ = std::move(grpc);
    for (const std::string& name : order) {
      grpc_->SetServing(name, name != "linkage" || linkage_follows_);
    }
  }
  rpc::LogEvent(rpc::LogLevel::kInfo, "serving", {{"address", grpc_->address()}});
  return absl::OkStatus();
}

void Server::SetLinkageFollows(bool follows) {
  const std::lock_guard lock(health_mutex_);
  linkage_follows_ = follows;
  if (grpc_ != nullptr) grpc_->SetServing("linkage", follows);
}

void Server::Stop() {
  if (store_ == nullptr) return;
  if (grpc_ != nullptr) {
    rpc::LogEvent(rpc::LogLevel::kInfo, "draining");
    is_draining_.store(true);
    grpc_->Drain();
    lifecycle_.Drain();
    grpc_->Shutdown(absl::Now() + drain_);
  }
  lifecycle_.Stop();
  const absl::Status closed = store_->Close();
  rpc::LogEvent(closed.ok() ? rpc::LogLevel::kInfo : rpc::LogLevel::kError, "stopped",
                {{"store", absl::StatusCodeToString(closed.code())}});
  grpc_.reset();
  store_.reset();
}

Server::~Server() { Stop(); }

}  // namespace serieslink::server
