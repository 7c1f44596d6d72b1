#include "serieslink/stored/v1/public_summary.pb.h"
#include "services/summary/public_summary_rows.h"
#include "tests/fsck/damage.h"
#include "tests/fsck/damage_changes.h"

namespace serieslink::fsck {

using storage::Keyspace;

std::vector<Damage> DamageOfPublicSummaries() {
  return {
      {"APublicSummaryHasNoFiles",
       [](Site& site) { site.Erase(Keyspace::kMeta, summary::EditionFilesKey("2026Q2", 1)); },
       "public_summaries", "public summary 2026Q2-1 has no files"},
      {"FilesBelongToNoPublicSummary",
       [](Site& site) { site.Erase(Keyspace::kMeta, summary::EditionKey("2026Q2", 1)); },
       "public_summaries", "the files of public summary 2026Q2-1 belong to none"},
      {"APublicSummaryIsListedAsAnother",
       [](Site& site) {
         Change<stored::v1::IssuedPublicSummary>(site, Keyspace::kMeta,
                                                 summary::EditionKey("2026Q2", 1),
                                                 [](stored::v1::IssuedPublicSummary& issued) {
                                                   issued.mutable_edition()->set_name("2026Q2-2");
                                                 });
       },
       "public_summaries", "what is listed of public summary 2026Q2-1 is that of another"},
      {"FilesOfAPublicSummaryAreMalformed",
       [](Site& site) { site.Put(Keyspace::kMeta, summary::EditionFilesKey("2026Q2", 1), "\xFF"); },
       "public_summaries", "the files of a public summary are malformed"},
      {"AProposedPublicSummaryIsMalformed",
       [](Site& site) { site.Put(Keyspace::kMeta, summary::ProposalKey("2026Q3"), "\xFF"); },
       "public_summaries", "a public summary that is proposed is malformed"},
      {"FilesOfAPublicSummaryAreOthers",
       [](Site& site) {
         Change<stored::v1::PublicSummaryFiles>(site, Keyspace::kMeta,
                                                summary::EditionFilesKey("2026Q2", 1),
                                                [](stored::v1::PublicSummaryFiles& files) {
                                                  files.mutable_summary()->set_agency("kent");
                                                });
       },
       "checksums", "the files of a public summary is not what was written"},
  };
}

}  // namespace serieslink::fsck
