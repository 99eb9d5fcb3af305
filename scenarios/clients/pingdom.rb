# Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
#
# `min_version=` and `max_version=` set a range. `ssl_version=` pins one version, and keeps a program from
# newer ones for ever. Net::HTTP takes its proxy from `http_proxy`, for https too.
require "net/http"
require "openssl"

uri = URI("https://apitls12.onepagecrm.com/api/v3/pingdom")
http = Net::HTTP.new(uri.host, uri.port)
http.use_ssl = true
http.min_version = OpenSSL::SSL::TLS1_2_VERSION
http.max_version = OpenSSL::SSL::TLS1_2_VERSION # only here: programs at work set no maximum

begin
  response = http.get(uri.path)
rescue StandardError => error
  # An alert is an OpenSSL::SSL::SSLError, a reset an Errno::ECONNRESET: both can be a refusal.
  abort "no answer over TLS 1.2: #{error.message}"
end
abort "TLS 1.2, but HTTP #{response.code}" unless response.code == "200"
puts "HTTP #{response.code}"
