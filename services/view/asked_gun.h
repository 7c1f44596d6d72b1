#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "services/view/firearm_query.h"
#include "services/view/firearm_terms.h"

namespace serieslink::view {

// The gun that an enquiry asks about. Immutable, thread-safe.
class AskedGun {
 public:
  // `filter` has passed CheckFirearmFilter.
  explicit AskedGun(const firearm::v1::FirearmFilter& filter);

  // What a search for the gun finds.
  const FirearmQuery& query() const { return query_; }

  // Terms of which every exhibit that satisfies the query has one (TermsOf): one or a few, which as
  // few exhibits have as can be. "*", which every exhibit has, where nothing better is asked for.
  const std::vector<std::string>& terms() const { return terms_; }

  // Terms by which the query is found by what may satisfy it (FirearmQuery::MayBeMet): each place
  // of the number with the character that is asked for there (PlaceTermsOf). None where no number
  // is asked for, or neither its beginning nor its end: terms() finds such a query by all that can
  // be it.
  const std::vector<std::string>& place_terms() const { return place_terms_; }

  // By what two enquiries can be about one gun: the number in canonical form, or a pattern of it as
  // it is asked for, wildcards and all. Empty where no number is asked for, or none that could tell
  // one gun from another.
  const std::string& number() const { return number_; }

  // Whether both ask about one gun: of one number(), and neither makes that are known and differ
  // nor calibres that no gun has both of. Symmetric.
  bool IsOneGunWith(const AskedGun& other) const;
  // Whether both may: they do not ask for one number(), but for numbers of one length, of one or
  // both of which some characters are not known ("?"), and that agree in all that are known in
  // both, four or more. The rest as above. Symmetric.
  bool MayBeOneGunWith(const AskedGun& other) const;
  // Whether number() has characters that are not known and every other one is: no "*".
  bool is_partly_known() const;
  // The whole number, or the partly known one, by place; empty for any other.
  std::vector<std::string> number_places() const;

 private:
  bool IsLike(const AskedGun& other) const;

  const FirearmQuery query_;
  std::vector<std::string> terms_;
  std::vector<std::string> place_terms_;
  std::string number_;
  std::string make_;     // as written
  std::string calibre_;  // likewise
};

// The terms of an exhibit, in no order, some perhaps twice.
std::vector<std::string> TermsOf(const FirearmTerms& exhibit);

// The place terms of a number of which some characters were not read, in groups: what may be asked
// for by it has all terms of one of the groups, so that the rarest term of each finds it.
std::vector<std::vector<std::string>> PlaceTermsOf(std::string_view partly_read);

}  // namespace serieslink::view
