# Gets a URL: get-lwp.pl URL [VERSIONS].
use LWP::UserAgent;
my $agent = LWP::UserAgent->new(env_proxy => 1);
$agent->ssl_opts(SSL_version => $ARGV[1], SSL_cipher_list => 'DEFAULT@SECLEVEL=0') if $ARGV[1];
my $answer = $agent->get($ARGV[0]);
print $answer->status_line, "\n";
exit($answer->is_success ? 0 : 1);
