// Goal: the life of a gun is told in the same words from build to build.
// Method: of each kind of life of which the generator knows the truth, one goes through everything
// between a message's arrival and the client's page; the truth stands above each.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/life_page.h"
#include "tests/golden/golden_file.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/traced_gun.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/known_lives.h"
#include "tests/synth/truth.h"

namespace serieslink {
namespace {

TEST(LifeStoriesGoldenTest, TheStoryOfOneLifeOfEachKindIsPinned) {
  synth::World world;
  world.seed = 7;
  world.rates = synth::DirtRates(synth::DirtLevel::kNone);
  world.forces.assign(synth::AllForces().begin(), synth::AllForces().end());
  std::string text;
  for (const synth::LifeKind kind : synth::kLifeKinds) {
    // Of the first kind one with a laboratory.
    const std::uint64_t number = kind == synth::LifeKind::kStolenUsedTwiceRecovered ? 1 : 0;
    const synth::KnownLife life =
        synth::TellKnownLife(world, kind, number, synth::FeedStream::FirstDay());
    DerivationPipeline pipeline;
    std::vector<SentMessage> messages;
    for (const synth::SyntheticRecord& record : life.records) {
      messages.push_back({record.agency, record.message});
    }
    const auto acknowledgements = pipeline.Push(messages);
    for (const synth::KnownStory& story : life.stories) {
      for (std::size_t i = 0; i < messages.size(); ++i) {
        if (life.records[i].source_id != story.source_id || life.records[i].version > 1) continue;
        const firearm::v1::TraceFirearmResponse answer =
            TraceGun(pipeline, "nabis", acknowledgements[i].record_id());
        std::ostringstream page;
        cli::WriteLifeStory(answer, cli::Format::kTable, 100, page);
        absl::StrAppend(&text, "== ", synth::LifeKindName(kind), "\n", synth::StoryLine(story),
                        "\n\n", page.str(), "\n");
      }
    }
  }
  ExpectGolden("life_stories.txt", text);
}

}  // namespace
}  // namespace serieslink
