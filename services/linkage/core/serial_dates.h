#pragma once

#include "absl/strings/string_view.h"

// Days, months, weeks, quarters, years and times, as people write them. All take folded text
// (latin_fold.h).
namespace serieslink::linkage {

// Whether a text is a date, or a part of the calendar, and nothing else: "31/12/2019", "12.03.21",
// "2019-12-31 23:59", "JAN 2024", "11JAN2024", "5 DE MARÇO DE 2021" (folded), "12.III.2021",
// "2021-W07", "Q3 2024", "2023/24", "01/2024", "14:30". Months in English, Portuguese, Spanish,
// French, German, Italian and Dutch. A number without separators is none.
bool IsDate(absl::string_view body);

// Whether six digits can be a day of the last years ("240105", "050124"): day, month, year or year,
// month, day, 2020 to 2027. About one number of six digits in 170 looks so.
bool IsRecentDay(absl::string_view digits);

}  // namespace serieslink::linkage
