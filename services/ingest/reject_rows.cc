#include "services/ingest/reject_rows.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

constexpr char kHead = 'h';
constexpr char kMessage = 'm';
constexpr char kTotals = 't';
constexpr char kRejectPrefix[] = "RJ";
constexpr std::size_t kPrefixLetters = 2;

std::string KeyOf(char kind, std::string_view agency) {
  std::string key(1, kind);
  base::AppendEscaped(&key, agency);
  return key;
}

// What a seal is bound to.
std::string BindingOf(char kind, std::string_view agency, std::string_view digest) {
  return KeyOf(kind, agency).append(digest);
}

// A key of its own, so that no digest is ever the key of a seal.
std::string DigestKey(std::string_view key) {
  return std::string(base::AsBytes(base::HmacSha256(key)("serieslink reject digest")));
}

}  // namespace

std::string RejectHeadKey(std::string_view agency, graph::PublicId id) {
  std::string key = KeyOf(kHead, agency);
  base::AppendBe64(&key, id.value());
  return key;
}

std::string RejectMessageKey(std::string_view agency, graph::PublicId id) {
  std::string key = KeyOf(kMessage, agency);
  base::AppendBe64(&key, id.value());
  return key;
}

std::string RejectTotalsKey(std::string_view agency) { return KeyOf(kTotals, agency); }

storage::KeyRange AllRejectHeads() {
  return storage::KeyRange::Prefix(std::string_view(&kHead, 1));
}
storage::KeyRange AllRejectTotals() {
  return storage::KeyRange::Prefix(std::string_view(&kTotals, 1));
}

absl::StatusOr<RejectName> ParseRejectHeadKey(std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(std::string_view(&kHead, 1)));
  RejectName name;
  SL_ASSIGN_OR_RETURN(name.agency, reader.ReadEscaped());
  SL_ASSIGN_OR_RETURN(const std::uint64_t id, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  name.id = graph::PublicId(id);
  return name;
}

absl::StatusOr<std::string> ParseRejectTotalsKey(std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(std::string_view(&kTotals, 1)));
  SL_ASSIGN_OR_RETURN(std::string agency, reader.ReadEscaped());
  SL_RETURN_IF_ERROR(reader.Finish());
  return agency;
}

std::string FormatRejectId(graph::PublicId id) {
  // Digits and check character are the same under every prefix.
  return absl::StrCat(kRejectPrefix,
                      graph::FormatPublicId(graph::IdKind::kRecord, id).substr(kPrefixLetters));
}

absl::StatusOr<graph::PublicId> ParseRejectId(std::string_view text) {
  if (!absl::StartsWithIgnoreCase(AbslView(text), kRejectPrefix)) {
    return absl::InvalidArgumentError("the id of a reject begins with RJ");
  }
  const std::string same_digits = absl::StrCat(AbslView(graph::IdPrefix(graph::IdKind::kRecord)),
                                               AbslView(text.substr(kPrefixLetters)));
  SL_ASSIGN_OR_RETURN(const graph::ParsedId id, graph::ParsePublicId(same_digits));
  return id.id;
}

RejectSealer::RejectSealer(std::string_view key) : seal_(key), digest_(DigestKey(key)) {}

base::Sha256Digest RejectSealer::DigestOf(std::string_view agency, std::string_view message) const {
  std::string text;
  text.reserve(agency.size() + message.size() + 2);
  base::AppendEscaped(&text, agency);
  text.append(message);
  return digest_(text);
}

absl::StatusOr<std::string> RejectSealer::SealDetails(std::string_view agency,
                                                      const base::Sha256Digest& digest,
                                                      const stored::v1::RejectDetails& details,
                                                      std::string_view salt) const {
  return seal_.Seal(details.SerializeAsString(), BindingOf(kHead, agency, base::AsBytes(digest)),
                    salt);
}

absl::StatusOr<std::string> RejectSealer::SealMessage(std::string_view agency,
                                                      const base::Sha256Digest& digest,
                                                      std::string_view message,
                                                      std::string_view salt) const {
  return seal_.Seal(message, BindingOf(kMessage, agency, base::AsBytes(digest)), salt);
}

absl::StatusOr<stored::v1::RejectDetails> RejectSealer::OpenDetails(
    const stored::v1::RejectHead& head) const {
  SL_ASSIGN_OR_RETURN(
      const std::string opened,
      seal_.Open(head.sealed_details(), BindingOf(kHead, head.agency(), head.content_digest())));
  stored::v1::RejectDetails details;
  if (!details.ParseFromString(opened)) {
    return absl::DataLossError("the details of a reject are malformed");
  }
  return details;
}

absl::StatusOr<std::string> RejectSealer::OpenMessage(const stored::v1::RejectHead& head,
                                                      std::string_view sealed) const {
  return seal_.Open(sealed, BindingOf(kMessage, head.agency(), head.content_digest()));
}

}  // namespace serieslink::ingest
