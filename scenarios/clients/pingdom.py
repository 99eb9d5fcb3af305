"""Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message."""

import ssl
import sys
import urllib.error
import urllib.request

URL = "https://apitls12.onepagecrm.com/api/v3/pingdom"

# `minimum_version` and `maximum_version` set a range, in a context that verifies certificates.
# `SSLContext(PROTOCOL_TLSv1_2)` pins one version, and verifies nothing.
context = ssl.create_default_context()
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.maximum_version = ssl.TLSVersion.TLSv1_2  # only here: programs at work set no maximum

try:
    with urllib.request.urlopen(URL, context=context, timeout=30) as response:
        status = response.status
except urllib.error.HTTPError as error:
    status = error.code
except OSError as error:  # URLError and SSLError are of this kind
    sys.exit(f"no answer over TLS 1.2: {error}")

if status != 200:
    sys.exit(f"TLS 1.2, but HTTP {status}")
print(f"HTTP {status}")
