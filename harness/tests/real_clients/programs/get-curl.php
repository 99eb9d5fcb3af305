<?php
// Gets a URL: get-curl.php URL [SSLVERSION].
$handle = curl_init($argv[1]);
curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
if (isset($argv[2])) {
    curl_setopt($handle, CURLOPT_SSLVERSION, constant($argv[2]));
    curl_setopt($handle, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
}
$answer = curl_exec($handle);
echo $answer === false ? curl_error($handle) : "answered", "\n";
exit($answer === false ? 1 : 0);
