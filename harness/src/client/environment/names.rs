//! The variables that programs read of certificates and of proxies. Who reads them stands beside them.

/// They name a file of roots, as PEM. Yarn's is not among them: a Yarn that does not know it ends at once,
/// and all read Node's.
pub(super) const BUNDLES: [&str; 22] = [
    // OpenSSL, and what leaves the roots to it (Python, Ruby, PHP, Perl, Erlang's and Rust's bindings);
    // also curl, Go, .NET, rustls-native-certs, httpx, uv, HTTP::Tiny
    "SSL_CERT_FILE",
    // What Nix built, before `SSL_CERT_FILE`
    "NIX_SSL_CERT_FILE",
    // FreeBSD's fetch and pkg
    "SSL_CA_CERT_FILE",
    // curl, and requests after its own
    "CURL_CA_BUNDLE",
    // requests, and what is built on it
    "REQUESTS_CA_BUNDLE",
    // Python's websocket-client
    "WEBSOCKET_CLIENT_CA_BUNDLE",
    // Python's httplib2
    "HTTPLIB2_CA_CERTS",
    // pip
    "PIP_CERT",
    // conda
    "CONDA_SSL_VERIFY",
    // The AWS command line, boto3 and SDKs
    "AWS_CA_BUNDLE",
    // gcloud
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    // gRPC in C++, Python, Ruby, PHP and Node
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    // git
    "GIT_SSL_CAINFO",
    // npm; in both cases, because the lower one wins
    "NPM_CONFIG_CAFILE",
    "npm_config_cafile",
    // Deno, beside the roots that are built in
    "DENO_CERT",
    // Perl's LWP
    "PERL_LWP_SSL_CA_FILE",
    // Cargo
    "CARGO_HTTP_CAINFO",
    // Bundler
    "BUNDLE_SSL_CA_CERT",
    // Composer, of PHP
    "COMPOSER_CAFILE",
    // Haskell's crypton
    "SYSTEM_CERTIFICATE_PATH",
    // Hex, of Elixir and Erlang
    "HEX_CACERTS_PATH",
];

/// It names a file of roots for Node, beside those that are built in. Before version 12 one that is built
/// in already is an error there, which ends the reading of the file.
pub(in super::super) const NODE_ROOTS: &str = "NODE_EXTRA_CA_CERTS";

/// They name a proxy for requests to any host. curl, wget and Ruby read `http_proxy` in lower case only:
/// in a CGI program the other one is a header of the request.
pub(super) const PROXIES: [&str; 6] =
    ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// They name hosts that are reached without the proxy.
pub(super) const WITHOUT_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// They name a proxy, or hosts without one, for one kind of program or protocol, and beat those above.
pub(super) const PARTICULAR_PROXIES: [&str; 22] = [
    // curl's protocols; Perl's LWP in a CGI program
    "ftp_proxy",
    "FTP_PROXY",
    "ws_proxy",
    "WS_PROXY",
    "wss_proxy",
    "WSS_PROXY",
    "CGI_HTTP_PROXY",
    // Cargo
    "CARGO_HTTP_PROXY",
    // pip
    "PIP_PROXY",
    // npm
    "npm_config_proxy",
    "NPM_CONFIG_PROXY",
    "npm_config_https_proxy",
    "NPM_CONFIG_HTTPS_PROXY",
    "npm_config_noproxy",
    "NPM_CONFIG_NOPROXY",
    // Yarn 2 and later
    "YARN_HTTP_PROXY",
    "YARN_HTTPS_PROXY",
    // Node's global-agent
    "GLOBAL_AGENT_HTTP_PROXY",
    "GLOBAL_AGENT_HTTPS_PROXY",
    "GLOBAL_AGENT_NO_PROXY",
    // gRPC
    "grpc_proxy",
    "no_grpc_proxy",
];

/// They make programs read the proxy variables that do not on their own: Node from 24 on, Perl's LWP.
pub(super) const ASKING_FOR_PROXIES: [&str; 2] = ["NODE_USE_ENV_PROXY", "PERL_LWP_ENV_PROXY"];

/// They hold options of a JVM: it takes the first list, then the command line with the second, then the
/// third, and the last one counts. Only the first is read by every JVM and beats no command line.
pub(super) const JAVA_ALWAYS: &str = "JAVA_TOOL_OPTIONS";
pub(super) const JAVA_WHERE_PRESET: [&str; 2] = ["JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];
