#include "services/cli/enquiry_page.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Written(const std::string& text) {
  enquiry::v1::Enquiry enquiry;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &enquiry)) << text;
  std::ostringstream out;
  WriteEnquiry(enquiry, 7, Format::kTable, 120, out);
  return out.str();
}

constexpr char kAnswered[] =
    "enquiry_id: 'RC-1' kind: ENQUIRY_KIND_TRACE_REQUEST agency: 'kent' unit: 'desk' comments { "
    "text: 'the latest' } replies { agency: 'mps' answer: TRACE_ANSWER_KNOWN answer_time { "
    "seconds: 1500000000 } text: 'stolen in May' ";

TEST(EnquiryPageTest, AnswersAndCommentsAreShown) {
  const std::string page = Written(std::string(kAnswered) + "}");
  EXPECT_THAT(page, HasSubstr("stolen in May"));
  EXPECT_THAT(page, HasSubstr("the latest"));
  EXPECT_THAT(page, Not(HasSubstr("left out")));
}

TEST(EnquiryPageTest, WhatIsLeftOutIsCounted) {
  const std::string page = Written(std::string(kAnswered) +
                                   "comments_left_out: 3 } comments_left_out: 12 "
                                   "replies_left_out: 5");
  EXPECT_THAT(page, testing::ContainsRegex("Answers left out +5"));
  EXPECT_THAT(page, testing::ContainsRegex("Earlier comments left out +12"));
  EXPECT_THAT(page, testing::ContainsRegex("Earlier comments of mps left out +3"));
}

}  // namespace
}  // namespace serieslink::cli
