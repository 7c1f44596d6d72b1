#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "serieslink/feed/v1/feed.pb.h"
#include "tests/synth/calendar.h"
#include "tests/synth/dirt.h"

namespace serieslink::synth {

// An exhibit of a record, and the gun that it really is or came from.
struct TrueExhibit {
  std::string reference;             // within the record; empty: its only exhibit
  std::optional<std::uint64_t> gun;  // none: ammunition, of which no gun is known
  std::string stamped;               // the gun's number as its maker stamped it
  // Indices of Models() and Calibres(): what the gun is, and fires. Without a gun they mean
  // nothing.
  std::uint8_t model = 0;
  std::uint8_t calibre = 0;
};

// How often dirt of a kind could have fallen on what a record says, and did.
struct DirtCount {
  std::uint16_t chances = 0;
  std::uint16_t fell = 0;
};
using DirtCounts = std::array<DirtCount, kDirtKindCount>;

// One record as its agency sends it, with the truth about it beside, or the withdrawal of an
// earlier one. The message never holds anything of the truth.
struct SyntheticRecord {
  const char* agency = "";  // who sends it
  const char* feed = "";    // field of FeedMessage
  // The record's own name, as in the message.
  const char* system = "";
  std::string source_id;
  std::uint64_t version = 1;
  Minute arrival = 0;  // when it is sent

  bool is_withdrawal = false;  // then there is no message
  feed::v1::FeedMessage message;

  std::optional<std::uint64_t> event;  // none: it tells of none (a test-fire, a comparison)
  std::vector<TrueExhibit> exhibits;   // in the order of the message
  DirtSet dirt;
  // Of the kinds that fall on what a record says (serials, descriptions, references, places,
  // dates).
  DirtCounts counts;
};

}  // namespace serieslink::synth
