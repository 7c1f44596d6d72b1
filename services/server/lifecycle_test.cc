#include "services/server/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serieslink::server {
namespace {

using ::testing::ElementsAre;

const std::vector<ModuleRow> kTable = {
    {"series", {"linkage"}}, {"linkage", {"ingest"}}, {"ingest", {}}, {"audit", {}}};

TEST(StartOrderTest, StartsWhatIsNeededFirst) {
  EXPECT_THAT(StartOrder(kTable, {}).value(), ElementsAre("ingest", "linkage", "series", "audit"));
}

TEST(StartOrderTest, TakesOnlyTheWantedAndWhatTheyNeed) {
  EXPECT_THAT(StartOrder(kTable, {"linkage"}).value(), ElementsAre("ingest", "linkage"));
}

TEST(StartOrderTest, NamesAnUnknownModuleAndACycle) {
  EXPECT_EQ(StartOrder(kTable, {"sereis"}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(StartOrder({{"a", {"b"}}, {"b", {"a"}}}, {}).status().code(),
            absl::StatusCode::kInternal);
}

class RecordingModule final : public rpc::Module {
 public:
  RecordingModule(std::string name, bool starts, std::vector<std::string>* events)
      : name_(std::move(name)), starts_(starts), events_(events) {}
  std::string_view name() const override { return name_; }
  absl::Status Start() override {
    events_->push_back("start " + name_);
    return starts_ ? absl::OkStatus() : absl::UnavailableError("no");
  }
  void Drain() override { events_->push_back("drain " + name_); }
  void Stop() override { events_->push_back("stop " + name_); }

 private:
  const std::string name_;
  const bool starts_;
  std::vector<std::string>* const events_;
};

std::vector<std::unique_ptr<rpc::Module>> Modules(std::vector<std::string>* events,
                                                  bool second_starts) {
  std::vector<std::unique_ptr<rpc::Module>> modules;
  modules.push_back(std::make_unique<RecordingModule>("a", true, events));
  modules.push_back(std::make_unique<RecordingModule>("b", second_starts, events));
  return modules;
}

TEST(LifecycleTest, DrainsAndStopsInReverse) {
  std::vector<std::string> events;
  Lifecycle lifecycle;
  ASSERT_TRUE(lifecycle.Start(Modules(&events, true)).ok());
  lifecycle.Drain();
  lifecycle.Stop();
  lifecycle.Stop();
  EXPECT_THAT(events, ElementsAre("start a", "start b", "drain b", "drain a", "stop b", "stop a"));
}

TEST(LifecycleTest, AFailedStartStopsWhatHadStarted) {
  std::vector<std::string> events;
  Lifecycle lifecycle;
  const absl::Status status = lifecycle.Start(Modules(&events, false));
  EXPECT_EQ(status.message(), "module b: no");
  EXPECT_THAT(events, ElementsAre("start a", "start b", "stop a"));
}

}  // namespace
}  // namespace serieslink::server
