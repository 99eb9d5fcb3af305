# Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
#
# SSL_version => 'TLSv12' is that version alone, and only here: programs at work leave SSL_version out, or
# exclude versions ('SSLv23:!SSLv3:!TLSv1:!TLSv1_1'). Neither LWP nor HTTP::Tiny dies where a connection
# fails: a script that does not look at the answer ends with 0.
use strict;
use warnings;

if (!eval { require LWP::UserAgent; require LWP::Protocol::https; 1 }) {
    print STDERR "LWP::Protocol::https is not installed\n";
    exit 127;    # as shells say it of a command
}

my $agent = LWP::UserAgent->new(env_proxy => 1, ssl_opts => { SSL_version => 'TLSv12' });
my $answer = $agent->get('https://apitls12.onepagecrm.com/api/v3/pingdom');

# Where none came LWP makes one up, with status 500 and this header.
if (($answer->header('Client-Warning') // '') eq 'Internal response') {
    die 'no answer over TLS 1.2: ', $answer->message, "\n";
}
die 'TLS 1.2, but HTTP ', $answer->code, "\n" if $answer->code != 200;
print 'HTTP ', $answer->code, "\n";
