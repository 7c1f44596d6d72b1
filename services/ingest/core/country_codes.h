#pragma once

#include <string_view>

namespace serieslink::ingest {

// Whether `code` is an ISO 3166-1 alpha-2 code, in capitals, that a record may name a country by:
// one that is assigned, one that was and has been withdrawn (ISO 3166-3: a pistol's country of make
// can be YU), or one that users assign themselves (XK for Kosovo). Reserved codes such as UK are
// none. Pure.
bool IsCountryCode(std::string_view code);

}  // namespace serieslink::ingest
