// What must be refused, how it is said, and that its neighbours do not suffer.
#include <cctype>
#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "services/ingest/prepare.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_pki.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ingest::v1::Acknowledgement;
using ingest::v1::OUTCOME_CREATED;
using ingest::v1::OUTCOME_REJECTED;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Stands wherever a message says something that must never come back.
constexpr char kSecret[] = "ZQ77-never-to-be-repeated";

FeedMessage Good(const std::string& id) {
  return ForceRecordOf(
      absl::StrCat("system: 'NICHE' record_id: '", id,
                   "' record_type: 'INCIDENT' occurred: '2024-05-01' guns { reference: 'G1' "
                   "serials { text: '",
                   kSecret, "' } } marking { visibility: 'OPEN' } "));
}

class BadInputTest : public testing::Test {
 protected:
  // A batch of raw messages from mers.
  Reply<ingest::v1::BatchResult> Send(const std::vector<std::string>& messages) const {
    ingest::v1::SubmitRequestWire request;
    request.mutable_batch()->set_agency("mers");
    for (const std::string& one : messages) request.mutable_batch()->add_messages(one);
    return mers_.SubmitWire(request);
  }

  // Sends `bad` between two good messages: those are accepted, and `bad` is rejected.
  Acknowledgement Reject(const std::string& bad) const {
    const int number = ++sent_;
    const auto reply = Send({Good(absl::StrCat("before ", number)).SerializeAsString(), bad,
                             Good(absl::StrCat("after ", number)).SerializeAsString()});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    if (reply->acknowledgements_size() != 3) {
      ADD_FAILURE() << reply->acknowledgements_size() << " acknowledgements for 3 messages";
      return {};
    }
    EXPECT_EQ(reply->acknowledgements(0).outcome(), OUTCOME_CREATED);
    EXPECT_EQ(reply->acknowledgements(2).outcome(), OUTCOME_CREATED);
    const Acknowledgement& rejected = reply->acknowledgements(1);
    EXPECT_EQ(rejected.outcome(), OUTCOME_REJECTED);
    EXPECT_EQ(rejected.record_id(), "");
    EXPECT_EQ(rejected.revision(), 0);
    EXPECT_FALSE(rejected.violations().empty());
    for (const auto& violation : rejected.violations()) {
      EXPECT_NE(violation.reason(), type::v1::ERROR_REASON_UNSPECIFIED);
      EXPECT_FALSE(violation.description().empty());
    }
    EXPECT_THAT(rejected.SerializeAsString(), Not(HasSubstr(kSecret)));
    return rejected;
  }

  // "field REASON" of every violation, of a record like Good with `more`.
  std::vector<std::string> Faults(const std::string& more) const {
    FeedMessage message = Good(absl::StrCat("bad ", sent_));
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, message.mutable_force()));
    std::vector<std::string> faults;
    const Acknowledgement rejected = Reject(message.SerializeAsString());
    for (const auto& violation : rejected.violations()) {
      faults.push_back(absl::StrCat(
          violation.field(), " ",
          type::v1::ErrorReason_Name(violation.reason()).substr(sizeof("ERROR_REASON"))));
    }
    return faults;
  }

  // Every error of the service's own says why.
  void ExpectError(const grpc::Status& status, grpc::StatusCode code, type::v1::ErrorReason reason,
                   const std::vector<std::string>& fields = {}) const {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, reason) << type::v1::ErrorReason_Name(details.reason);
    EXPECT_EQ(details.domain, "serieslink");
    EXPECT_EQ(details.fields, fields);
    EXPECT_FALSE(status.error_message().empty());
    EXPECT_THAT(status.error_message(), Not(HasSubstr(kSecret)));
    EXPECT_THAT(status.error_details(), Not(HasSubstr(kSecret)));
  }

  grpc::Status CallWith(const std::shared_ptr<grpc::ChannelCredentials>& credentials) const {
    return AgencyClient("mps", NewChannel(server_.address(), credentials))
        .ListSeries(series::v1::ListSeriesRequest())
        .status;
  }

  TestServer server_;
  const AgencyClient mers_ = server_.As("mers");
  mutable int sent_ = 0;
};

