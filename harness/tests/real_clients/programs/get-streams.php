<?php
// Gets a URL: get-streams.php URL [CRYPTO_METHOD]. It ends with exit code 0 whatever came of it.
$ssl = isset($argv[2]) ? ["crypto_method" => constant($argv[2]), "ciphers" => "DEFAULT@SECLEVEL=0"] : [];
$answer = @file_get_contents($argv[1], false, stream_context_create(["ssl" => $ssl]));
echo $answer === false ? "nothing" : "answered", "\n";
