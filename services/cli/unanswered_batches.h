#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "serieslink/ingest/v1/ingest_service.pb.h"

namespace serieslink::cli {

// The batches of a push that are under way, in a folder beside its journal, one file each: who
// takes a push back must know what the server may have of it, and a batch that was sent and not
// answered stands in no journal. What Keep has returned survives the death of this process. Keep
// and Answered may be called from two threads; otherwise not thread-safe.
class UnansweredBatches {
 public:
  // `journal` is the journal's path; the folder is made when there is something to keep, readable
  // by its owner alone.
  explicit UnansweredBatches(const std::string& journal) : folder_(FolderOf(journal)) {}

  static std::string FolderOf(const std::string& journal) { return journal + ".unanswered"; }
  static bool IsFolder(const std::string& name);

  // Before the batch is sent.
  void Keep(const ingest::v1::SubmitStreamRequest& request);
  // After what became of the batch is in the journal.
  void Answered(std::uint64_t batch_id);
  // Removes the folder with all that is in it.
  void Clear();

  // What is there, in the order of the batches. One that was cut short was never sent, and is
  // passed over.
  std::vector<ingest::v1::Batch> Read() const;

  // Whether everything was kept.
  bool ok() const { return ok_; }

 private:
  std::string PathOf(std::uint64_t batch_id) const;

  const std::string folder_;
  bool is_made_ = false;
  std::atomic<bool> ok_ = true;
};

}  // namespace serieslink::cli
