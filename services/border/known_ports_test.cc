#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/border/border_service.h"
#include "services/border/core/port_list.h"
#include "services/rpc/error.h"

namespace serieslink::border {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPorts[] =
    "version: 'mine' "
    "countries { country: 'NL' groups { source: 'own' kind: PORT_KIND_SEA "
    "  ports { code: 'RTM' name: 'Rotterdam' } ports { code: 'AMS' name: 'Amsterdam' } } "
    "  groups { source: 'own' kind: PORT_KIND_AIR ports { code: 'AMS' name: 'Schiphol' } } } "
    "countries { country: 'BE' groups { source: 'own' kind: PORT_KIND_SEA "
    "  ports { code: 'ANR' name: 'Antwerpen' } } }";

class KnownPortsTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ListPortsResponse> Ask(const v1::ListPortsRequest& request,
                                            const std::string& agency = "kent") const {
    v1::ListPortsResponse response;
    const absl::Status status = service_.Ports(view::Viewer{agency}, *list_, request, response);
    if (!status.ok()) return status;
    return response;
  }

  // "BEANR Antwerpen" of all pages of `page_size`.
  std::vector<std::string> All(const std::string& country, const std::string& search,
                               int page_size = 0) const {
    v1::ListPortsRequest request;
    request.set_country(country);
    request.set_search(search);
    request.set_page_size(page_size);
    std::vector<std::string> all;
    do {
      const auto page = Ask(request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_EQ(page->version(), "mine");
      EXPECT_THAT(page->listed_countries(), ElementsAre("BE", "NL"));
      EXPECT_LE(page->ports_size(), page_size == 0 ? 50 : page_size);
      for (const v1::KnownPort& one : page->ports()) {
        all.push_back(absl::StrCat(one.code(), " ", one.name()));
        EXPECT_EQ(one.source(), "own");
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  const std::shared_ptr<const PortList> list_ = PortList::Parse(kPorts).value();
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  const BorderService service_{
      view::Source(),      nullptr, &tokens_, "test", [] { return absl::UnixEpoch(); },
      absl::UTCTimeZone(), {}};
};

TEST_F(KnownPortsTest, AreToldByCodeAndKindOverPages) {
  for (const int page_size : {0, 1, 2, 3, 4}) {
    EXPECT_THAT(All("", "", page_size), ElementsAre("BEANR Antwerpen", "NLAMS Amsterdam",
                                                    "NLAMS Schiphol", "NLRTM Rotterdam"))
        << page_size;
  }
}

TEST_F(KnownPortsTest, AreFoundByCountryCodeAndName) {
  EXPECT_THAT(All("NL", "", 1),
              ElementsAre("NLAMS Amsterdam", "NLAMS Schiphol", "NLRTM Rotterdam"));
  EXPECT_THAT(All("GB", ""), IsEmpty());
  EXPECT_THAT(All("", "DAM"), ElementsAre("NLAMS Amsterdam", "NLRTM Rotterdam"));
  EXPECT_THAT(All("", "beanr"), ElementsAre("BEANR Antwerpen"));
  EXPECT_THAT(All("BE", "ams"), IsEmpty());
}

TEST_F(KnownPortsTest, EveryBadFieldIsNamed) {
  v1::ListPortsRequest request;
  request.set_country("Netherlands");
  request.set_search(std::string(257, 'x'));
  request.set_page_size(1001);
  const std::string details = rpc::ToGrpcStatus(Ask(request).status()).error_details();
  for (const char* const field : {"country", "search", "page_size"}) {
    EXPECT_THAT(details, HasSubstr(field));
  }
}

TEST_F(KnownPortsTest, ATokenIsGoodForItsCallerAndTheSameQuestion) {
  v1::ListPortsRequest request;
  request.set_page_size(1);
  const auto first = Ask(request);
  ASSERT_TRUE(first.ok()) << first.status();
  request.set_page_token(first->next_page_token());
  EXPECT_TRUE(Ask(request).ok());
  EXPECT_EQ(rpc::ReasonOf(Ask(request, "mps").status()), type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.set_country("NL");
  EXPECT_EQ(rpc::ReasonOf(Ask(request).status()), type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

}  // namespace
}  // namespace serieslink::border
