#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stolen/v1/loss_case.pb.h"
#include "services/linkage/core/facts.h"
#include "storage/graph/firearm_index.h"

// What a search compares of an exhibit. The deriver makes the index from it and the search checks
// what the index found against it, so both compare the same. Texts are normalised by the functions
// below, records' and searchers' alike. Pure; any bytes are accepted.
namespace serieslink::view {

// `text` in capital ASCII letters and digits, accents stripped (latin_fold.h), all else dropped.
std::string FoldText(std::string_view text);

// The texts under which the serial field `as_written` is found, without repeats, in rising order:
//  * every number that linkage reads in it (linkage::ReadSerials), in canonical form, also those
//    that it would not compare: with "?" for each character known to be missing;
//  * the whole field in canonical form, letters and digits only and O read as 0, so that remarks
//    ("obliterated") and numbers among remarks are found as they were written.
// Each at most graph::kSerialPartBytesMax bytes, cut. None for a field without letter or digit.
std::vector<std::string> SerialTerms(std::string_view as_written);

// Whether one of SerialTerms has a character that was not read.
inline bool IsPartlyRead(std::string_view serial_term) {
  return serial_term.find('?') != std::string_view::npos;
}

// A make: its name in the vocabulary; of one that the vocabulary does not know, its own text,
// folded. Empty when it is unknown.
std::string MakeTerm(std::string_view as_written);

// A calibre: the name of its family in the vocabulary ("9x19 mm"); of one that the vocabulary does
// not know, its own text, folded. Empty when it is unknown.
std::string CalibreTerm(std::string_view as_written);

// The code of a borough or ward, or the short name of a force: capitals without blanks and control
// characters.
std::string AreaTerm(std::string_view code);

// One exhibit as one version of its record has it. Empty texts: not known.
struct FirearmTerms {
  int kind = 0;                      // a record.v1.ExhibitKind
  std::uint32_t types = 0;           // bit n: the record.v1.FirearmType n
  std::vector<std::string> serials;  // of all numbers, without repeats, in rising order
  std::string make;
  std::string model;  // folded
  std::string calibre;
  std::string agency;
  std::string police_force;
  std::string borough;
  std::string ward;
  linkage::TimeInterval occurred;  // of the record's event

  // Whether nothing is known of where its event was.
  bool is_place_unknown() const { return police_force.empty() && borough.empty() && ward.empty(); }
};

// Makes and calibres that were read before: of a few thousand records' they are a few dozen, and
// reading one costs more than all else of a record's terms. Keeps a bounded number. Not
// thread-safe.
class TermCache {
 public:
  // As MakeTerm and CalibreTerm. Good until the next call.
  const std::string& Make(std::string_view as_written);
  const std::string& Calibre(std::string_view as_written);

 private:
  using Terms = absl::flat_hash_map<std::string, std::string>;

  static const std::string& Read(std::string_view as_written, std::string (*read)(std::string_view),
                                 Terms& terms);

  Terms makes_;
  Terms calibres_;
};

// `exhibit` is one of `record`'s. What an examination confirmed of a gun's type counts before what
// it looks like; of ammunition, the types that can have fired it. Without `with_serials` the
// numbers are not read, which takes longer than all the rest.
FirearmTerms FirearmTermsOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                            TermCache& cache, bool with_serials = true);

// The facets of `terms`, for the index.
graph::FirearmFacets FacetsOf(const FirearmTerms& terms);

// Adds what the index holds of `exhibit`, number `number`, of the version that is the log entry
// `sequence` and came from `source` (which matters where it was lost or stolen): an entry by agency
// and place, one by make and model where either is known, two for each text of its serials, and
// those of loss_terms.h where it was lost or stolen. Returns the terms of all of them.
FirearmTerms AddFirearmEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                               stolen::v1::ReportSource source, graph::ExhibitNumber number,
                               graph::SequenceNumber sequence, TermCache& cache,
                               graph::FirearmEntries& entries);

}  // namespace serieslink::view