TEST_F(BadInputTest, AMessageThatCannotBeReadFailsAlone) {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), std::string("\x0a\x7f") + "short", std::string("\x2b"),
        std::string(kSecret)}) {
    const Acknowledgement rejected = Reject(bytes);
    ASSERT_EQ(rejected.violations_size(), 1);
    EXPECT_EQ(rejected.violations(0).field(), "");
    EXPECT_EQ(rejected.violations(0).reason(), type::v1::ERROR_REASON_MESSAGE_MALFORMED);
  }
  // Nothing at all, and a message that says nothing, are of no feed.
  EXPECT_EQ(Reject("").violations(0).reason(), type::v1::ERROR_REASON_FIELD_MISSING);
}

TEST_F(BadInputTest, TextThatIsNotUtf8FailsAlone) {
  std::string bytes = Good("bytes").SerializeAsString();
  const auto at = bytes.find(kSecret);
  ASSERT_NE(at, std::string::npos);
  for (const char* wrong : {"\xff", "\xc0\xaf", "\xed\xa0\x80"}) {
    std::string changed = bytes;
    changed.replace(at, std::string(wrong).size(), wrong);
    const Acknowledgement rejected = Reject(changed);
    ASSERT_EQ(rejected.violations_size(), 1);
    EXPECT_EQ(rejected.violations(0).reason(), type::v1::ERROR_REASON_MESSAGE_MALFORMED);
  }
}

TEST_F(BadInputTest, AMessageOverOneMebibyteFailsAlone) {
  FeedMessage large = Good("large");
  large.mutable_force()->mutable_inquiry()->set_summary(std::string(1 << 20, 'a'));
  const Acknowledgement rejected = Reject(large.SerializeAsString());
  ASSERT_EQ(rejected.violations_size(), 1);
  EXPECT_EQ(rejected.violations(0).reason(), type::v1::ERROR_REASON_MESSAGE_TOO_LARGE);
}

TEST_F(BadInputTest, FieldsThatCannotBeSoAreNamed) {
  EXPECT_THAT(Faults("record_id: ''"), ElementsAre("force.record_id FIELD_MISSING"));
  EXPECT_THAT(Faults("system: ''"), ElementsAre("force.system FIELD_MISSING"));
  EXPECT_THAT(Faults("record_type: ''"), ElementsAre("force.record_type FIELD_MISSING"));
  EXPECT_THAT(Faults("occurred: '2024-02-30'"), ElementsAre("force.occurred DATE_MALFORMED"));
  EXPECT_THAT(Faults("occurred: 'last Tuesday'"), ElementsAre("force.occurred DATE_MALFORMED"));
  EXPECT_THAT(Faults("occurred: '2024-05-02/2024-05-01'"),
              ElementsAre("force.occurred DATE_ORDER"));
  EXPECT_THAT(Faults("occurred: '2199-01-01'"), ElementsAre("force.occurred DATE_IN_FUTURE"));
  EXPECT_THAT(Faults("occurred: '2016/2199'"), ElementsAre("force.occurred DATE_IN_FUTURE"));
  EXPECT_THAT(Faults("place { latitude_degrees: 91 longitude_degrees: 0 }"),
              ElementsAre("force.place.latitude_degrees COORDINATES_INVALID"));
  EXPECT_THAT(Faults("place { latitude_degrees: 51 longitude_degrees: -180.01 }"),
              ElementsAre("force.place.longitude_degrees COORDINATES_INVALID"));
  EXPECT_THAT(Faults("place { latitude_degrees: nan longitude_degrees: 0 }"),
              ElementsAre("force.place.latitude_degrees COORDINATES_INVALID"));
  EXPECT_THAT(Faults("place { latitude_degrees: 51 }"),
              ElementsAre("force.place.longitude_degrees COORDINATES_INVALID"));
  EXPECT_THAT(Faults("guns { reference: 'G1' }"), ElementsAre("force.guns[1].reference DUPLICATE"));
  EXPECT_THAT(Faults(absl::StrCat("record_id: '", std::string(257, 'i'), "'")),
              ElementsAre("force.record_id FIELD_TOO_LONG"));
  // Events recorded before they happened, guns handed on before they came.
  EXPECT_THAT(Faults("occurred: '2024-05-02' recorded: '2024-05-01'"),
              ElementsAre("force.recorded DATE_ORDER"));
}

