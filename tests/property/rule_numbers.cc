#include "tests/property/rule_numbers.h"

#include <cstdint>
#include <string>

#include "services/linkage/core/model.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink {

oracle::RuleNumbers BuiltInNumbers() {
  oracle::RuleNumbers numbers;
  numbers.file = linkage::ParseModelText(linkage::DefaultModelText()).value();
  numbers.make_of = [](const std::string& make) { return linkage::ReadMake(make).key; };
  numbers.calibre_of = [](const std::string& calibre) { return linkage::ReadCalibre(calibre); };
  numbers.compatible = linkage::CompatibleCalibres;
  numbers.types_of = [](const std::string& type) { return linkage::ReadTypes(type); };
  numbers.types_fit = [](std::uint32_t a, std::uint32_t b) {
    return linkage::CompareTypes(a, b) != linkage::TypeAgreement::kDifferent;
  };
  return numbers;
}

}  // namespace serieslink
