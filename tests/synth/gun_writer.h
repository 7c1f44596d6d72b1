#pragma once

#include "serieslink/feed/v1/entries.pb.h"
#include "tests/synth/armoury.h"
#include "tests/synth/dirt.h"
#include "tests/synth/random.h"
#include "tests/synth/synthetic_record.h"

// What records say of guns and of what they left.
namespace serieslink::synth {

// Lets dirt fall on one record, and keeps count.
class DirtFall {
 public:
  // `clean`: nothing falls (a corrected version). All but the rates must outlive it.
  DirtFall(DirtRates rates, bool clean, Random* random, DirtSet* set, DirtCounts* counts)
      : rates_(rates), clean_(clean), random_(*random), set_(*set), counts_(*counts) {}

  bool Falls(DirtKind kind) {
    if (clean_) return false;
    DirtCount& count = counts_[static_cast<std::size_t>(kind)];
    ++count.chances;
    if (!rates_.Falls(kind, random_)) return false;
    ++count.fell;
    Mark(kind, &set_);
    return true;
  }
  void Note(DirtKind kind) { Mark(kind, &set_); }
  Random& random() { return random_; }

 private:
  const DirtRates rates_;
  const bool clean_;
  Random& random_;
  DirtSet& set_;
  DirtCounts& counts_;
};

// How a record came to see a gun.
struct Sight {
  bool seen_only = false;       // from afar
  bool number_removed = false;  // by its holder
  bool restored = false;        // by the laboratory
  bool examined = false;        // by the laboratory: says what it is, not what it looks like
};

void WriteGun(const Gun& gun, const Sight& sight, DirtFall& dirt, feed::v1::GunEntry* entry);

// Cases or bullets.
void WriteFired(const Gun& gun, bool bullets, DirtFall& dirt, feed::v1::ItemEntry* entry);

// A part of a gun in a parcel.
void WritePart(const Gun& gun, DirtFall& dirt, feed::v1::ItemEntry* entry);

// The types of gun that can have left such cases or bullets, as a laboratory names them.
void WritePossibleTypes(const Gun& gun, google::protobuf::RepeatedPtrField<std::string>* types);

}  // namespace serieslink::synth
