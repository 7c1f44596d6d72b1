#include "services/firearm/core/supply.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "services/linkage/core/exhibit_loss.h"

namespace serieslink::firearm {
namespace {

using linkage::v1::SupplyBasis;
using linkage::v1::SupplyKind;
using linkage::v1::SupplyStatement;

SupplyKind KindOf(int type) {
  switch (type) {
    case record::v1::FIREARM_TYPE_CONVERTED_BLANK_FIRER:
      return linkage::v1::SUPPLY_KIND_CONVERTED_BLANK_FIRER;
    case record::v1::FIREARM_TYPE_ANTIQUE:
      return linkage::v1::SUPPLY_KIND_ANTIQUE;
    case record::v1::FIREARM_TYPE_REACTIVATED:
      return linkage::v1::SUPPLY_KIND_REACTIVATED;
    case record::v1::FIREARM_TYPE_HOMEMADE:
    case record::v1::FIREARM_TYPE_3D_PRINTED:
      return linkage::v1::SUPPLY_KIND_HOMEMADE;
    default:
      return linkage::v1::SUPPLY_KIND_UNSPECIFIED;
  }
}

SupplyKind KindOf(record::v1::LegalClass legal_class) {
  switch (legal_class) {
    case record::v1::LEGAL_CLASS_SECTION_58_ANTIQUE:
      return linkage::v1::SUPPLY_KIND_ANTIQUE;
    case record::v1::LEGAL_CLASS_HOMEMADE:
      return linkage::v1::SUPPLY_KIND_HOMEMADE;
    default:
      return linkage::v1::SUPPLY_KIND_UNSPECIFIED;
  }
}

// What a gun is by its making, of which it is one alone.
bool IsByMaking(SupplyKind kind) {
  return kind == linkage::v1::SUPPLY_KIND_CONVERTED_BLANK_FIRER ||
         kind == linkage::v1::SUPPLY_KIND_ANTIQUE || kind == linkage::v1::SUPPLY_KIND_REACTIVATED ||
         kind == linkage::v1::SUPPLY_KIND_HOMEMADE;
}

class Assessor {
 public:
  void Add(const SuppliedExhibit& one) {
    one_ = &one;
    const record::v1::Record& record = *one.record;
    const record::v1::Exhibit& exhibit = record.exhibits(one.place);
    AddTypes(exhibit);
    for (const record::v1::LegalClassAssessment& legal : exhibit.legal_classes()) {
      const SupplyKind kind = KindOf(legal.legal_class());
      if (kind == linkage::v1::SUPPLY_KIND_UNSPECIFIED) continue;
      SupplyStatement& told =
          State(kind, linkage::v1::SUPPLY_BASIS_LEGAL_CLASS, legal.has_as_of(), legal.as_of());
      told.set_stated_basis(legal.basis());
      told.set_assessed_by(legal.assessed_by());
    }
    const record::v1::Event& event = record.event();
    if (event.kind() == record::v1::EVENT_KIND_LOSS && !one.loss_is_cancelled &&
        !linkage::FoundAgainOf(record, exhibit).is_found) {
      if (event.loss().kind() == record::v1::LOSS_KIND_STOLEN) {
        State(linkage::v1::SUPPLY_KIND_STOLEN_LAWFUL, linkage::v1::SUPPLY_BASIS_LOSS, false, {});
      } else if (event.loss().kind() == record::v1::LOSS_KIND_LOST) {
        State(linkage::v1::SUPPLY_KIND_LOST_LAWFUL, linkage::v1::SUPPLY_BASIS_LOSS, false, {});
      }
    }
    if (event.kind() == record::v1::EVENT_KIND_BORDER_SEIZURE) {
      const record::v1::Consignment& details = event.consignment();
      const std::string& origin =
          details.true_origin().empty() ? details.declared_origin() : details.true_origin();
      // What comes from here was on its way out. What comes from nobody knows where came in: that
      // is what a border force seizes.
      if (origin != "GB") {
        State(linkage::v1::SUPPLY_KIND_IMPORTED, linkage::v1::SUPPLY_BASIS_BORDER_SEIZURE, false,
              {})
            .set_origin(origin);
      }
    }
  }

