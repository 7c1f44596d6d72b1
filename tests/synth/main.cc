// serieslink-synth: writes synthetic feeds, one file for each agency and feed, with the truth
// beside.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "tests/synth/agencies.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/truth.h"

namespace serieslink::synth {
namespace {

constexpr char kExamples[] = R"(
Examples:
  serieslink-synth --records 10000 --out feeds
  serieslink-synth --records 1000000 --seed 7 --dirt heavy --out feeds
  serieslink-synth --records 10000 --known-lives 5 --out feeds
  serieslink-synth --agencies mps,nabis,wmp,gmp --records 50000 --out feeds

Each file AGENCY.FEED.jsonl in the folder goes to a server with
  serieslink push --feed FEED AGENCY.FEED.jsonl
under the certificate of AGENCY. truth.jsonl says of every record which event it tells of and of
every exhibit which gun it is; withdrawals.jsonl lists the records that their agencies withdrew
later; lives.jsonl, with --known-lives, says what firearm trace must tell of a gun. None of them is
for a server. Everything is invented.
)";

constexpr char kTruthFile[] = "truth.jsonl";
constexpr char kLivesFile[] = "lives.jsonl";

// The files of one run.
class Output {
 public:
  explicit Output(std::filesystem::path folder) : folder_(std::move(folder)) {
    options_.preserve_proto_field_names = false;
  }

  bool Add(const SyntheticRecord& record) {
    const std::string truth = TruthLine(record);
    Line(kTruthFile, truth);
    if (record.is_withdrawal) {
      Line("withdrawals.jsonl", truth);
      return true;
    }
    const google::protobuf::Message* inner = &record.message.force();
    switch (record.message.message_case()) {
      case feed::v1::FeedMessage::kMps:
        inner = &record.message.mps();
        break;
      case feed::v1::FeedMessage::kNabis:
        inner = &record.message.nabis();
        break;
      case feed::v1::FeedMessage::kBorderForce:
        inner = &record.message.border_force();
        break;
      case feed::v1::FeedMessage::kLicensing:
        inner = &record.message.licensing();
        break;
      default:
        break;
    }
    json_.clear();
    if (!google::protobuf::util::MessageToJsonString(*inner, &json_, options_).ok()) return false;
    Line(absl::StrCat(record.agency, ".", record.feed, ".jsonl"), json_);
    return true;
  }

  void Add(const KnownStory& story) { Line(kLivesFile, StoryLine(story)); }

  // Ends the files. False when one could not be written.
  bool Finish() {
    for (auto& [name, file] : files_) {
      file.stream.close();
      if (file.stream.fail()) {
        std::cerr << "serieslink-synth: cannot write " << (folder_ / name).string() << "\n";
        return false;
      }
      std::cout << name << ": " << file.lines << " lines\n";
    }
    return true;
  }

 private:
  struct File {
    std::ofstream stream;
    std::uint64_t lines = 0;
  };

  void Line(const std::string& name, const std::string& text) {
    const auto [found, added] = files_.try_emplace(name);
    if (added) found->second.stream.open(folder_ / name, std::ios::binary);
    found->second.stream.write(text.data(), static_cast<std::streamsize>(text.size())).put('\n');
    ++found->second.lines;
  }

