import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import javax.net.ssl.SSLParameters;

// Asks the announced endpoint over TLS 1.2 alone: exit code 0 on HTTP 200, else another and a message.
//
// The versions are this client's own. -Djdk.tls.client.protocols sets them for every client that has none;
// where it names only what the JDK disables (TLSv1), nothing is sent at all.
class Pingdom {
    public static void main(String[] arguments) throws InterruptedException {
        // Programs at work name TLSv1.3 too, or leave the versions to the JDK.
        var versions = new SSLParameters(null, new String[] {"TLSv1.2"});
        var client = HttpClient.newBuilder().sslParameters(versions).build();
        var url = URI.create("https://apitls12.onepagecrm.com/api/v3/pingdom");
        try {
            var response = client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding());
            if (response.statusCode() != 200) {
                fail("TLS 1.2, but HTTP " + response.statusCode());
            }
        } catch (IOException error) {
            fail("no answer over TLS 1.2: " + error.getMessage());
        }
        System.out.println("HTTP 200");
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(1);
    }
}
