// Where revisions may have changed something that is told: of revisions that are derived, in parts
// without gaps, and of exhibits and records that there are.
#include <optional>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/checks.h"
#include "storage/graph/news_rows.h"

namespace serieslink::fsck {

absl::Status CheckNews(Context& context, Report& report) {
  graph::NewsKey last;
  return ForEachPage(
      *context.snapshot, storage::Keyspace::kDerived, graph::AllNewsRange(),
      [&](const std::vector<storage::Row>& rows) {
        report.LookedAt(rows.size());
        for (const storage::Row& row : rows) {
          const absl::StatusOr<graph::NewsKey> key = graph::ParseNewsKey(row.key);
          stored::v1::RevisionNews news;
          if (!key.ok() || !news.ParseFromString(row.value)) {
            report.Add("a row of news is malformed");
            continue;
          }
          const std::string name =
              absl::StrCat("the news of revision ", key->revision, ", part ", key->part, ",");
          const std::uint32_t expected = key->revision == last.revision ? last.part + 1 : 0;
          if (key->revision == 0 || key->revision > context.position.revision()) {
            report.Add(absl::StrCat(name, " are of a revision that is not derived"));
          }
          if (key->part != expected) report.Add(absl::StrCat(name, " follow no other part"));
          const int count = news.exhibits_size() + news.lost_exhibits_size() +
                            news.lead_exhibits_size() + news.known_lead_exhibits_size() +
                            news.seizures_size() + news.enquiries_size() +
                            news.query_matches_size() + news.same_guns_size();
          const bool has_half_a_pair =
              news.lead_exhibits_size() % 2 != 0 || news.known_lead_exhibits_size() % 2 != 0 ||
              news.query_matches_size() % 2 != 0 || news.same_guns_size() % 2 != 0;
          if (count == 0 || count > graph::kNewsPartMax || has_half_a_pair) {
            report.Add(absl::StrCat(name, " name ", count, " exhibits and records"));
          }
          const auto check_record = [&](std::uint64_t record) {
            if (context.HasRecord(record)) return;
            report.Add(absl::StrCat(name, " name record ", record, ", which is not there"));
          };
          for (const auto* list : {&news.seizures(), &news.enquiries(), &news.same_guns()}) {
            for (const std::uint64_t record : *list) check_record(record);
          }
          for (int i = 0; i < news.query_matches_size(); i += 2) {
            check_record(news.query_matches(i));
          }
          for (int i = 1; i < news.query_matches_size(); i += 2) {
            if (context.HasExhibit(news.query_matches(i))) continue;
            report.Add(absl::StrCat(name, " name ", NameOfExhibit(news.query_matches(i)),
                                    ", which no record has"));
          }
          for (const auto* list : {&news.exhibits(), &news.lost_exhibits(), &news.lead_exhibits(),
                                   &news.known_lead_exhibits()}) {
            for (const std::uint64_t exhibit : *list) {
              if (context.HasExhibit(exhibit)) continue;
              report.Add(
                  absl::StrCat(name, " name ", NameOfExhibit(exhibit), ", which no record has"));
            }
          }
          last = *key;
        }
        return absl::OkStatus();
      });
}

}  // namespace serieslink::fsck