TEST_F(BadInputTest, AllBadFieldsAreNamedAtOnce) {
  EXPECT_THAT(
      Faults("record_id: '' occurred: '2199' place { latitude_degrees: 91 longitude_degrees: 181 } "
             "guns { reference: 'G1' barrel_length_mm: -1 } loss_kind: 'LOST'"),
      testing::UnorderedElementsAre(
          "force.record_id FIELD_MISSING", "force.occurred DATE_IN_FUTURE",
          "force.place.latitude_degrees COORDINATES_INVALID",
          "force.place.longitude_degrees COORDINATES_INVALID",
          "force.guns[1].barrel_length_mm FIELD_INVALID", "force.guns[1].reference DUPLICATE",
          "force.loss_kind FIELD_INVALID"));
}

TEST_F(BadInputTest, AFeedOfOthersIsRefused) {
  FeedMessage mps;
  mps.mutable_mps()->set_report_number(kSecret);
  mps.mutable_mps()->set_report_type("CRIME");
  const Acknowledgement rejected = Reject(mps.SerializeAsString());
  ASSERT_EQ(rejected.violations_size(), 1);
  EXPECT_EQ(rejected.violations(0).field(), "mps");
  EXPECT_EQ(rejected.violations(0).reason(), type::v1::ERROR_REASON_FEED_NOT_ALLOWED);
}

TEST_F(BadInputTest, AnotherAgencysBatchIsRefused) {
  ingest::v1::SubmitRequestWire request;
  request.mutable_batch()->set_agency("mps");
  request.mutable_batch()->add_messages(Good("1").SerializeAsString());
  ExpectError(mers_.SubmitWire(request).status, grpc::StatusCode::PERMISSION_DENIED,
              type::v1::ERROR_REASON_AGENCY_NOT_YOURS);
}

TEST_F(BadInputTest, ARequestThatCannotBeReadIsRefused) {
  for (const std::string& bytes : {std::string("\xff\xff"), std::string(kSecret), std::string(),
                                   std::string("\x0a\x05") + "ab"}) {
    ExpectError(mers_.SubmitBytes(bytes).status, grpc::StatusCode::INVALID_ARGUMENT,
                type::v1::ERROR_REASON_REQUEST_MALFORMED, {"batch"});
  }
}

TEST_F(BadInputTest, EnvelopesAreCheckedWhole) {
  ingest::v1::SubmitRequestWire request;
  request.mutable_batch();
  ExpectError(mers_.SubmitWire(request).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_FIELD_MISSING, {"batch.agency", "batch.messages"});
}

TEST_F(BadInputTest, BatchesOverTheLimitsAreRefused) {
  const std::vector<std::string> many(ingest::kBatchMessagesMax + 1, Good("1").SerializeAsString());
  ExpectError(Send(many).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_BATCH_TOO_LARGE, {"batch.messages"});
  const std::vector<std::string> heavy(5, std::string((1 << 20) - 1000, 'a'));
  ExpectError(Send(heavy).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_BATCH_TOO_LARGE, {"batch.messages"});
  // Over what gRPC itself receives: refused before it is in memory, in gRPC's own words.
  const std::vector<std::string> huge(9, std::string(1 << 20, 'a'));
  EXPECT_EQ(Send(huge).status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  // The connection and the server live on.
  EXPECT_TRUE(mers_.Submit({Good("after")}).ok());
}

TEST_F(BadInputTest, AStreamEndsAtWhatItCannotRead) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto stream = mers_.ingest().SubmitStream(&context);
  ingest::v1::SubmitStreamRequest request;
  request.mutable_batch()->set_batch_id(1);
  request.mutable_batch()->set_agency("mers");
  *request.mutable_batch()->add_messages() = Good("1");
  ASSERT_TRUE(stream->Write(request));
  request.mutable_batch()->set_batch_id(2);
  request.mutable_batch()->set_agency("mps");
  stream->Write(request);
  ingest::v1::SubmitStreamResponse response;
  ASSERT_TRUE(stream->Read(&response)) << "what came before is answered";
  EXPECT_EQ(response.result().batch_id(), 1u);
  EXPECT_EQ(response.result().acknowledgements(0).outcome(), OUTCOME_CREATED);
  EXPECT_FALSE(stream->Read(&response));
  ExpectError(stream->Finish(), grpc::StatusCode::PERMISSION_DENIED,
              type::v1::ERROR_REASON_AGENCY_NOT_YOURS);
}

