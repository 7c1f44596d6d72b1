#include "services/alerts/enquiry_news.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/alerts/cut_as_shown.h"
#include "services/linkage/core/events.h"
#include "services/view/asked_gun.h"
#include "services/view/enquiry_records.h"
#include "services/view/firearm_query.h"
#include "services/view/firearm_terms.h"
#include "services/view/found_versions.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {
namespace {

using ::serieslink::view::EnquiryVersion;
using ::serieslink::view::FoundVersion;

std::string RecordId(std::uint64_t public_id) {
  return graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(public_id));
}

// Records by their numbers, each once.
using Versions = std::map<graph::RecordNumber, EnquiryVersion>;

absl::StatusOr<Versions> VersionsAt(const graph::GraphReader& reader,
                                    const std::set<graph::RecordNumber>& records,
                                    graph::Revision revision) {
  const std::vector<graph::RecordNumber> numbers(records.begin(), records.end());
  SL_ASSIGN_OR_RETURN(auto found, view::EnquiryVersionsAt(reader, numbers, revision));
  Versions versions;
  for (EnquiryVersion& one : found) versions[one.number] = std::move(one);
  return versions;
}

// Of `records`, those of the viewer's agency: of others nothing more is read.
absl::StatusOr<std::set<graph::RecordNumber>> OwnOf(const graph::GraphReader& reader,
                                                    const view::Viewer& viewer,
                                                    const std::set<graph::RecordNumber>& records) {
  const std::vector<graph::RecordNumber> numbers(records.begin(), records.end());
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers));
  std::set<graph::RecordNumber> own;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (states[i].has_value() && states[i]->agency() == viewer.agency) own.insert(numbers[i]);
  }
  return own;
}

// An alert about an enquiry.
News AboutEnquiry(alert::v1::AlertKind kind, std::uint64_t enquiry, const std::string& detail,
                  std::set<std::string> agencies, const NewsContext& context) {
  News news = NewNews(kind, enquiry, detail, context);
  news.alert.set_enquiry_id(RecordId(enquiry));
  for (const std::string& agency : agencies) news.alert.add_agencies(agency);
  return news;
}

void SetPossible(alert::v1::Alert& alert) {
  alert.set_is_possible_match(true);
  alert.set_explanation(
      "a possible match: the numbers agree as far as they were read, and characters of one were "
      "not");
}

// What satisfies standing queries.
class Matches {
 public:
  Matches(view::Cut& cut, const view::Viewer& viewer, const NewsContext& context, MatchesRead& read)
      : cut_(cut), viewer_(viewer), context_(context), read_(read) {}

