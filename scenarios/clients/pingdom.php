<?php
// Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
//
// Where a connection fails, streams (file_get_contents) warn and return false, and a script that does not
// look ends with 0. The same holds for curl_exec.

function fail(string $message, int $code = 1): void
{
    fwrite(STDERR, "$message\n");
    exit($code);
}

if (!extension_loaded('curl')) {
    fail("PHP's curl extension is not installed", 127); // as shells say it of a command
}

$curl = curl_init('https://apitls12.onepagecrm.com/api/v3/pingdom');
curl_setopt_array($curl, [
    // The first is a minimum, whatever its name says; the second only here: programs at work set none.
    CURLOPT_SSLVERSION => CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2,
    CURLOPT_RETURNTRANSFER => true,
]);
if (curl_exec($curl) === false) {
    fail('no answer over TLS 1.2: ' . curl_error($curl));
}
$status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
    fail("TLS 1.2, but HTTP $status");
}
echo "HTTP $status\n";
