#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "services/enquiries/enquiry_service.h"
#include "services/rpc/module.h"

namespace serieslink::enquiries {

// Standing queries and trace requests as the server runs them.
class EnquiriesModule final : public rpc::Module {
 public:
  EnquiriesModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
                  EnquiryOptions options, WriteEnquiry write)
      : service_(source, tokens, std::move(options), std::move(write)) {}

  std::string_view name() const override { return "enquiries"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  EnquiryService service_;
};

}  // namespace serieslink::enquiries