  absl::StatusOr<std::vector<News>> Tell(const stored::v1::RevisionNews& row) {
    std::set<graph::RecordNumber> queries;
    for (int i = 0; i + 1 < row.query_matches_size(); i += 2) queries.insert(row.query_matches(i));
    SL_ASSIGN_OR_RETURN(const auto own, OwnOf(cut_.reader, viewer_, queries));
    if (own.empty()) return std::vector<News>();
    // What a commit brings is compared with what was asked before it.
    SL_ASSIGN_OR_RETURN(const Versions asked, VersionsAt(cut_.reader, own, context_.revision - 1));
    std::vector<std::pair<graph::RecordNumber, graph::ExhibitNumber>> pairs;
    std::set<graph::RecordNumber> records;
    for (int i = 0; i + 1 < row.query_matches_size(); i += 2) {
      if (!own.contains(row.query_matches(i))) continue;
      pairs.emplace_back(row.query_matches(i), row.query_matches(i + 1));
      records.insert(graph::RecordOf(row.query_matches(i + 1)));
    }
    SL_ASSIGN_OR_RETURN(const Shown is, ShownAt(records, context_.revision));
    SL_ASSIGN_OR_RETURN(const Shown was, ShownAt(records, context_.revision - 1));
    std::map<graph::RecordNumber, view::FirearmQuery> conditions;
    std::vector<News> news;
    for (const auto& [query, exhibit] : pairs) {
      const EnquiryVersion& enquiry = asked.at(query);
      const std::size_t count = ++read_[query];
      if (enquiry.file() == nullptr) continue;
      const auto condition = conditions.try_emplace(query, enquiry.file()->gun()).first;
      const graph::RecordNumber record = graph::RecordOf(exhibit);
      const FoundVersion& now = is.at(record);
      const Met met = HowMet(now, exhibit, condition->second);
      if (met == Met::kNot) continue;
      if (count > view::kQueryMatchesMax) {
        news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_QUERY_MATCHED, enquiry.state->public_id(),
                                    "more", {viewer_.agency}, context_));
        continue;
      }
      // That what may have satisfied it does is news too.
      if (met <= HowMet(was.at(record), exhibit, condition->second)) continue;
      news.push_back(NewsOf(enquiry, now, exhibit));
      if (met == Met::kPossibly) SetPossible(news.back().alert);
    }
    return news;
  }

 private:
  using Shown = std::map<graph::RecordNumber, FoundVersion>;
  // How far an exhibit satisfies a query.
  enum class Met { kNot, kPossibly, kSurely };

  // What stood of `records`, as far as the viewer may see it and could then.
  absl::StatusOr<Shown> ShownAt(const std::set<graph::RecordNumber>& records,
                                graph::Revision revision) {
    const std::vector<graph::RecordNumber> numbers(records.begin(), records.end());
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
    std::vector<view::VersionOfRecord> versions;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      versions.push_back({numbers[i], states[i].has_value()
                                          ? view::StandingSequence(*states[i], revision)
                                          : graph::SequenceNumber{0}});
    }
    const CutAsShown as_shown(cut_);
    cut_.revision = revision;
    SL_ASSIGN_OR_RETURN(std::vector<FoundVersion> found,
                        view::FindVersions(cut_, viewer_, versions));
    Shown shown;
    for (std::size_t i = 0; i < numbers.size(); ++i) shown[numbers[i]] = std::move(found[i]);
    return shown;
  }

  // The place of the exhibit in the version; none where it is not in it.
  static std::optional<int> PlaceOf(const FoundVersion& version, graph::ExhibitNumber exhibit) {
    const int ordinal = static_cast<int>(graph::OrdinalOf(exhibit));
    if (version.record == nullptr || ordinal >= version.state->exhibits_size()) return std::nullopt;
    const std::string& reference = version.state->exhibits(ordinal).reference();
    for (int place = 0; place < version.record->exhibits_size(); ++place) {
      if (version.record->exhibits(place).exhibit_reference() == reference) return place;
    }
    return std::nullopt;
  }

  Met HowMet(const FoundVersion& version, graph::ExhibitNumber exhibit,
             const view::FirearmQuery& query) {
    const std::optional<int> place = PlaceOf(version, exhibit);
    if (!place.has_value()) return Met::kNot;
    const view::FirearmTerms terms =
        view::FirearmTermsOf(*version.record, version.record->exhibits(*place), terms_);
    if (query.Matches(terms)) return Met::kSurely;
    return query.MayBeMet(terms) ? Met::kPossibly : Met::kNot;
  }

  News NewsOf(const EnquiryVersion& enquiry, const FoundVersion& found,
              graph::ExhibitNumber exhibit) const {
    const std::uint64_t exhibit_id =
        found.state->exhibits(static_cast<int>(graph::OrdinalOf(exhibit))).public_id();
    News news =
        AboutEnquiry(alert::v1::ALERT_KIND_QUERY_MATCHED, enquiry.state->public_id(),
                     absl::StrCat(exhibit_id), {viewer_.agency, found.state->agency()}, context_);
    news.alert.add_exhibits(
        graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(exhibit_id)));
    news.alert.add_causes(RecordId(found.state->public_id()));
    AddAreas(linkage::AreaKeysOf(found.record->event().place(), context_.locate), news);
    return news;
  }

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const NewsContext& context_;
  MatchesRead& read_;
  view::TermCache terms_;
};

// What was answered, without what else its record says.
std::string AnswerIn(const feed::v1::EnquiryReply* reply) {
  if (reply == nullptr || !reply->has_answered()) return "";
  feed::v1::EnquiryReply answer;
  answer.set_answer(reply->answer());
  answer.set_text(reply->text());
  *answer.mutable_about() = reply->about();
  *answer.mutable_answered() = reply->answered();
  return answer.SerializeAsString();
}

const char* WordsOf(const std::string& answer) {
  if (answer == "KNOWN") return "known";
  if (answer == "NOT_KNOWN") return "not known";
  return "somebody else is to be asked";
}

