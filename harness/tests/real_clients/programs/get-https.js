// Gets a URL: get-https.js URL [NEWEST].
const https = require("https");
const [url, newest] = process.argv.slice(2);
const old = { minVersion: "TLSv1", maxVersion: newest, ciphers: "DEFAULT@SECLEVEL=0" };
https.get(url, newest ? old : {}, answer => {
  console.log(answer.statusCode);
  answer.resume();
});
