#pragma once

#include <cstddef>
#include <string_view>

#include "serieslink/record/v1/record.pb.h"
#include "serieslink/type/v1/area.pb.h"
#include "serieslink/type/v1/grading.pb.h"

// The words that feeds use for the values of the record's enumerations (serieslink/feed/v1/*.proto
// lists them). A word is matched exactly.
namespace serieslink::ingest {

template <typename E>
struct Term {
  std::string_view word;
  E value;
};

// A list of words. Points into a table that lives as long as the process.
template <typename E>
class Vocabulary {
 public:
  template <std::size_t kSize>
  constexpr Vocabulary(const Term<E> (&terms)[kSize]) : terms_(terms), size_(kSize) {}

  // The value that `word` stands for, or UNSPECIFIED when it is not in the list.
  E Find(std::string_view word) const {
    for (const Term<E>& term : *this) {
      if (term.word == word) return term.value;
    }
    return static_cast<E>(0);
  }

  const Term<E>* begin() const { return terms_; }
  const Term<E>* end() const { return terms_ + size_; }

 private:
  const Term<E>* terms_;
  std::size_t size_;
};

// feed.v1.GunEntry.apparent_types.
inline constexpr Term<record::v1::FirearmType> kFirearmTypes[] = {
    {"PISTOL", record::v1::FIREARM_TYPE_PISTOL},
    {"REVOLVER", record::v1::FIREARM_TYPE_REVOLVER},
    {"SHOTGUN_LONG", record::v1::FIREARM_TYPE_SHOTGUN_LONG},
    {"SHOTGUN_SAWN_OFF", record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF},
    {"RIFLE", record::v1::FIREARM_TYPE_RIFLE},
    {"SUB_MACHINE_GUN", record::v1::FIREARM_TYPE_SUB_MACHINE_GUN},
    {"MACHINE_GUN", record::v1::FIREARM_TYPE_MACHINE_GUN},
    {"AIR_WEAPON", record::v1::FIREARM_TYPE_AIR_WEAPON},
    {"BB_OR_SOFT_AIR", record::v1::FIREARM_TYPE_BB_OR_SOFT_AIR},
    {"BLANK_FIRER", record::v1::FIREARM_TYPE_BLANK_FIRER},
    {"CONVERTED_BLANK_FIRER", record::v1::FIREARM_TYPE_CONVERTED_BLANK_FIRER},
    {"IMITATION", record::v1::FIREARM_TYPE_IMITATION},
    {"REACTIVATED", record::v1::FIREARM_TYPE_REACTIVATED},
    {"HOMEMADE", record::v1::FIREARM_TYPE_HOMEMADE},
    {"3D_PRINTED", record::v1::FIREARM_TYPE_3D_PRINTED},
    {"ANTIQUE", record::v1::FIREARM_TYPE_ANTIQUE},
    {"STUN_GUN", record::v1::FIREARM_TYPE_STUN_GUN},
    {"NOXIOUS_SPRAY", record::v1::FIREARM_TYPE_NOXIOUS_SPRAY},
    {"DISGUISED", record::v1::FIREARM_TYPE_DISGUISED},
    {"LAUNCHER", record::v1::FIREARM_TYPE_LAUNCHER},
    {"OTHER", record::v1::FIREARM_TYPE_OTHER},
    {"UNIDENTIFIED", record::v1::FIREARM_TYPE_UNIDENTIFIED},
};

inline constexpr Term<record::v1::SerialPart> kSerialParts[] = {
    {"FRAME", record::v1::SERIAL_PART_FRAME},       {"RECEIVER", record::v1::SERIAL_PART_RECEIVER},
    {"SLIDE", record::v1::SERIAL_PART_SLIDE},       {"BARREL", record::v1::SERIAL_PART_BARREL},
    {"CYLINDER", record::v1::SERIAL_PART_CYLINDER}, {"BOLT", record::v1::SERIAL_PART_BOLT},
    {"STOCK", record::v1::SERIAL_PART_STOCK},       {"MAGAZINE", record::v1::SERIAL_PART_MAGAZINE},
    {"OTHER", record::v1::SERIAL_PART_OTHER},       {"UNKNOWN", record::v1::SERIAL_PART_UNKNOWN},
};

inline constexpr Term<record::v1::SerialLegibility> kSerialLegibilities[] = {
    {"CLEAR", record::v1::SERIAL_LEGIBILITY_CLEAR},
    {"PARTIAL", record::v1::SERIAL_LEGIBILITY_PARTIAL},
    {"OBLITERATED", record::v1::SERIAL_LEGIBILITY_OBLITERATED},
    {"RESTORED", record::v1::SERIAL_LEGIBILITY_RESTORED},
    {"NONE", record::v1::SERIAL_LEGIBILITY_NONE},
    {"UNREAD", record::v1::SERIAL_LEGIBILITY_UNREAD},
};

inline constexpr Term<record::v1::LegalClass> kLegalClasses[] = {
    {"SECTION_1", record::v1::LEGAL_CLASS_SECTION_1},
    {"SECTION_2_SHOTGUN", record::v1::LEGAL_CLASS_SECTION_2_SHOTGUN},
    {"SECTION_5_PROHIBITED", record::v1::LEGAL_CLASS_SECTION_5_PROHIBITED},
    {"SECTION_58_ANTIQUE", record::v1::LEGAL_CLASS_SECTION_58_ANTIQUE},
    {"AIR_WEAPON", record::v1::LEGAL_CLASS_AIR_WEAPON},
    {"DEACTIVATED", record::v1::LEGAL_CLASS_DEACTIVATED},
    {"BLANK_FIRER_FORWARD_VENTING", record::v1::LEGAL_CLASS_BLANK_FIRER_FORWARD_VENTING},
    {"BLANK_FIRER_TOP_VENTING", record::v1::LEGAL_CLASS_BLANK_FIRER_TOP_VENTING},
    {"IMITATION", record::v1::LEGAL_CLASS_IMITATION},
    {"COMPONENT_PART", record::v1::LEGAL_CLASS_COMPONENT_PART},
    {"HOMEMADE", record::v1::LEGAL_CLASS_HOMEMADE},
    {"OTHER", record::v1::LEGAL_CLASS_OTHER},
    {"UNKNOWN", record::v1::LEGAL_CLASS_UNKNOWN},
};

inline constexpr Term<record::v1::Accreditation> kAccreditations[] = {
    {"ACCREDITED", record::v1::ACCREDITATION_ACCREDITED},
    {"PROVISIONAL_URGENT", record::v1::ACCREDITATION_PROVISIONAL_URGENT},
};

inline constexpr Term<record::v1::OffenceClass> kOffenceClasses[] = {
    {"HOMICIDE", record::v1::OFFENCE_CLASS_HOMICIDE},
    {"VIOLENCE_WITH_INJURY", record::v1::OFFENCE_CLASS_VIOLENCE_WITH_INJURY},
    {"VIOLENCE_WITHOUT_INJURY", record::v1::OFFENCE_CLASS_VIOLENCE_WITHOUT_INJURY},
    {"ROBBERY_PERSONAL", record::v1::OFFENCE_CLASS_ROBBERY_PERSONAL},
    {"ROBBERY_BUSINESS", record::v1::OFFENCE_CLASS_ROBBERY_BUSINESS},
    {"BURGLARY", record::v1::OFFENCE_CLASS_BURGLARY},
    {"THEFT", record::v1::OFFENCE_CLASS_THEFT},
    {"CRIMINAL_DAMAGE", record::v1::OFFENCE_CLASS_CRIMINAL_DAMAGE},
    {"POSSESSION_OF_WEAPONS", record::v1::OFFENCE_CLASS_POSSESSION_OF_WEAPONS},
    {"DRUGS", record::v1::OFFENCE_CLASS_DRUGS},
    {"TRAFFICKING_OF_FIREARMS", record::v1::OFFENCE_CLASS_TRAFFICKING_OF_FIREARMS},
    {"OTHER", record::v1::OFFENCE_CLASS_OTHER},
    {"UNKNOWN", record::v1::OFFENCE_CLASS_UNKNOWN},
};

inline constexpr Term<record::v1::OffenceStatus> kOffenceStatuses[] = {
    {"LIVE", record::v1::OFFENCE_STATUS_LIVE},
    {"CANCELLED", record::v1::OFFENCE_STATUS_CANCELLED},
    {"TRANSFERRED", record::v1::OFFENCE_STATUS_TRANSFERRED},
};

inline constexpr Term<record::v1::FirearmUse> kFirearmUses[] = {
    {"FIRED", record::v1::FIREARM_USE_FIRED},
    {"BLUNT_INSTRUMENT", record::v1::FIREARM_USE_BLUNT_INSTRUMENT},
    {"THREAT", record::v1::FIREARM_USE_THREAT},
    {"POSSESSION", record::v1::FIREARM_USE_POSSESSION},
    {"UNKNOWN", record::v1::FIREARM_USE_UNKNOWN},
};

// Y, N or UNKNOWN.
inline constexpr Term<record::v1::Tristate> kTristates[] = {
    {"Y", record::v1::TRISTATE_YES},
    {"N", record::v1::TRISTATE_NO},
    {"UNKNOWN", record::v1::TRISTATE_UNKNOWN},
};

inline constexpr Term<record::v1::DischargeTarget> kDischargeTargets[] = {
    {"PERSON", record::v1::DISCHARGE_TARGET_PERSON},
    {"PROPERTY", record::v1::DISCHARGE_TARGET_PROPERTY},
    {"VEHICLE", record::v1::DISCHARGE_TARGET_VEHICLE},
    {"ANIMAL", record::v1::DISCHARGE_TARGET_ANIMAL},
    {"AIR", record::v1::DISCHARGE_TARGET_AIR},
    {"UNKNOWN", record::v1::DISCHARGE_TARGET_UNKNOWN},
};

inline constexpr Term<record::v1::TransportMode> kTransportModes[] = {
    {"POST", record::v1::TRANSPORT_MODE_POST},
    {"FAST_PARCEL", record::v1::TRANSPORT_MODE_FAST_PARCEL},
    {"AIR_FREIGHT", record::v1::TRANSPORT_MODE_AIR_FREIGHT},
    {"SEA_FREIGHT", record::v1::TRANSPORT_MODE_SEA_FREIGHT},
    {"RORO", record::v1::TRANSPORT_MODE_RORO},
    {"RAIL", record::v1::TRANSPORT_MODE_RAIL},
    {"PASSENGER", record::v1::TRANSPORT_MODE_PASSENGER},
    {"UNKNOWN", record::v1::TRANSPORT_MODE_UNKNOWN},
};

inline constexpr Term<record::v1::LossKind> kLossKinds[] = {
    {"LOST", record::v1::LOSS_KIND_LOST},
    {"STOLEN", record::v1::LOSS_KIND_STOLEN},
    {"UNKNOWN", record::v1::LOSS_KIND_UNKNOWN},
};

inline constexpr Term<record::v1::HolderKind> kHolderKinds[] = {
    {"PRIVATE", record::v1::HOLDER_KIND_PRIVATE},   {"DEALER", record::v1::HOLDER_KIND_DEALER},
    {"CLUB", record::v1::HOLDER_KIND_CLUB},         {"MUSEUM", record::v1::HOLDER_KIND_MUSEUM},
    {"MILITARY", record::v1::HOLDER_KIND_MILITARY}, {"POLICE", record::v1::HOLDER_KIND_POLICE},
    {"CARRIER", record::v1::HOLDER_KIND_CARRIER},   {"UNKNOWN", record::v1::HOLDER_KIND_UNKNOWN},
};

inline constexpr Term<record::v1::StatisticKind> kStatisticKinds[] = {
    {"SURVEY_SHARE", record::v1::STATISTIC_KIND_SURVEY_SHARE},
    {"COUNT", record::v1::STATISTIC_KIND_COUNT},
    {"POPULATION", record::v1::STATISTIC_KIND_POPULATION},
};

inline constexpr Term<type::v1::AreaKind> kAreaKinds[] = {
    {"FORCE", type::v1::AREA_KIND_FORCE},
    {"BOROUGH", type::v1::AREA_KIND_BOROUGH},
    {"WARD", type::v1::AREA_KIND_WARD},
    {"OUTPUT_AREA", type::v1::AREA_KIND_OUTPUT_AREA},
};

inline constexpr Term<record::v1::DisposalKind> kDisposalKinds[] = {
    {"DESTROYED", record::v1::DISPOSAL_KIND_DESTROYED},
    {"RETURNED", record::v1::DISPOSAL_KIND_RETURNED},
    {"RETAINED", record::v1::DISPOSAL_KIND_RETAINED},
    {"TRANSFERRED", record::v1::DISPOSAL_KIND_TRANSFERRED},
    {"UNKNOWN", record::v1::DISPOSAL_KIND_UNKNOWN},
};

// What a ballistics service receives: feed.v1.NabisExhibit.exhibit_type.
inline constexpr Term<record::v1::ExhibitKind> kExhibitKinds[] = {
    {"GUN", record::v1::EXHIBIT_KIND_GUN},
    {"CASE_GROUP", record::v1::EXHIBIT_KIND_CASE_GROUP},
    {"BULLET_GROUP", record::v1::EXHIBIT_KIND_BULLET_GROUP},
    {"GUN_PART", record::v1::EXHIBIT_KIND_GUN_PART},
    {"AMMUNITION_LOT", record::v1::EXHIBIT_KIND_AMMUNITION_LOT},
    {"TEST_FIRE_CASES", record::v1::EXHIBIT_KIND_TEST_FIRE_CASES},
    {"TEST_FIRE_BULLETS", record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS},
};

// feed.v1.NabisExhibit.found_at.
inline constexpr Term<record::v1::EventKind> kFoundAt[] = {
    {"INCIDENT", record::v1::EVENT_KIND_INCIDENT},
    {"RECOVERY", record::v1::EVENT_KIND_RECOVERY},
    {"SURRENDER", record::v1::EVENT_KIND_SURRENDER},
    {"LOSS", record::v1::EVENT_KIND_LOSS},
    {"BORDER_SEIZURE", record::v1::EVENT_KIND_BORDER_SEIZURE},
};

inline constexpr Term<record::v1::ExaminationStage> kExaminationStages[] = {
    {"ON_SCREEN", record::v1::EXAMINATION_STAGE_ON_SCREEN},
    {"MICROSCOPE", record::v1::EXAMINATION_STAGE_MICROSCOPE},
    {"VERIFIED", record::v1::EXAMINATION_STAGE_VERIFIED},
};

// Channels on which a person compares: feed.v1.NabisComparison.channel.
inline constexpr Term<record::v1::Channel> kChannels[] = {
    {"CASE", record::v1::CHANNEL_CASE},
    {"BULLET", record::v1::CHANNEL_BULLET},
    {"SERIAL", record::v1::CHANNEL_SERIAL},
    {"DESCRIPTION", record::v1::CHANNEL_DESCRIPTION},
};

inline constexpr Term<record::v1::Verdict> kVerdicts[] = {
    {"CONFIRMED", record::v1::VERDICT_CONFIRMED},
    {"LEAD", record::v1::VERDICT_LEAD},
    {"INCONCLUSIVE", record::v1::VERDICT_INCONCLUSIVE},
    {"ELIMINATED", record::v1::VERDICT_ELIMINATED},
    {"WITHDRAWN", record::v1::VERDICT_WITHDRAWN},
};

// Bases of a comparison by a person: feed.v1.NabisComparison.basis.
inline constexpr Term<record::v1::Basis> kBases[] = {
    {"EXAMINER", record::v1::BASIS_EXAMINER},
    {"ANALYST", record::v1::BASIS_ANALYST},
};

inline constexpr Term<record::v1::PersonCategory> kPersonCategories[] = {
    {"VICTIM", record::v1::PERSON_CATEGORY_VICTIM},
    {"SUSPECT", record::v1::PERSON_CATEGORY_SUSPECT},
    {"CONVICTED", record::v1::PERSON_CATEGORY_CONVICTED},
    {"WITNESS", record::v1::PERSON_CATEGORY_WITNESS},
    {"HOLDER", record::v1::PERSON_CATEGORY_HOLDER},
    {"OTHER", record::v1::PERSON_CATEGORY_OTHER},
    {"UNKNOWN", record::v1::PERSON_CATEGORY_UNKNOWN},
};

inline constexpr Term<record::v1::Injury> kInjuries[] = {
    {"FATAL", record::v1::INJURY_FATAL},     {"SERIOUS", record::v1::INJURY_SERIOUS},
    {"SLIGHT", record::v1::INJURY_SLIGHT},   {"NONE", record::v1::INJURY_NONE},
    {"UNKNOWN", record::v1::INJURY_UNKNOWN},
};

inline constexpr Term<record::v1::FlagReliability> kFlagReliabilities[] = {
    {"RELIABLE", record::v1::FLAG_RELIABILITY_RELIABLE},
    {"UNRELIABLE", record::v1::FLAG_RELIABILITY_UNRELIABLE},
};

inline constexpr Term<type::v1::GradingScheme> kGradingSchemes[] = {
    {"3X5X2", type::v1::GRADING_SCHEME_3X5X2},
    {"5X5X5", type::v1::GRADING_SCHEME_5X5X5},
    {"4X4", type::v1::GRADING_SCHEME_4X4},
    {"OTHER", type::v1::GRADING_SCHEME_OTHER},
};

inline constexpr Term<type::v1::Classification> kClassifications[] = {
    {"OFFICIAL", type::v1::CLASSIFICATION_OFFICIAL},
    {"SECRET", type::v1::CLASSIFICATION_SECRET},
    {"TOP SECRET", type::v1::CLASSIFICATION_TOP_SECRET},
};

inline constexpr Term<type::v1::Visibility> kVisibilities[] = {
    {"OWNER", type::v1::VISIBILITY_OWNER},
    {"OPEN", type::v1::VISIBILITY_OPEN},
};

// feed.v1.BorderForceSeizure.record_type.
inline constexpr Term<record::v1::RecordKind> kBorderForceRecordTypes[] = {
    {"SEIZURE", record::v1::RECORD_KIND_BORDER_SEIZURE},
    {"DISPOSAL", record::v1::RECORD_KIND_DISPOSAL},
};

// feed.v1.NabisEvent.event_type, feed.v1.ForceRecord.record_type and feed.v1.MpsReport.report_type.
inline constexpr Term<record::v1::RecordKind> kNabisEventTypes[] = {
    {"INCIDENT", record::v1::RECORD_KIND_INCIDENT},
    {"RECOVERY", record::v1::RECORD_KIND_RECOVERY},
    {"SURRENDER", record::v1::RECORD_KIND_SURRENDER},
    {"LOSS", record::v1::RECORD_KIND_LOSS},
    {"DISPOSAL", record::v1::RECORD_KIND_DISPOSAL},
    {"SIGHTING", record::v1::RECORD_KIND_INTELLIGENCE},
};

inline constexpr Term<record::v1::RecordKind> kForceRecordTypes[] = {
    {"INCIDENT", record::v1::RECORD_KIND_INCIDENT},
    {"RECOVERY", record::v1::RECORD_KIND_RECOVERY},
    {"SURRENDER", record::v1::RECORD_KIND_SURRENDER},
    {"LOSS", record::v1::RECORD_KIND_LOSS},
    {"DISPOSAL", record::v1::RECORD_KIND_DISPOSAL},
    {"INTELLIGENCE", record::v1::RECORD_KIND_INTELLIGENCE},
};

inline constexpr Term<record::v1::RecordKind> kMpsReportTypes[] = {
    {"CRIME", record::v1::RECORD_KIND_INCIDENT},
    {"RECOVERY", record::v1::RECORD_KIND_RECOVERY},
    {"SURRENDER", record::v1::RECORD_KIND_SURRENDER},
    {"LOSS", record::v1::RECORD_KIND_LOSS},
    {"DISPOSAL", record::v1::RECORD_KIND_DISPOSAL},
    {"INTELLIGENCE", record::v1::RECORD_KIND_INTELLIGENCE},
};

}  // namespace serieslink::ingest
