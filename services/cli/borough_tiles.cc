#include "services/cli/borough_tiles.h"

namespace serieslink::cli {
namespace {

constexpr BoroughTile kTiles[] = {
    {"E09000001", "City of London", "City", 4, 3},
    {"E09000002", "Barking and Dagenham", "Bark", 7, 3},
    {"E09000003", "Barnet", "Barn", 3, 1},
    {"E09000004", "Bexley", "Bexl", 7, 4},
    {"E09000005", "Brent", "Bren", 2, 2},
    {"E09000006", "Bromley", "Brom", 5, 5},
    {"E09000007", "Camden", "Camd", 3, 2},
    {"E09000008", "Croydon", "Croy", 4, 5},
    {"E09000009", "Ealing", "Eali", 1, 2},
    {"E09000010", "Enfield", "Enfi", 4, 0},
    {"E09000011", "Greenwich", "Gree", 6, 4},
    {"E09000012", "Hackney", "Hack", 5, 2},
    {"E09000013", "Hammersmith and Fulham", "Hamm", 1, 3},
    {"E09000014", "Haringey", "Hari", 4, 1},
    {"E09000015", "Harrow", "Harr", 2, 1},
    {"E09000016", "Havering", "Have", 7, 1},
    {"E09000017", "Hillingdon", "Hill", 0, 2},
    {"E09000018", "Hounslow", "Houn", 0, 3},
    {"E09000019", "Islington", "Isli", 4, 2},
    {"E09000020", "Kensington and Chelsea", "Kens", 2, 3},
    {"E09000021", "Kingston upon Thames", "King", 1, 5},
    {"E09000022", "Lambeth", "Lamb", 3, 4},
    {"E09000023", "Lewisham", "Lewi", 5, 4},
    {"E09000024", "Merton", "Mert", 2, 5},
    {"E09000025", "Newham", "Newh", 6, 3},
    {"E09000026", "Redbridge", "Redb", 6, 1},
    {"E09000027", "Richmond upon Thames", "Rich", 1, 4},
    {"E09000028", "Southwark", "Sout", 4, 4},
    {"E09000029", "Sutton", "Sutt", 3, 5},
    {"E09000030", "Tower Hamlets", "Towe", 5, 3},
    {"E09000031", "Waltham Forest", "Walt", 5, 1},
    {"E09000032", "Wandsworth", "Wand", 2, 4},
    {"E09000033", "Westminster", "West", 3, 3},
};

}  // namespace

absl::Span<const BoroughTile> BoroughTiles() { return kTiles; }

}  // namespace serieslink::cli
