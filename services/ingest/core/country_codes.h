#pragma once

#include <string_view>

namespace serieslink::ingest {

// Whether `code` is an ISO 3166-1 alpha-2 code, in capitals, that a record may name a country by:
// one that is assigned, one that was and has been withdrawn (ISO 3166-3: a pistol's country of make
// can be YU), or one that users assign themselves, which an earlier build took for countries
// (IsLeftToUsers). Reserved codes such as UK are none. Pure.
bool IsCountryCode(std::string_view code);

// Whether `code`, which is one of IsCountryCode, is left to users by ISO 3166-1 (8.1.3: AA, QM to
// QZ, XA to XZ, ZZ) and so names no country that anybody else would know, nor ever will: all of
// them but XK, which the European Commission and others use for Kosovo. Pure.
bool IsLeftToUsers(std::string_view code);

}  // namespace serieslink::ingest
