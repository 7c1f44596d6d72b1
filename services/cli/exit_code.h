#pragma once

// What the program's exit code tells a script. Documented in `serieslink --help`; never renumbered.
namespace serieslink::cli {

inline constexpr int kExitOk = 0;
// The command line, a configuration, mapping or certificate file cannot be used. Nothing was sent.
inline constexpr int kExitUsage = 1;
// The server answered, and some records were rejected, could not be read, or were left alone by an
// undo, or a file was not read to its end.
inline constexpr int kExitSomeRejected = 2;
// The server answered with an error.
inline constexpr int kExitServerError = 3;
// No connection, or it was lost before the end.
inline constexpr int kExitCannotConnect = 4;
// The server does not accept the certificate's identity, or does not let it do this.
inline constexpr int kExitNotPermitted = 5;
// The server knows nothing of the name asked for that the caller may see.
inline constexpr int kExitNotFound = 6;
// Stopped before the end by a signal, or by the answer to a question.
inline constexpr int kExitInterrupted = 7;
// Everything was done, but standard output could not be written.
inline constexpr int kExitOutputLost = 8;

}  // namespace serieslink::cli
