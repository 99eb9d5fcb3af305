"""Gets a URL: get.py URL [NEWEST]."""
import ssl
import sys
import urllib.request

context = ssl.create_default_context()
if len(sys.argv) > 2:
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion[sys.argv[2]]
    context.set_ciphers("DEFAULT@SECLEVEL=0")
with urllib.request.urlopen(sys.argv[1], context=context) as answer:
    print(answer.status)
