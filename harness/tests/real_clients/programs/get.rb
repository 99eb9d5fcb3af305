# Gets a URL: get.rb URL [NEWEST].
require "net/http"
require "openssl"
url = URI(ARGV[0])
http = Net::HTTP.new(url.host, url.port)
http.use_ssl = true
if ARGV[1]
  http.min_version = OpenSSL::SSL::TLS1_VERSION
  http.max_version = ARGV[1].to_sym
  http.ciphers = "DEFAULT@SECLEVEL=0"
end
puts http.get(url.request_uri).code