  linkage::v1::WeaponSupply Take() {
    // What is alike stands in the order of its record, whatever order exhibits came in.
    std::stable_sort(
        statements_.begin(), statements_.end(),
        [](const SupplyStatement& a, const SupplyStatement& b) { return PlaceOf(a) < PlaceOf(b); });
    linkage::v1::WeaponSupply supply;
    supply.set_statement_count(static_cast<int>(statements_.size()));
    std::set<int> kinds;
    std::set<int> by_making;
    bool is_judged = false;  // a making was examined or classed, not only looked at
    for (SupplyStatement& statement : statements_) {
      if (kinds.insert(statement.kind()).second) supply.add_kinds(statement.kind());
      // What was only looked at gives way to what somebody examined or classed, which comes first.
      const bool is_look = statement.basis() == linkage::v1::SUPPLY_BASIS_APPEARANCE;
      if (IsByMaking(statement.kind()) && !(is_look && is_judged)) {
        by_making.insert(statement.kind());
      }
      is_judged = is_judged || (IsByMaking(statement.kind()) && !is_look);
      if (supply.statements_size() < kSupplyStatementsMax) {
        *supply.add_statements() = std::move(statement);
      }
    }
    if (supply.kinds().empty()) supply.add_kinds(linkage::v1::SUPPLY_KIND_UNKNOWN);
    supply.set_kind(supply.kinds(0));
    supply.set_is_contradicted(by_making.size() > 1);
    return supply;
  }

 private:
  static std::tuple<int, std::int64_t, std::int64_t, std::string, std::string, int> PlaceOf(
      const SupplyStatement& one) {
    constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();
    const auto& date = one.date();
    return {one.basis(),
            date.has_latest() ? -date.latest().seconds() : kUnknown,
            date.has_earliest() ? -date.earliest().seconds() : kUnknown,
            one.record_id(),
            one.exhibit_id(),
            one.kind()};
  }

  SupplyStatement& State(SupplyKind kind, SupplyBasis basis, bool is_dated,
                         const type::v1::DateInterval& date) {
    SupplyStatement& told = statements_.emplace_back();
    told.set_kind(kind);
    told.set_basis(basis);
    const record::v1::Record& record = *one_->record;
    if (is_dated) {
      *told.mutable_date() = date;
    } else if (record.event().has_occurred()) {
      *told.mutable_date() = record.event().occurred();
    }
    if (record.has_grading()) *told.mutable_grading() = record.grading();
    told.set_record_id(one_->record_id);
    told.set_agency(record.source().agency());
    told.set_exhibit_id(one_->exhibit_id);
    return told;
  }

  void AddTypes(const record::v1::Exhibit& exhibit) {
    const record::v1::Firearm& firearm = exhibit.firearm();
    const record::v1::Examination& examination = exhibit.examination();
    std::set<SupplyKind> kinds;
    for (const int type : firearm.confirmed_types()) kinds.insert(KindOf(type));
    kinds.erase(linkage::v1::SUPPLY_KIND_UNSPECIFIED);
    for (const SupplyKind kind : kinds) {
      State(kind, linkage::v1::SUPPLY_BASIS_EXAMINATION, examination.has_examined(),
            examination.examined());
    }
    if (!firearm.confirmed_types().empty()) return;
    for (const int type : firearm.apparent_types()) kinds.insert(KindOf(type));
    // Several: whoever looked was not sure.
    if (kinds.size() != 1 || *kinds.begin() == linkage::v1::SUPPLY_KIND_UNSPECIFIED) return;
    State(*kinds.begin(), linkage::v1::SUPPLY_BASIS_APPEARANCE, false, {});
  }

  const SuppliedExhibit* one_ = nullptr;
  std::vector<SupplyStatement> statements_;
};

}  // namespace

linkage::v1::WeaponSupply AssessSupply(absl::Span<const SuppliedExhibit> exhibits) {
  Assessor assessor;
  for (const SuppliedExhibit& one : exhibits) assessor.Add(one);
  return assessor.Take();
}

}  // namespace serieslink::firearm
