// Asks a URL over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
//
// It takes the URL from its command, because before version 24 Node reads no variable that names a proxy.
// `minVersion` and `maxVersion` set a range. `secureProtocol` pins one version, and keeps a program from
// newer ones for ever.
import https from "node:https";

const options = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2", // only here: programs at work set no maximum
};

const fail = (message) => {
  console.error(message);
  process.exitCode = 1;
};

const request = https.get(process.argv[2], options, (response) => {
  response.resume();
  if (response.statusCode === 200) console.log("HTTP 200");
  else fail(`TLS 1.2, but HTTP ${response.statusCode}`);
});
request.on("error", (error) => fail(`no answer over TLS 1.2: ${error.message}`));
