#pragma once

#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/field_reader.h"

// One adapter for each feed; Adapt (adapter.h) chooses. Each adds to the reader's record, with the
// walk within the feed's field of the message.
namespace serieslink::ingest {

void AdaptMps(const feed::v1::MpsReport& report, FieldReader* reader);
void AdaptNabis(const feed::v1::NabisEntry& entry, FieldReader* reader);
void AdaptBorderForce(const feed::v1::BorderForceSeizure& seizure, FieldReader* reader);
void AdaptLicensing(const feed::v1::LicensingLoss& loss, FieldReader* reader);
void AdaptAnalyst(const feed::v1::AnalystLeadFile& file, FieldReader* reader);
void AdaptEnquiry(const feed::v1::EnquiryFile& file, FieldReader* reader);
void AdaptEnquiryReply(const feed::v1::EnquiryReply& reply, FieldReader* reader);
void AdaptMeetingAction(const feed::v1::MeetingActionFile& file, FieldReader* reader);
void AdaptStatistics(const feed::v1::PublishedFigure& figure, FieldReader* reader);
void AdaptForce(const feed::v1::ForceRecord& record, FieldReader* reader);

}  // namespace serieslink::ingest
