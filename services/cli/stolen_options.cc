#include "services/cli/stolen_options.h"

#include "absl/strings/numbers.h"
#include "serieslink/record/v1/event.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "services/cli/option_words.h"

namespace serieslink::cli {
namespace {

// "kent A/12/2018": the force, then the reference as that force writes it.
absl::Status SetReference(const std::string& text, type::v1::CrimeReference& reference) {
  const std::size_t blank = text.find(' ');
  const std::size_t slash = text.rfind('/');
  int year = 0;
  if (blank == std::string::npos || slash == std::string::npos || slash < blank ||
      !absl::SimpleAtoi(text.substr(slash + 1), &year)) {
    return absl::InvalidArgumentError(
        "--crime-reference: give force, number and year, as in \"kent 12345/2018\"");
  }
  reference.set_issuing_force(text.substr(0, blank));
  reference.set_number(text.substr(blank + 1, slash - blank - 1));
  reference.set_year(year);
  return absl::OkStatus();
}

}  // namespace

absl::Status SetLossFilter(const LossFilterOptions& options, stolen::v1::LossCaseFilter& filter) {
  using stolen::v1::LossCaseFilter;
  filter.set_serial(options.serial);
  filter.set_make(options.make);
  filter.set_model(options.model);
  filter.set_calibre(options.calibre);
  filter.set_agency(options.agency);
  filter.set_area(options.area);
  filter.set_holder_token(options.holder_token);
  filter.set_premises_token(options.premises_token);
  filter.set_certificate_token(options.certificate_token);
  filter.set_certificate_kind(options.certificate_kind);
  filter.set_place_kind(options.place_kind);
  filter.set_storage(options.storage);
  filter.set_used_area(options.used_area);
  filter.set_has_contradiction(options.has_contradiction);
  const auto set = [](const std::vector<std::string>& words, auto* descriptor, auto* values) {
    for (const std::string& word : words) values->Add(OptionNumber(*descriptor, word));
  };
  set(options.types, record::v1::FirearmType_descriptor(), filter.mutable_types());
  set(options.holder_kinds, record::v1::HolderKind_descriptor(), filter.mutable_holder_kinds());
  set(options.loss_kinds, record::v1::LossKind_descriptor(), filter.mutable_loss_kinds());
  set(options.sources, stolen::v1::ReportSource_descriptor(), filter.mutable_sources());
  set(options.states, stolen::v1::LossCaseState_descriptor(), filter.mutable_states());
  set(options.reconciliations, stolen::v1::Reconciliation_descriptor(),
      filter.mutable_reconciliations());
  set(options.remarks, stolen::v1::CaseRemarkKind_descriptor(), filter.mutable_remarks());
  set(options.notices, stolen::v1::NoticeVerdict_descriptor(), filter.mutable_notices());
  filter.set_completeness(static_cast<stolen::v1::Completeness>(
      OptionNumber(*stolen::v1::Completeness_descriptor(), options.completeness)));
  if (!options.crime_reference.empty()) {
    SL_RETURN_IF_ERROR(SetReference(options.crime_reference, *filter.mutable_crime_reference()));
  }
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &LossCaseFilter::mutable_occurred_from, filter));
  return SetTime("--before", options.before, &LossCaseFilter::mutable_occurred_before, filter);
}

void AddLossFilterOptions(CLI::App& command, LossFilterOptions& filter) {
  const auto one_of = [&](const char* flag, std::vector<std::string>& words, const char* help,
                          const google::protobuf::EnumDescriptor* values) {
    command.add_option(flag, words, help)->check(CLI::IsMember(OptionWords(*values)));
  };
  command.add_option("--serial", filter.serial, "Reported with this serial");
  command.add_option("--make", filter.make, "Of this maker, by any of its names");
  command.add_option("--model", filter.model, "Of this model");
  command.add_option("--calibre", filter.calibre, "Of this calibre, by any of its names");
  one_of("--type", filter.types, "Of this type; several are alternatives",
         record::v1::FirearmType_descriptor());
  command.add_option("--agency", filter.agency, "Reported by this agency");
  command.add_option("--area", filter.area, "Lost in this borough, ward or force, or \"unknown\"");
  command.add_option("--crime-reference", filter.crime_reference,
                     "Under this crime reference, as in \"kent 12345/2018\"");
  command.add_option("--holder-token", filter.holder_token, "Of the holder with this token");
  command.add_option("--premises-token", filter.premises_token, "At the premises with this token");
  command.add_option("--certificate-token", filter.certificate_token,
                     "Under the certificate with this token");
  command.add_option("--certificate-kind", filter.certificate_kind,
                     "Under this kind of certificate, as reports write it");
  command.add_option("--place-kind", filter.place_kind, "From this kind of place, likewise");
  command.add_option("--storage", filter.storage, "Kept in this way, likewise");
  one_of("--holder", filter.holder_kinds, "Of this kind of holder; several are alternatives",
         record::v1::HolderKind_descriptor());
  one_of("--kind", filter.loss_kinds, "Lost or stolen, as the report says",
         record::v1::LossKind_descriptor());
  one_of("--source", filter.sources, "Reported by this source; several are alternatives",
         stolen::v1::ReportSource_descriptor());
  command.add_option("--completeness", filter.completeness, "Whole guns, parts, or not said which")
      ->check(CLI::IsMember(OptionWords(*stolen::v1::Completeness_descriptor())));
  command.add_option("--from", filter.from, "Not lost before this day (YYYY-MM-DD) or time");
  command.add_option("--before", filter.before, "Lost before this day (YYYY-MM-DD) or time");
  one_of("--state", filter.states, "In this state; several are alternatives",
         stolen::v1::LossCaseState_descriptor());
  one_of("--reconciliation", filter.reconciliations, "How the sources agree",
         stolen::v1::Reconciliation_descriptor());
  one_of("--notice", filter.notices, "Whether the holder gave notice in time",
         stolen::v1::NoticeVerdict_descriptor());
  command.add_option("--used-area", filter.used_area,
                     "Used after the loss in this borough, ward or force");
  one_of("--remark", filter.remarks, "With this remark; several are alternatives",
         stolen::v1::CaseRemarkKind_descriptor());
  command.add_flag("--contradictions", filter.has_contradiction, "Only cases with a contradiction");
}

}  // namespace serieslink::cli