  const std::filesystem::path folder_;
  google::protobuf::util::JsonPrintOptions options_;
  std::map<std::string, File> files_;
  std::string json_;
};

// Whether `folder` may be written to: it is empty, or an earlier run wrote it. Otherwise says so.
bool MayWriteTo(const std::filesystem::path& folder) {
  std::error_code error;
  const bool is_empty = std::filesystem::is_empty(folder, error);
  if (error) {
    std::cerr << "serieslink-synth: cannot read the folder: " << error.message() << "\n";
    return false;
  }
  if (is_empty || std::filesystem::exists(folder / kTruthFile)) return true;
  std::cerr << "serieslink-synth: " << folder.string()
            << " holds files that are of no earlier run; name a new or an empty folder\n";
  return false;
}

// Whether `agency` is one of a synthetic world.
bool IsAgency(const std::string& agency) {
  if (agency == "nabis" || agency == "border_force") return true;
  const auto forces = AllForces();
  return std::any_of(forces.begin(), forces.end(),
                     [&](const Force& force) { return agency == force.agency; });
}

// Removes what an earlier run left in the folder: an agency that has no records now would keep
// those of another world. Files of other names stay.
void RemoveEarlierWorld(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::filesystem::path name = entry.path().filename();
    const std::string feed = name.stem().extension().string();
    const bool is_feed = name.extension() == ".jsonl" &&
                         (feed == ".mps" || feed == ".nabis" || feed == ".force" ||
                          feed == ".border_force" || feed == ".licensing") &&
                         IsAgency(name.stem().stem().string());
    if (is_feed || name == kTruthFile || name == kLivesFile || name == "withdrawals.jsonl") {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

int Run(int argc, char** argv) {
  CLI::App app("Writes synthetic feeds of all agencies, with the truth beside.");
  app.footer(kExamples);
  StreamOptions options;
  std::string dirt = DirtLevelName(options.dirt);
  std::string out;
  const auto is_whole = [](const std::string& text) {
    return text.find_first_not_of("0123456789") == std::string::npos && text.size() <= 19;
  };
  app.add_option("--records", options.records, "How many records to write")
      ->check(CLI::Validator(
          [&](const std::string& text) {
            const bool counts =
                is_whole(text) && text.find_first_of("123456789") != std::string::npos;
            return counts ? std::string() : "give a whole number of records, 1 or more";
          },
          "", ""))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Equal seeds give equal worlds")
      ->check(CLI::Validator(
          [&](const std::string& text) {
            return is_whole(text) ? std::string()
                                  : "give a whole number of at most 19 digits, 0 or more";
          },
          "", ""))
      ->capture_default_str();
  app.add_option("--dirt", dirt, "How dirty they are")
      ->check(CLI::IsMember({"none", "typical", "heavy"}))
      ->capture_default_str();
  app.add_option("--known-lives", options.known_lives,
                 "How many lives of each kind to add of which the whole truth is known; their "
                 "records come on top")
      ->check(CLI::Validator(
          [&](const std::string& text) {
            return is_whole(text) ? std::string() : "give a whole number, 0 or more";
          },
          "", ""))
      ->capture_default_str();
  app.add_option("--agencies", options.agencies,
                 "Who reports, divided by commas: nabis, border_force and the forces mps, kent, "
                 "mers, btp, wmp, gmp, wyp, essex, city")
      ->capture_default_str();
  app.add_option("--out", out,
                 "Folder to write to; made when it does not exist. It is empty, or an earlier run "
                 "wrote it, whose files this one replaces")
      ->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  options.dirt = *DirtLevelOf(dirt);

  const auto stream = FeedStream::Create(options);
  if (!stream.ok()) {
    std::cerr << "serieslink-synth: " << stream.status().message() << "\n";
    return 1;
  }
  std::error_code made;
  std::filesystem::create_directories(out, made);
  if (made) {
    std::cerr << "serieslink-synth: cannot make the folder: " << made.message() << "\n";
    return 1;
  }
  if (!MayWriteTo(out)) return 1;
  RemoveEarlierWorld(out);
  Output output(out);
  SyntheticRecord record;
  while ((*stream)->Next(&record)) {
    if (!output.Add(record)) {
      std::cerr << "serieslink-synth: a record cannot be written as JSON\n";
      return 1;
    }
  }
  for (const KnownStory& story : (*stream)->stories()) output.Add(story);
  return output.Finish() ? 0 : 1;
}

}  // namespace
}  // namespace serieslink::synth

int main(int argc, char** argv) { return serieslink::synth::Run(argc, argv); }