// What was said of trace requests.
absl::StatusOr<std::vector<News>> NewsOfTraces(graph::GraphReader& reader,
                                               const view::Viewer& viewer,
                                               const stored::v1::RevisionNews& row,
                                               const NewsContext& context) {
  const std::vector<graph::RecordNumber> all(row.enquiries().begin(), row.enquiries().end());
  if (all.empty()) return std::vector<News>();
  SL_ASSIGN_OR_RETURN(const auto concerning,
                      view::EnquiriesThatConcern(reader, viewer.agency, all));
  const std::set<graph::RecordNumber> touched(concerning.begin(), concerning.end());
  if (touched.empty()) return std::vector<News>();
  SL_ASSIGN_OR_RETURN(const Versions is, VersionsAt(reader, touched, context.revision));
  SL_ASSIGN_OR_RETURN(const Versions was, VersionsAt(reader, touched, context.revision - 1));
  std::vector<News> news;
  // To requests of others, those that the viewer is asked.
  for (const auto& [record, version] : is) {
    const feed::v1::EnquiryFile* const file = version.file();
    if (file == nullptr) continue;
    const std::string& asking = version.state->agency();
    if (!view::IsAskedOf(*file, asking, viewer.agency)) continue;
    const std::uint64_t id = version.state->public_id();
    const feed::v1::EnquiryFile* const before = was.at(record).file();
    if (before == nullptr) {
      news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_TRACE_REQUESTED, id, "",
                                  {asking, viewer.agency}, context));
      news.back().alert.add_causes(RecordId(id));
    } else if (before->comments_size() < file->comments_size()) {
      news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_TRACE_COMMENTED, id, asking,
                                  {asking, viewer.agency}, context));
      news.back().alert.add_causes(RecordId(id));
    }
  }
  // To the viewer's own.
  for (const auto& [record, version] : is) {
    const feed::v1::EnquiryReply* const reply = version.reply();
    if (reply == nullptr) continue;
    SL_ASSIGN_OR_RETURN(const graph::ParsedId id, graph::ParsePublicId(reply->enquiry()));
    SL_ASSIGN_OR_RETURN(const graph::RecordNumber asked, view::FindEnquiry(reader, id.id));
    SL_ASSIGN_OR_RETURN(const auto own, OwnOf(reader, viewer, {asked}));
    if (own.empty()) continue;
    const std::string& answering = version.state->agency();
    const feed::v1::EnquiryReply* const before = was.at(record).reply();
    const bool is_answered = reply->has_answered() && AnswerIn(reply) != AnswerIn(before);
    if (is_answered) {
      news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_TRACE_ANSWERED, id.id.value(), answering,
                                  {answering, viewer.agency}, context));
      news.back().alert.set_explanation(WordsOf(reply->answer()));
      for (const std::string& about : reply->about()) {
        if (about.starts_with(graph::IdPrefix(graph::IdKind::kExhibit))) {
          news.back().alert.add_exhibits(about);
        }
      }
    } else if ((before == nullptr ? 0 : before->comments_size()) < reply->comments_size()) {
      news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_TRACE_COMMENTED, id.id.value(), answering,
                                  {answering, viewer.agency}, context));
    }
  }
  return news;
}

// Who else asks about the same gun.
absl::StatusOr<std::vector<News>> NewsOfOthers(const graph::GraphReader& reader,
                                               const view::Viewer& viewer,
                                               const stored::v1::RevisionNews& row,
                                               const NewsContext& context) {
  const std::set<graph::RecordNumber> all(row.same_guns().begin(), row.same_guns().end());
  if (all.empty()) return std::vector<News>();
  SL_ASSIGN_OR_RETURN(const auto own, OwnOf(reader, viewer, all));
  if (own.empty()) return std::vector<News>();
  // Of others, only what was noted beside one of the viewer's agency.
  std::set<graph::RecordNumber> beside = own;
  for (int i = 0; i + 1 < row.same_guns_size(); i += 2) {
    if (own.contains(row.same_guns(i))) beside.insert(row.same_guns(i + 1));
    if (own.contains(row.same_guns(i + 1))) beside.insert(row.same_guns(i));
  }
  SL_ASSIGN_OR_RETURN(const Versions versions, VersionsAt(reader, beside, context.revision));
  std::vector<News> news;
  const auto tell = [&](graph::RecordNumber mine, graph::RecordNumber theirs) {
    if (!own.contains(mine)) return;
    const EnquiryVersion& one = versions.at(mine);
    const EnquiryVersion& other = versions.at(theirs);
    if (one.file() == nullptr || other.file() == nullptr || !one.file()->tells_others() ||
        !other.file()->tells_others()) {
      return;
    }
    news.push_back(AboutEnquiry(alert::v1::ALERT_KIND_SAME_GUN_ASKED, one.state->public_id(),
                                absl::StrCat(other.state->public_id()),
                                {viewer.agency, other.state->agency()}, context));
    alert::v1::Alert& alert = news.back().alert;
    alert.set_other_agency(other.state->agency());
    alert.set_other_unit(other.file()->unit());
    alert.set_other_contact(other.file()->contact());
    const view::AskedGun gun(one.file()->gun());
    if (gun.MayBeOneGunWith(view::AskedGun(other.file()->gun()))) SetPossible(alert);
  };
  for (int i = 0; i + 1 < row.same_guns_size(); i += 2) {
    tell(row.same_guns(i), row.same_guns(i + 1));
    tell(row.same_guns(i + 1), row.same_guns(i));
  }
  return news;
}

}  // namespace

absl::StatusOr<std::vector<News>> NewsOfEnquiries(view::Cut& cut, const view::Viewer& viewer,
                                                  const stored::v1::RevisionNews& row,
                                                  const NewsContext& context, MatchesRead& read) {
  SL_ASSIGN_OR_RETURN(std::vector<News> news, Matches(cut, viewer, context, read).Tell(row));
  SL_ASSIGN_OR_RETURN(std::vector<News> traces, NewsOfTraces(cut.reader, viewer, row, context));
  std::move(traces.begin(), traces.end(), std::back_inserter(news));
  SL_ASSIGN_OR_RETURN(std::vector<News> others, NewsOfOthers(cut.reader, viewer, row, context));
  std::move(others.begin(), others.end(), std::back_inserter(news));
  return news;
}

}  // namespace serieslink::alerts
