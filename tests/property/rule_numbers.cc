#include "tests/property/rule_numbers.h"

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
  return numbers;
}

}  // namespace serieslink
