#include "services/linkage/core/serial_dates.h"

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

TEST(SerialDatesTest, DatesInAnyWriting) {
  for (const char* text : {"31/12/2019",
                           "12.03.21",
                           "12-3-21",
                           "01 02 23",
                           "2019-12-31",
                           "1970-12-01 00:00:00",
                           "2024-01-05T14:30:00Z",
                           "20.5.2021 9:15",
                           "JAN 2024",
                           "JAN2024",
                           "11JAN2024",
                           "11 JAN 24",
                           "JANUARY 5, 2024",
                           "5 DE MARCO DE 2021",
                           "12 ENE 2021",
                           "15 AOUT 2022",
                           "3. MARZ 2021",
                           "01DEZ2020",
                           "1ST MARCH 2021",
                           "12.III.2021",
                           "2021-W07",
                           "2021-W07-3",
                           "WK 7 2021",
                           "KW 12/2020",
                           "Q3 2024",
                           "2024 Q3",
                           "3Q24",
                           "2T2019",
                           "05/2024",
                           "2024-05",
                           "2023/24",
                           "2023-2024",
                           "FY2024",
                           "14:30",
                           "14:30:22",
                           "MAY"}) {
    EXPECT_TRUE(IsDate(text)) << text;
  }
}

TEST(SerialDatesTest, NumbersAreNone) {
  for (const char* text :
       {"", "482137", "XKR 417", "MAR 417", "MAR482137", "99-999999", "318-40726", "AB 2019",
        "5Q70912", "W073318", "Q341207", "13/2024", "2023-45", "31.31.21", "45-67-89", "SN: 482137",
        "T5120-16 CK 04417", "20240105"}) {
    EXPECT_FALSE(IsDate(text)) << text;
  }
}

TEST(SerialDatesTest, DaysOfTheLastYearsInSixDigits) {
  for (const char* text : {"240105", "050124", "311227", "200229"}) {
    EXPECT_TRUE(IsRecentDay(text)) << text;
  }
  for (const char* text : {"", "482137", "193112", "320124", "051324", "0501245", "05012A"}) {
    EXPECT_FALSE(IsRecentDay(text)) << text;
  }
}

}  // namespace
}  // namespace serieslink::linkage