TEST_F(BadInputTest, CertificatesThatProveNothingAreRefused) {
  const TestPki& pki = TestPki::Get();
  EXPECT_TRUE(CallWith(pki.Client("mps")).ok());
  // A certificate of ours that is nobody of this trust domain.
  for (const char* principal : {"nameless", "foreign"}) {
    const grpc::Status status = CallWith(pki.Client("mps", principal));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << principal;
    EXPECT_THAT(status.error_message(), HasSubstr("SPIFFE")) << principal;
  }
  // One that does not get past the handshake.
  EXPECT_EQ(CallWith(pki.Client("mps", "expired")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(CallWith(pki.ClientOfAnotherAuthority("mps")).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  grpc::SslCredentialsOptions only_server;
  only_server.pem_root_certs = pki.Authority();
  EXPECT_EQ(CallWith(grpc::SslCredentials(only_server)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(BadInputTest, PlaintextIsRefused) {
  EXPECT_EQ(CallWith(grpc::InsecureChannelCredentials()).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(BadInputTest, NamesWithASlipOfThePenAreRefused) {
  const auto good = mers_.Submit({Good("1")}, true);
  ASSERT_TRUE(good.ok()) << good.status.error_message();
  const std::string id = good->acknowledgements(0).record_id();
  ASSERT_TRUE(mers_.GetRecord(id).ok());
  // As people type it.
  std::string spoken = id;
  for (char& c : spoken) c = static_cast<char>(std::tolower(c));
  EXPECT_TRUE(mers_.GetRecord(spoken).ok());

  std::string slip = id;
  slip[4] = slip[4] == '7' ? '8' : '7';
  std::string swapped = id;
  int at = 3;
  while (swapped[static_cast<std::size_t>(at)] == swapped[static_cast<std::size_t>(at) + 1]) ++at;
  std::swap(swapped[static_cast<std::size_t>(at)], swapped[static_cast<std::size_t>(at) + 1]);
  for (const std::string& name :
       {slip, swapped, std::string(), std::string("RC-"), std::string(kSecret),
        absl::StrCat("SL", id.substr(2)), id + "X", std::string(100'000, 'R')}) {
    ExpectError(mers_.GetRecord(name).status, grpc::StatusCode::INVALID_ARGUMENT,
                type::v1::ERROR_REASON_NAME_MALFORMED, {"record_id"});
    ExpectError(mers_.Withdraw(name).status, grpc::StatusCode::INVALID_ARGUMENT,
                type::v1::ERROR_REASON_NAME_MALFORMED, {"record_id"});
  }
  ExpectError(mers_.GetSeries(slip).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_NAME_MALFORMED, {"series_id"});
  ExpectError(mers_.GetSeries(absl::StrCat("EV", id.substr(2))).status,
              grpc::StatusCode::INVALID_ARGUMENT, type::v1::ERROR_REASON_NAME_MALFORMED,
              {"series_id"});
}

TEST_F(BadInputTest, AWithdrawalNeedsAReason) {
  ingest::v1::WithdrawRecordRequest request;
  request.set_record_id("RC-");
  grpc::ClientContext context;
  ingest::v1::WithdrawRecordResponse response;
  ExpectError(mers_.ingest().WithdrawRecord(&context, request, &response),
              grpc::StatusCode::INVALID_ARGUMENT, type::v1::ERROR_REASON_NAME_MALFORMED,
              {"record_id", "reason"});
}

TEST_F(BadInputTest, ReadsAreChecked) {
  const auto good = mers_.Submit({Good("1")}, true);
  ASSERT_TRUE(good.ok());
  const std::int64_t latest = good->acknowledgements(0).revision();
  const std::string id = good->acknowledgements(0).record_id();

  series::v1::ListSeriesRequest list;
  list.set_page_token(kSecret);
  ExpectError(mers_.ListSeries(list).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);

  list.Clear();
  list.set_page_size(1001);
  list.mutable_filter()->set_incidents_min(-1);
  list.mutable_filter()->set_incidents_max(-1);
  list.mutable_filter()->set_status(static_cast<series::v1::SeriesStatus>(99));
  list.mutable_view()->set_min_revision(-1);
  list.mutable_view()->set_revision(-5);
  ExpectError(mers_.ListSeries(list).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_FIELD_INVALID,
              {"filter.incidents_min", "filter.incidents_max", "filter.status", "page_size",
               "view.revision", "view.min_revision"});

  list.Clear();
  list.mutable_filter()->set_incidents_min(4);
  list.mutable_filter()->set_incidents_max(3);
  const grpc::Status crossed = mers_.ListSeries(list).status;
  ExpectError(crossed, grpc::StatusCode::INVALID_ARGUMENT, type::v1::ERROR_REASON_FIELD_INVALID,
              {"filter.incidents_min"});
  EXPECT_THAT(crossed.error_message(), testing::HasSubstr("is above incidents_max, 3"));

  list.Clear();
  list.mutable_view()->set_revision(latest);
  EXPECT_TRUE(mers_.ListSeries(list).ok());
  ExpectError(mers_.GetRecord(id, -1).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_FIELD_INVALID, {"as_at_revision"});

  list.Clear();
  list.mutable_filter()->mutable_occurred_from()->set_seconds(2000);
  list.mutable_filter()->mutable_occurred_before()->set_seconds(1000);
  ExpectError(mers_.ListSeries(list).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_DATE_ORDER, {"filter.occurred_before"});
  // A time that no clock shows.
  list.Clear();
  list.mutable_view()->mutable_time()->set_nanos(-1);
  list.mutable_filter()->mutable_occurred_from()->set_nanos(1'000'000'000);
  list.mutable_filter()->mutable_occurred_before()->set_seconds(1LL << 60);
  ExpectError(mers_.ListSeries(list).status, grpc::StatusCode::INVALID_ARGUMENT,
              type::v1::ERROR_REASON_FIELD_INVALID,
              {"filter.occurred_from", "filter.occurred_before", "view.time"});
}

// Every unary call of every service of ours.
std::vector<const google::protobuf::MethodDescriptor*> UnaryCalls() {
  std::vector<const google::protobuf::MethodDescriptor*> calls;
  for (const char* file : {"ingest/v1/ingest_service", "ingest/v1/reject_service",
                           "series/v1/series_service", "firearm/v1/firearm_service"}) {
    const auto* const found = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
        absl::StrCat("serieslink/", file, ".proto"));
    for (int i = 0; found != nullptr && i < found->service(0)->method_count(); ++i) {
      const google::protobuf::MethodDescriptor* const call = found->service(0)->method(i);
      if (!call->client_streaming()) calls.push_back(call);
    }
  }
  return calls;
}

std::string PathOf(const google::protobuf::MethodDescriptor& call) {
  return absl::StrCat("/", call.service()->full_name(), "/", call.name());
}

TEST_F(BadInputTest, EveryCallSaysOfARequestThatItCannotBeRead) {
  const auto calls = UnaryCalls();
  EXPECT_GE(calls.size(), 9u);
  for (const auto* const call : calls) {
    SCOPED_TRACE(call->full_name());
    // Submit names the field in which a batch would be.
    const bool is_submit = call->name() == "Submit";
    const std::vector<std::string> fields =
        is_submit ? std::vector<std::string>{"batch"} : std::vector<std::string>();
    // No tag, a field that is cut off, a group that never ends, and more of each kind of text.
    std::vector<std::string> requests = {"\xff\xff\xff", std::string("\x0a\x7f") + kSecret, "\x0b",
                                         std::string("\x00", 1), kSecret};
    for (int i = 0; i < call->input_type()->field_count(); ++i) {
      const auto* const field = call->input_type()->field(i);
      if (field->type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
      requests.push_back(absl::StrCat(std::string(1, static_cast<char>(field->number() << 3 | 2)),
                                      "\x02\xc0\xaf"));
    }
    for (const std::string& request : requests) {
      ExpectError(mers_.CallBytes(PathOf(*call), request).status,
                  grpc::StatusCode::INVALID_ARGUMENT, type::v1::ERROR_REASON_REQUEST_MALFORMED,
                  fields);
    }
    EXPECT_EQ(DetailsOf(mers_.CallWithoutRequest(PathOf(*call))).reason,
              type::v1::ERROR_REASON_CANCELLED);
    // Who asks is looked at first.
    const AgencyClient nobody(
        "mps", NewChannel(server_.address(), TestPki::Get().Client("mps", "nameless")));
    ExpectError(nobody.CallBytes(PathOf(*call), "\xff\xff\xff").status,
                grpc::StatusCode::UNAUTHENTICATED, type::v1::ERROR_REASON_IDENTITY_MISSING);
  }
  EXPECT_EQ(mers_.CallBytes("/serieslink.series.v1.SeriesService/Nothing", "").status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_TRUE(mers_.Submit({Good("after")}).ok());
}

TEST_F(BadInputTest, UnknownCodesAreAcceptedAndCountedByField) {
  const auto code = [](const std::string& id, const std::string& more) {
    return ForceRecordOf(absl::StrCat("system: 'NICHE' record_id: '", id,
                                      "' record_type: 'INCIDENT' occurred: '2024-05-01' ", more))
        .SerializeAsString();
  };
  const std::string part = absl::StrCat("serials { text: '1' part: '", kSecret, "' } ");
  const std::vector<std::string> messages = {
      code("c1", absl::StrCat("place { country_code: 'ZZZ' } guns { reference: 'G1' ", part, part,
                              "} guns { reference: 'G2' ", part, "}")),
      code("c2", "place { country_code: 'UK' }"),
      code("c3", "place { country_code: 'XK' }"),
      // Rejected: its codes are told of when it is mended.
      code("c4", "place { country_code: 'ZZZ' } reported: 'yesterday'"),
  };
  const auto reply = Send(messages);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  EXPECT_EQ(reply->acknowledgements(1).outcome(), OUTCOME_CREATED);
  EXPECT_EQ(reply->acknowledgements(3).outcome(), OUTCOME_REJECTED);
  const auto counts = [](const ingest::v1::BatchResult& result) {
    std::vector<std::string> counts;
    for (const ingest::v1::UnknownCodeCount& one : result.unknown_codes()) {
      counts.push_back(absl::StrCat(one.field(), " ", one.count()));
    }
    return counts;
  };
  EXPECT_THAT(counts(*reply),
              ElementsAre("force.guns[].serials[].part 3", "force.place.country_code 2"));

  // The record keeps them as they were written.
  series::v1::ListSeriesRequest derived;
  derived.mutable_view()->set_min_revision(reply->acknowledgements(1).revision());
  ASSERT_TRUE(mers_.ListSeries(derived).ok());
  const auto record = mers_.GetRecord(reply->acknowledgements(1).record_id());
  ASSERT_TRUE(record.ok()) << record.status.error_message();
  EXPECT_EQ(record->record().event().place().country_code(), "");
  ASSERT_EQ(record->record().unknown_codes_size(), 1);
  EXPECT_EQ(record->record().unknown_codes(0).code(), "UK");

  std::vector<FeedMessage> stream(1);
  ASSERT_TRUE(stream[0].ParseFromString(messages[1]));
  const auto streamed = mers_.SubmitStream(stream, 1);
  ASSERT_TRUE(streamed.ok()) << streamed.status.error_message();
  EXPECT_THAT(counts(*streamed), ElementsAre("force.place.country_code 1"));
}

}  // namespace
}  // namespace serieslink
