#pragma once

#include <string>
#include <string_view>

#include "serieslink/record/v1/event.pb.h"

// What reports of a loss say in words of their own, as it is compared. Pure; any bytes are
// accepted.
namespace serieslink::view {

// Equal where reports say the same; empty where one says nothing.
struct LossWords {
  // "shotgun" of "SHOTGUN", "Shotgun certificate" and "SGC".
  std::string certificate_kind;
  std::string place_kind;
  std::string storage;
  // Of the place: the force in whose area it is by the name that it has here, where that is one
  // that is known, and the code of its borough in capitals.
  std::string force;
  std::string borough;
};
LossWords LossWordsOf(const record::v1::Event& event);

// Whether the report names a certificate: its kind, a force that is known as the one that issued
// it, or a token that stands for it.
bool NamesCertificate(const record::v1::Loss& loss);

// All of them in one word, and what that was made of.
std::string JoinedWords(const LossWords& words);
LossWords SplitWords(std::string_view joined);

// Whether one says something that the other contradicts.
bool DoWordsDiffer(const LossWords& one, const LossWords& other);

}  // namespace serieslink::view
