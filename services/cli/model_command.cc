#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "google/protobuf/text_format.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/model_input.h"
#include "services/linkage/core/model.h"
#include "services/linkage/fit/fit_report.h"
#include "services/linkage/fit/mark_fit.h"
#include "services/linkage/fit/model_fit.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

struct ModelOptions {
  std::vector<std::string> files;
  std::string decisions;
  std::vector<std::string> scores;
  std::string base;
  std::string version;
  std::string out;
  std::string report;
  std::string checked;
  std::string vocabulary;
};

absl::Status Named(const std::string& file, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
}

absl::Status ReadRecords(const std::string& file, linkage::TrainingSet& training) {
  const std::vector<std::string> parts =
      absl::StrSplit(std::filesystem::path(file).filename().string(), '.');
  if (parts.size() < 3) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": the name must say whose records they are, AGENCY.FEED.jsonl"));
  }
  SL_ASSIGN_OR_RETURN(std::ifstream in, OpenInput(file));
  LeftOut left_out;
  const absl::Status status =
      ReadTrainingRecords(in, parts[0], parts[1], absl::Now(), training, left_out);
  if (!status.ok()) return Named(file, status);
  if (left_out.unreadable + left_out.refused > 0) {
    std::cerr << "serieslink: " << file << ": " << left_out.unreadable
              << " lines could not be read and " << left_out.refused
              << " records would be rejected; they are left out\n";
  }
  return absl::OkStatus();
}

absl::StatusOr<linkage::MarkFit> FitScores(const std::string& argument) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(argument, absl::MaxSplits('=', 1));
  const std::size_t dot = parts.first.find('.');
  if (parts.second.empty() || dot == std::string::npos) {
    return absl::InvalidArgumentError("--scores takes MARK.COLUMN=FILE");
  }
  SL_ASSIGN_OR_RETURN(std::ifstream in, OpenInput(parts.second));
  const auto pairs = ReadScores(in, parts.first.substr(dot + 1));
  if (!pairs.ok()) return Named(parts.second, pairs.status());
  return linkage::FitMark(
      parts.first, *pairs,
      absl::StrCat("of ", std::filesystem::path(parts.second).filename().string()));
}

absl::Status Write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return absl::UnavailableError(absl::StrCat(file, ": cannot be written"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> TextOf(const linkage::v1::LinkageModel& model) {
  std::string text;
  if (!google::protobuf::TextFormat::PrintToString(model, &text)) {
    return absl::InternalError("the model cannot be printed");
  }
  return absl::StrCat(
      "# proto-file: serieslink/linkage/v1/model.proto\n"
      "# proto-message: serieslink.linkage.v1.LinkageModel\n",
      text);
}

// What was wrong with arguments and files, so that all of it is told at once.
class Faults {
 public:
  // The value; a default one, and the fault noted, when there is none.
  template <typename T>
  T Take(absl::StatusOr<T> value) {
    if (value.ok()) return *std::move(value);
    Note(value.status());
    return T();
  }
  void Note(const absl::Status& status) {
    if (!status.ok()) messages_.emplace_back(status.message());
  }
  absl::Status Result() const {
    if (messages_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(messages_, "\n"));
  }

 private:
  std::vector<std::string> messages_;
};

absl::StatusOr<std::vector<linkage::DecidedPair>> DecisionsOf(const std::string& file) {
  SL_ASSIGN_OR_RETURN(std::ifstream in, OpenInput(file));
  auto decisions = ReadDecisions(in);
  if (!decisions.ok()) return Named(file, decisions.status());
  return decisions;
}

absl::Status CheckVersionName(const std::string& name) {
  linkage::v1::LinkageModel file = linkage::ParseModelText(linkage::DefaultModelText()).value();
  file.set_version(name);
  return linkage::MakeModel(file, linkage::UnknownValues::kPassedOver).status();
}

absl::Status Fit(const ModelOptions& options) {
  if (options.files.empty() && options.scores.empty()) {
    return absl::InvalidArgumentError("nothing to fit on: name files of records, or --scores");
  }
  if (!options.vocabulary.empty()) SL_RETURN_IF_ERROR(UseVocabularyFile(options.vocabulary));
  Faults faults;
  faults.Note(CheckVersionName(options.version));
  const linkage::v1::LinkageModel base =
      faults.Take(options.base.empty() ? linkage::ParseModelText(linkage::DefaultModelText())
                                       : ReadModelFile(options.base));
  linkage::TrainingSet training;
  for (const std::string& file : options.files) faults.Note(ReadRecords(file, training));
  training.Finish();
  std::vector<linkage::DecidedPair> decided;
  if (!options.decisions.empty()) decided = faults.Take(DecisionsOf(options.decisions));
  linkage::FitReport report;
  for (const std::string& argument : options.scores) {
    report.marks.push_back(faults.Take(FitScores(argument)));
  }
  SL_RETURN_IF_ERROR(faults.Result());

  linkage::ModelFit fit;
  fit.file = base;
  fit.file.set_version(options.version);
  if (!options.files.empty()) {
    SL_ASSIGN_OR_RETURN(fit, linkage::FitModel(training, decided, base, options.version));
    report.model = &fit;
  }
  for (const linkage::MarkFit& mark : report.marks) {
    auto* const marks = fit.file.mutable_marks();
    const auto before = std::find_if(marks->begin(), marks->end(), [&](const auto& one) {
      return one.mark() == mark.calibration.mark();
    });
    (before == marks->end() ? *fit.file.add_marks() : *before) = mark.calibration;
  }
  SL_RETURN_IF_ERROR(linkage::MakeModel(fit.file).status());
  SL_ASSIGN_OR_RETURN(const std::string text, TextOf(fit.file));
  std::cout << linkage::TextReport(report) << std::flush;
  if (!options.out.empty()) SL_RETURN_IF_ERROR(Write(options.out, text));
  if (!options.report.empty()) {
    SL_RETURN_IF_ERROR(Write(options.report, linkage::HtmlReport(report)));
  }
  return absl::OkStatus();
}

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    Fail(kExitUsage, std::string(line));
  }
  return kExitUsage;
}

