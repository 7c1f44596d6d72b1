#pragma once

#include <string>
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

  // By what two enquiries can be about one gun: the number in canonical form, or a pattern of it as
  // it is asked for, wildcards and all. Empty where no number is asked for, or none that could tell
  // one gun from another.
  const std::string& number() const { return number_; }

  // Whether both ask about one gun: of one number(), and neither makes that are known and differ
  // nor calibres that no gun has both of. Symmetric.
  bool IsOneGunWith(const AskedGun& other) const;

 private:
  const FirearmQuery query_;
  std::vector<std::string> terms_;
  std::string number_;
  std::string make_;     // as written
  std::string calibre_;  // likewise
};

// The terms of an exhibit, in no order, some perhaps twice.
std::vector<std::string> TermsOf(const FirearmTerms& exhibit);

}  // namespace serieslink::view
