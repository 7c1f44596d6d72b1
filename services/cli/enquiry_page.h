#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "services/cli/table.h"

// Enquiries for a person or a program.
namespace serieslink::cli {

std::vector<std::string> EnquiryHeadings();
std::vector<std::string> EnquiryRow(const enquiry::v1::Enquiry& enquiry);

// What gun is asked about, in a few words: "serial AB12*, make Glock".
std::string GunText(const firearm::v1::FirearmFilter& gun);

// One enquiry with what was said to it, as known at `revision`. JSON is left to the caller.
void WriteEnquiry(const enquiry::v1::Enquiry& enquiry, std::int64_t revision, Format format,
                  int width_columns, std::ostream& out);

}  // namespace serieslink::cli
