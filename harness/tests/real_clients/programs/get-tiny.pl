# Gets a URL: get-tiny.pl URL. It ends with exit code 0 whatever came of it.
use HTTP::Tiny;
print HTTP::Tiny->new(verify_SSL => 1)->get($ARGV[0])->{status}, "\n";