int Check(const ModelOptions& options) {
  if (!options.vocabulary.empty()) {
    const absl::Status used = UseVocabularyFile(options.vocabulary);
    if (!used.ok()) return ExitCodeOf(used);
  }
  const auto model = ReadModelFile(options.checked);
  if (!model.ok()) return ExitCodeOf(model.status());
  std::cout << "model " << model->version() << " can be used\n" << std::flush;
  return kExitOk;
}

}  // namespace

void AddModelCommands(CLI::App& app, Command& chosen) {
  CLI::App* model =
      app.add_subcommand("model", "Linkage models: fit one, check one. No server is asked");
  model->require_subcommand(1);
  model->footer("\nExample:\n  serieslink model check new.textproto");
  auto options = std::make_shared<ModelOptions>();
  const auto add_vocabulary = [&options](CLI::App* command) {
    command
        ->add_option("--vocabulary", options->vocabulary,
                     "The server's vocabulary of makes, models and calibres [the built-in one]")
        ->type_name(kFileType);
  };

  CLI::App* fit = model->add_subcommand(
      "fit", "Estimates a model's numbers from records, decisions and scores of marks");
  fit->add_option("files", options->files, "Files of records, JSON lines, named AGENCY.FEED.jsonl")
      ->type_name(kFileType);
  fit->add_option("--version-name", options->version, "The new model's name, e.g. 2026-11")
      ->required();
  fit->add_option("--decisions", options->decisions, "Pairs that analysts decided, JSON lines")
      ->type_name(kFileType);
  // One value each time, so that it does not take the files of records that stand behind it.
  fit->add_option("--scores", options->scores,
                  "MARK.COLUMN=FILE: CSV with weapon1, weapon2, same_weapon and COLUMN; again for "
                  "another mark")
      ->allow_extra_args(false);
  fit->add_option("--base", options->base, "Model to begin from [the built-in one]")
      ->type_name(kFileType);
  add_vocabulary(fit);
  fit->add_option("--out", options->out, "Write the model here")->type_name(kFileType);
  fit->add_option("--report", options->report, "Write a page with charts here, HTML")
      ->type_name(kFileType);
  fit->footer(R"(
A decision is a line such as
  {"first": "mps/crims/77#G1", "second": "nabis/nabis/9", "oneGun": true}
with agency, source system and source id, and behind "#" the exhibit reference where there is one.

Examples:
  serieslink model fit --version-name 2026-11 --out new.textproto --report new.html *.jsonl
  serieslink model fit --version-name marks-1 --out m.textproto --scores breech_face.accf=bf.csv)");
  fit->callback([&chosen, options] { chosen = [options] { return ExitCodeOf(Fit(*options)); }; });

  CLI::App* check =
      model->add_subcommand("check", "Says whether a model's file can be used, and what is wrong");
  check->add_option("file", options->checked, "The file")->required()->type_name(kFileType);
  add_vocabulary(check);
  check->footer(R"(
Examples:
  serieslink model check new.textproto)");
  check->callback([&chosen, options] { chosen = [options] { return Check(*options); }; });

  CLI::App* show = model->add_subcommand("show", "Prints the built-in model's file");
  show->footer(R"(
Examples:
  serieslink model show > mine.textproto)");
  show->callback([&chosen] {
    chosen = [] {
      std::cout << linkage::DefaultModelText() << std::flush;
      return kExitOk;
    };
  });
}

}  // namespace serieslink::cli
