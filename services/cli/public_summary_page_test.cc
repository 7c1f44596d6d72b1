// Goal: a public summary reads as what it is: hidden figures as hidden, and what is not listed as
// 0.
#include "services/cli/public_summary_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace v1 = ::serieslink::summary::v1;

v1::PublicFigure& Add(v1::PublicMeasure& measure, v1::PublicPart part, const std::string& key,
                      const std::string& name) {
  v1::PublicFigure& figure = *measure.add_figures();
  figure.set_part(part);
  figure.set_key(key);
  figure.set_name(name);
  return figure;
}

v1::PublicSummary Sample() {
  v1::PublicSummary summary;
  summary.mutable_period()->set_label("2026Q3");
  summary.mutable_period()->set_first_day("2026-07-01");
  summary.mutable_period()->set_last_day("2026-09-30");
  summary.set_agency("mps");
  summary.set_publisher("Metropolitan Police <Service>");
  summary.add_notes("[c]: hidden.");
  v1::PublicMeasure& crime = *summary.add_measures();
  crime.mutable_definition()->set_id("gun_crime.incidents");
  crime.mutable_definition()->set_name("Gun crime, incidents");
  crime.mutable_definition()->set_unit(v1::UNIT_EVENT);
  Add(crime, v1::PUBLIC_PART_TOTAL, "", "total").set_value(1234);
  Add(crime, v1::PUBLIC_PART_NOT_CERTAIN, "", "not certain").set_value(0);
  Add(crime, v1::PUBLIC_PART_KIND, "fired", "fired");
  Add(crime, v1::PUBLIC_PART_FORCE, "", "unallocated").set_value(0);
  Add(crime, v1::PUBLIC_PART_FORCE, "mps", "mps").set_value(1230);
  v1::PublicFigure& borough = Add(crime, v1::PUBLIC_PART_BOROUGH, "E09000014", "Haringey");
  borough.set_parent("mps");
  v1::PublicFigure& nowhere = Add(crime, v1::PUBLIC_PART_BOROUGH, "", "unallocated");
  nowhere.set_parent("mps");
  nowhere.set_value(30);
  v1::PublicMeasure& lethal = *summary.add_measures();
  lethal.mutable_definition()->set_id("discharge.lethal");
  lethal.mutable_definition()->set_name("Lethal-barrelled discharges");
  lethal.mutable_definition()->set_unit(v1::UNIT_EVENT);
  Add(lethal, v1::PUBLIC_PART_TOTAL, "", "total").set_value(7);
  return summary;
}

TEST(PublicSummaryPageTest, TextHasEveryFigureAndItsState) {
  std::ostringstream out;
  WritePublicSummaryText(Sample(), "draft, not issued", 80, out);
  const std::string page = out.str();
  EXPECT_THAT(page, HasSubstr("Gun crime and firearms, 2026Q3"));
  EXPECT_THAT(page, HasSubstr("draft, not issued"));
  EXPECT_THAT(page, HasSubstr("1,234"));
  EXPECT_THAT(page, HasSubstr("[c]"));
  EXPECT_THAT(page, HasSubstr("unallocated in mps"));
  // Nothing is not certain, and nothing is said of it.
  EXPECT_THAT(page, Not(HasSubstr("not certain")));
}

TEST(PublicSummaryPageTest, HtmlIsEscapedAndNeedsNoOtherFile) {
  std::ostringstream out;
  WritePublicSummaryHtml(Sample(), "edition 1", out);
  const std::string page = out.str();
  EXPECT_THAT(page, HasSubstr("Metropolitan Police &lt;Service&gt;"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">Haringey</th><td>[c]</td><td>0</td>"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(PublicSummaryPageTest, TheAuditSaysWhatIsExposed) {
  v1::DisclosureAudit audit;
  audit.set_tried(12);
  audit.set_safe(11);
  audit.set_exposed_before(1);
  audit.add_earlier("2026Q2-1");
  std::ostringstream out;
  WriteDisclosureAudit(audit, 80, out);
  EXPECT_THAT(out.str(), HasSubstr("12, of which 11"));
  EXPECT_THAT(out.str(), HasSubstr("1 small counts follow"));
  EXPECT_THAT(out.str(), HasSubstr("2026Q2-1"));
}

}  // namespace
}  // namespace serieslink::cli
