#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "serieslink/border/v1/border_service.pb.h"
#include "serieslink/linkage/v1/supply.pb.h"
#include "services/cli/page.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// The headings of a list of consignments, and the row of one.
std::vector<std::string> ConsignmentHeadings();
std::vector<std::string> ConsignmentRow(const border::v1::Consignment& one);

// Writes one consignment: for a person with its items and remarks, as JSON with everything, or as
// CSV with a row for each item.
void WriteConsignment(const border::v1::GetConsignmentResponse& response, Format format,
                      int width_columns, std::ostream& out);

// The headings of a list of sets, and the row of one.
std::vector<std::string> PartSetHeadings();
std::vector<std::string> PartSetRow(const border::v1::PartSet& set);

// Writes one set: for a person with its consignments, links and appearances inland, as JSON with
// everything, or as CSV with a row for each link.
void WritePartSet(const border::v1::GetPartSetResponse& response, Format format, int width_columns,
                  std::ostream& out);

// Writes counts: a table each for a person, JSON, or as CSV one table with a row for each count.
void WriteRoutes(const border::v1::CountConsignmentsResponse& response, Format format,
                 int width_columns, std::ostream& out);

// Writes where a weapon comes from: for a person, as JSON, or as CSV with a row for each statement.
void WriteSupply(const border::v1::GetWeaponSupplyResponse& response, Format format,
                 int width_columns, std::ostream& out);

// Writes the ports of all pages: a table that ends with what the list is, JSON, or CSV.
void WritePorts(const border::v1::ListPortsResponse& response, Format format, int width_columns,
                std::ostream& out);

// Adds to `page` where a weapon comes from.
void AddSupply(const linkage::v1::WeaponSupply& supply, Page& page);

}  // namespace serieslink::cli
