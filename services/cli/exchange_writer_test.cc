#include "services/cli/exchange_writer.h"

#include <malloc.h>

#include <cstddef>
#include <ostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "services/cli/exchange_scheme.h"

namespace serieslink::cli {
namespace {

// Takes everything and keeps nothing but how much it was.
class CountingBuffer final : public std::streambuf {
 public:
  std::size_t bytes() const { return bytes_; }

 protected:
  int_type overflow(int_type c) override {
    ++bytes_;
    return c;
  }
  std::streamsize xsputn(const char*, std::streamsize count) override {
    bytes_ += static_cast<std::size_t>(count);
    return count;
  }

 private:
  std::size_t bytes_ = 0;
};

// Of the allocator; 0 under a sanitizer, which has one of its own.
std::size_t BytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(ExchangeWriterTest, ACsvHasTheColumnsOfAllRows) {
  std::ostringstream out;
  ExchangeWriter writer(ExchangeScheme::kNcic, /*is_csv=*/true, out);
  ASSERT_TRUE(writer.Add({{"MKE", "EG"}, {"SER", "A1"}}).ok());
  ASSERT_TRUE(writer.Add({{"MKE", "ELG"}, {"VLA", "line 1\nline 2"}, {"AAA", "=1"}}).ok());
  EXPECT_EQ(out.str(), "") << "the first line names columns that come later";
  ASSERT_TRUE(writer.Finish().ok());
  EXPECT_EQ(out.str(),
            "MKE,ORI,OCA,NIC,SER,MAK,MOD,CAL,TYP,DOT,MIS,PART,EXHIBIT,AAA,VLA\r\n"
            "EG,,,,A1,,,,,,,,,,\r\n"
            "ELG,,,,,,,,,,,,,'=1,\"line 1\nline 2\"\r\n");
  EXPECT_EQ(writer.count(), 2);
  EXPECT_EQ(writer.lacking().at("SER"), 1);
}

TEST(ExchangeWriterTest, ACsvOfNothingHasItsHeadings) {
  std::ostringstream out;
  ExchangeWriter writer(ExchangeScheme::kNcic, /*is_csv=*/true, out);
  ASSERT_TRUE(writer.Finish().ok());
  EXPECT_EQ(out.str(), "MKE,ORI,OCA,NIC,SER,MAK,MOD,CAL,TYP,DOT,MIS,PART,EXHIBIT\r\n");
}

TEST(ExchangeWriterTest, WhatIsHeldDoesNotGrowWithTheRows) {
  constexpr int kRows = 40'000;
  const std::string remarks(1'000, 'r');
  CountingBuffer buffer;
  std::ostream out(&buffer);
  ExchangeWriter writer(ExchangeScheme::kNcic, /*is_csv=*/true, out);
  const std::size_t before = BytesInUse();
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(writer.Add({{"NIC", absl::StrCat("G", i)}, {"MIS", remarks}}).ok());
  }
  EXPECT_LT(BytesInUse(), before + (4u << 20));
  ASSERT_TRUE(writer.Finish().ok());
  EXPECT_GT(buffer.bytes(), kRows * remarks.size());
  EXPECT_LT(BytesInUse(), before + (4u << 20));
}

// Of a loss of which only the year is known, which is not over, both schemes give a last day that
// whoever reads the row takes, and the record that is read has it.
TEST(ExchangeWriterTest, NoRowSaysThatALossIsToCome) {
  const absl::Time now =
      absl::FromCivil(absl::CivilSecond(2026, 11, 28, 12, 0, 0), absl::UTCTimeZone());
  const auto seconds = [](int year, int month, int day) {
    return absl::ToUnixSeconds(
        absl::FromCivil(absl::CivilSecond(year, month, day), absl::UTCTimeZone()));
  };
  for (const ExchangeScheme scheme : {ExchangeScheme::kNcic, ExchangeScheme::kIarms}) {
    stolen::v1::LossCase one;
    one.set_kind(record::v1::LOSS_KIND_STOLEN);
    one.mutable_lost()->mutable_earliest()->set_seconds(seconds(2026, 1, 1));
    one.mutable_lost()->mutable_latest()->set_seconds(seconds(2027, 1, 1) - 1);
    stolen::v1::LossReport& report = *one.add_reports();
    report.set_exhibit_id("EX-1");
    report.set_agency("kent");
    report.set_kind(record::v1::EXHIBIT_KIND_GUN);
    report.mutable_firearm()->add_serials()->set_text("AB12345");
    EndBy(now, one);
    const std::vector<ExchangeRow> rows = RowsOf(one, scheme);
    ASSERT_EQ(rows.size(), 1u);
    const auto read = RecordOf(rows[0], scheme, /*is_open=*/true);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->occurred(), "2026-01-01/2026-11-28");
    // What is over ends when it did.
    one.mutable_lost()->mutable_latest()->set_seconds(seconds(2026, 6, 1) - 1);
    EndBy(now, one);
    EXPECT_EQ(one.lost().latest().seconds(), seconds(2026, 6, 1) - 1);
  }
}

}  // namespace
}  // namespace serieslink::cli
